import type { MQTT_LIMITS } from '#config/limits.ts'

/** `MQTT_LIMITS` of config/limits.ts; tests pass smaller ones. */
export type MqttLimits = { readonly [Name in keyof typeof MQTT_LIMITS]: number }
