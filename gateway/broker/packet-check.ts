import { type Frame, PACKET_TYPE } from './frame-reader.ts'
import { isWellFormedText, PacketCursor, type Violation } from './packet-cursor.ts'
import { isTopicFilter, isTopicName } from './topic-filter.ts'

/**
 * The packets a client sends after CONNECT, read strictly by MQTT 3.1.1 section 3. A parser answers
 * the packet or the name of what is wrong with it, which ends the connection [MQTT-4.8.0-1].
 */
export interface PublishHeader {
  qos: 0 | 1 | 2
  retain: boolean
  topicStart: number
  topicEnd: number
  /** 0 at QoS 0. */
  packetIdentifier: number
  payloadStart: number
}

/** Where the parts of a PUBLISH are, into `header`; the topic is not looked at yet (`readTopicName`). */
export function readPublish(frame: Frame, header: PublishHeader): Violation | null {
  const { buffer, start, end } = frame
  const qos = (frame.flags >> 1) & 0x03
  // [MQTT-3.3.1-4], [MQTT-3.3.1-2]
  if (qos === 3 || (qos === 0 && (frame.flags & 0x08) !== 0)) return 'qos'
  const topicStart = start + 2
  if (topicStart > end) return 'short_packet'
  const topicEnd = topicStart + buffer.readUInt16BE(start)
  const payloadStart = qos === 0 ? topicEnd : topicEnd + 2
  if (payloadStart > end) return frame.isCut ? 'packet_too_large' : 'short_packet'
  const packetIdentifier = qos === 0 ? 0 : buffer.readUInt16BE(topicEnd)
  if (qos > 0 && packetIdentifier === 0) return 'packet_identifier_zero'
  header.qos = qos as PublishHeader['qos']
  header.retain = (frame.flags & 0x01) !== 0
  header.topicStart = topicStart
  header.topicEnd = topicEnd
  header.packetIdentifier = packetIdentifier
  header.payloadStart = payloadStart
  return null
}

export type TopicReading =
  | { readonly ok: true; readonly topicName: string }
  | { readonly ok: false; readonly violation: Violation }

export function readTopicName(topic: Buffer): TopicReading {
  if (!isWellFormedText(topic)) return { ok: false, violation: 'ill_formed_text' }
  const topicName = topic.toString('utf8')
  return isTopicName(topicName) ? { ok: true, topicName } : { ok: false, violation: 'topic_name' }
}

export interface RequestedSubscription {
  readonly topicFilter: string
  readonly qos: number
}

export interface SubscribePacket {
  readonly packetIdentifier: number
  readonly subscriptions: readonly RequestedSubscription[]
}

/** [MQTT-3.8.3-1] to [MQTT-3.8.3-4] */
export function readSubscribe(frame: Frame): SubscribePacket | Violation {
  const cursor = new PacketCursor(frame)
  const packetIdentifier = cursor.packetIdentifier()
  const subscriptions: RequestedSubscription[] = []
  while (cursor.violation === null && cursor.remainingBytes > 0) {
    const topicFilter = cursor.text()
    const qos = cursor.uint8()
    if (qos > 2) cursor.violation ??= 'qos'
    if (!isTopicFilter(topicFilter)) cursor.violation ??= 'topic_filter'
    subscriptions.push({ topicFilter, qos })
  }
  if (cursor.violation !== null) return cursor.violation
  return subscriptions.length === 0 ? 'no_topic_filter' : { packetIdentifier, subscriptions }
}

export interface UnsubscribePacket {
  readonly packetIdentifier: number
  readonly topicFilters: readonly string[]
}

/** [MQTT-3.10.3-1], [MQTT-3.10.3-2] */
export function readUnsubscribe(frame: Frame): UnsubscribePacket | Violation {
  const cursor = new PacketCursor(frame)
  const packetIdentifier = cursor.packetIdentifier()
  const topicFilters: string[] = []
  while (cursor.violation === null && cursor.remainingBytes > 0) {
    const topicFilter = cursor.text()
    if (!isTopicFilter(topicFilter)) cursor.violation ??= 'topic_filter'
    topicFilters.push(topicFilter)
  }
  if (cursor.violation !== null) return cursor.violation
  return topicFilters.length === 0 ? 'no_topic_filter' : { packetIdentifier, topicFilters }
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP: a packet identifier and nothing else. */
export function readPacketIdentifier(frame: Frame): { packetIdentifier: number } | Violation {
  const cursor = new PacketCursor(frame)
  const packetIdentifier = cursor.packetIdentifier()
  return cursor.finish() ?? { packetIdentifier }
}

/** PINGREQ, DISCONNECT: nothing at all. */
export function checkEmpty(frame: Frame): Violation | null {
  return frame.end > frame.start ? 'trailing_bytes' : null
}

/** Flags that the type prescribes [MQTT-2.2.2-1]; PUBLISH uses all four itself. */
export function checkFlags(frame: Frame): Violation | null {
  switch (frame.type) {
    case PACKET_TYPE.publish:
      return null
    case PACKET_TYPE.pubrel:
    case PACKET_TYPE.subscribe:
    case PACKET_TYPE.unsubscribe:
      return frame.flags === 2 ? null : 'reserved_flags'
    default:
      return frame.flags === 0 ? null : 'reserved_flags'
  }
}
