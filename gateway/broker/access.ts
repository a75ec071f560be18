import type { DeviceId } from '#alerting/reading.ts'
import type { MqttLimits } from './limits.ts'
import { countTopicLevels, coversTopicFilter, matchesTopicFilter } from './topic-filter.ts'

/** Who may connect. Answers null for a stranger; rejecting means "cannot tell now" and is answered CONNACK 3. */
export interface BrokerAccess {
  authenticate(request: {
    readonly username: string
    readonly password: Buffer
    readonly remoteAddress: string
  }): Promise<DeviceId | null>
  /** The certificate was verified against the configured authority; is its common name a device of ours? */
  authenticateCertificate(request: {
    readonly commonName: string
    readonly fingerprint256: string
    readonly remoteAddress: string
  }): Promise<DeviceId | null>
}

/**
 * The one table of what a device may send and hear. `{deviceId}` is its own id, `+` any level that is
 * not empty. A further topic family is a further line here; what a payload of it means is ingest's.
 */
const PUBLISH_TOPICS = [
  'devices/{deviceId}/readings',
  'devices/{deviceId}/commands/+/reply',
] as const

/** A device may subscribe to any filter that lies within one of these. */
const SUBSCRIBE_SCOPES = ['devices/{deviceId}/commands/#'] as const

/** Why a message was put aside although it was acknowledged; shown in the device's inbox. */
export const REFUSAL_REASONS = [
  /** Another device's topic. */
  'foreign_topic',
  /** Nobody's topic. */
  'unknown_topic',
  /** `$…` belongs to the broker. */
  'reserved_topic',
  'topic_too_long',
  /** Old news to whoever subscribes later; a retained reading must never raise an alarm. */
  'retained',
  'payload_too_large',
  'foreign_will',
  'retained_will',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

export interface TopicRights {
  /** Null: the device may publish here. */
  refusePublish(topicName: string): RefusalReason | null
  maySubscribe(topicFilter: string): boolean
}

const OTHERS_TOPICS = PUBLISH_TOPICS.map((topic) => topic.replace('{deviceId}', '+'))

export function topicRightsOf(deviceId: DeviceId, limits: MqttLimits): TopicRights {
  const own = (topic: string) => topic.replace('{deviceId}', deviceId)
  const publishTopics = PUBLISH_TOPICS.map(own)
  const subscribeScopes = SUBSCRIBE_SCOPES.map(own)
  const fits = (text: string) =>
    Buffer.byteLength(text) <= limits.topicBytesMax &&
    countTopicLevels(text) <= limits.topicLevelsMax
  const hasNoEmptyLevel = (text: string) =>
    !text.includes('//') && !text.startsWith('/') && !text.endsWith('/')

  return {
    refusePublish(topicName) {
      if (topicName.startsWith('$')) return 'reserved_topic'
      if (!fits(topicName)) return 'topic_too_long'
      const isOneOf = (topics: readonly string[]) =>
        hasNoEmptyLevel(topicName) && topics.some((topic) => matchesTopicFilter(topic, topicName))
      if (isOneOf(publishTopics)) return null
      return isOneOf(OTHERS_TOPICS) ? 'foreign_topic' : 'unknown_topic'
    },
    maySubscribe(topicFilter) {
      return fits(topicFilter) && subscribeScopes.some((it) => coversTopicFilter(it, topicFilter))
    },
  }
}
