import type { Frame } from './frame-reader.ts'
import type { MqttLimits } from './limits.ts'
import { PacketCursor, type Violation } from './packet-cursor.ts'
import { isTopicName } from './topic-filter.ts'

export interface WillMessage {
  readonly topicName: string
  readonly payload: Buffer
  readonly qos: number
  readonly retain: boolean
}

export interface ConnectPacket {
  /** Empty: the client leaves the choice to us (and wants no session kept). */
  readonly clientId: string
  readonly cleanSession: boolean
  readonly keepAliveSeconds: number
  readonly username: string | null
  readonly password: Buffer | null
  readonly willMessage: WillMessage | null
}

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
export const CONNECT_RETURN_CODE = {
  accepted: 0,
  unacceptableProtocolVersion: 1,
  identifierRejected: 2,
  serverUnavailable: 3,
  badUsernameOrPassword: 4,
  notAuthorized: 5,
} as const

export type ConnectReading =
  | { readonly outcome: 'connect'; readonly packet: ConnectPacket }
  | { readonly outcome: 'refused'; readonly returnCode: number }
  | { readonly outcome: 'violation'; readonly violation: Violation }

const LEVEL_3_1 = 3
const LEVEL_3_1_1 = 4

/** CONNECT by MQTT 3.1.1 section 3.1; MQTT 3.1 (`MQIsdp`, level 3) is understood as well. */
export function readConnect(frame: Frame, limits: MqttLimits): ConnectReading {
  const cursor = new PacketCursor(frame)
  if (frame.flags !== 0) return violation('reserved_flags')
  const name = cursor.text()
  const level = cursor.uint8()
  if (cursor.violation !== null) return violation(cursor.violation)
  if (name !== 'MQTT' && name !== 'MQIsdp') return violation('protocol_name')
  // [MQTT-3.1.2-2] What follows may have another shape (MQTT 5), so it is not looked at.
  if (level !== (name === 'MQTT' ? LEVEL_3_1_1 : LEVEL_3_1)) {
    return refused(CONNECT_RETURN_CODE.unacceptableProtocolVersion)
  }
  const flags = readFlags(cursor.uint8())
  if (flags === null) return violation('connect_flags')
  const keepAliveSeconds = cursor.uint16()
  const clientId = cursor.text()
  const willTopic = flags.hasWill ? cursor.text() : ''
  const willPayload = flags.hasWill ? cursor.bytes() : Buffer.alloc(0)
  const username = flags.hasUsername ? cursor.text() : null
  const password = flags.hasPassword ? cursor.bytes() : null
  const wrong = cursor.finish()
  if (wrong !== null) return violation(wrong)
  if (flags.hasWill && !isTopicName(willTopic)) return violation('will')
  if (willPayload.length > limits.willPayloadBytesMax) return violation('will')
  if (willTopic.startsWith('$')) return refused(CONNECT_RETURN_CODE.notAuthorized)
  if (!isClientId(clientId, limits)) return refused(CONNECT_RETURN_CODE.identifierRejected)
  // [MQTT-3.1.3-8]; MQTT 3.1 always wants an id.
  if (clientId === '' && (!flags.cleanSession || level === LEVEL_3_1)) {
    return refused(CONNECT_RETURN_CODE.identifierRejected)
  }
  const willMessage = flags.hasWill
    ? { topicName: willTopic, payload: willPayload, qos: flags.willQos, retain: flags.willRetain }
    : null
  return {
    outcome: 'connect',
    packet: {
      clientId,
      cleanSession: flags.cleanSession,
      keepAliveSeconds,
      username,
      password,
      willMessage,
    },
  }
}

interface ConnectFlags {
  readonly cleanSession: boolean
  readonly hasWill: boolean
  readonly willQos: number
  readonly willRetain: boolean
  readonly hasPassword: boolean
  readonly hasUsername: boolean
}

/** [MQTT-3.1.2-3], [MQTT-3.1.2-11] to [MQTT-3.1.2-15], [MQTT-3.1.2-22] */
function readFlags(byte: number): ConnectFlags | null {
  const flags = {
    cleanSession: (byte & 0x02) !== 0,
    hasWill: (byte & 0x04) !== 0,
    willQos: (byte >> 3) & 0x03,
    willRetain: (byte & 0x20) !== 0,
    hasPassword: (byte & 0x40) !== 0,
    hasUsername: (byte & 0x80) !== 0,
  }
  if ((byte & 0x01) !== 0 || flags.willQos === 3) return null
  if (!flags.hasWill && (flags.willQos !== 0 || flags.willRetain)) return null
  if (flags.hasPassword && !flags.hasUsername) return null
  return flags
}

/** "The client id is free", but it ends up in logs and on screens: no control characters, no U+FFFD. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses.
const UNFIT_FOR_ID = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]/

function isClientId(text: string, limits: MqttLimits): boolean {
  return text.length <= limits.clientIdLengthMax && !UNFIT_FOR_ID.test(text)
}

function violation(kind: Violation): ConnectReading {
  return { outcome: 'violation', violation: kind }
}

function refused(returnCode: number): ConnectReading {
  return { outcome: 'refused', returnCode }
}
