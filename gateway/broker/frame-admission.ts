import { type Admit, PACKET_TYPE } from './frame-reader.ts'
import type { MqttLimits } from './limits.ts'

/** Nothing but a CONNECT, and a small one: this is memory given to a stranger. */
export function admitBeforeLogin(limits: MqttLimits): Admit {
  return (type, remainingLength) =>
    type === PACKET_TYPE.connect && remainingLength <= limits.connectPacketBytesMax
      ? 'whole'
      : 'refused'
}

/** Packets that carry at most an identifier. */
const SMALL_PACKET_BYTES_MAX = 16

export function admitAfterLogin(limits: MqttLimits): Admit {
  return (type, remainingLength) => {
    switch (type) {
      case PACKET_TYPE.publish:
        if (remainingLength <= limits.publishPacketBytesMax) return 'whole'
        return remainingLength <= limits.publishPacketBytesSkippedMax ? 'head' : 'refused'
      case PACKET_TYPE.subscribe:
      case PACKET_TYPE.unsubscribe:
        return remainingLength <= limits.subscribePacketBytesMax ? 'whole' : 'refused'
      default:
        return remainingLength <= SMALL_PACKET_BYTES_MAX ? 'whole' : 'refused'
    }
  }
}

/** Of a PUBLISH that is read past: its topic, and enough of the payload to recognise it by. */
export function headBytesOf(limits: MqttLimits): number {
  return limits.topicBytesMax + limits.connectPacketBytesMax
}
