import { connectAsync } from 'mqtt'
import type { TestDevice, TestGateway } from './app-harness.ts'

/** Readings as a device sends them over MQTT; returns when they are acknowledged, that is on disk. */
export async function send(
  gateway: TestGateway,
  device: TestDevice,
  samples: readonly object[],
): Promise<void> {
  const client = await connectAsync({
    host: '127.0.0.1',
    port: gateway.mqttPort,
    username: device.id,
    password: device.token,
    reconnectPeriod: 0,
  })
  const topic = `devices/${device.id}/readings`
  for (const sample of samples) await client.publishAsync(topic, JSON.stringify(sample), { qos: 1 })
  await client.endAsync()
}
