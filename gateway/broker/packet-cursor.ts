import { isUtf8 } from 'node:buffer'
import type { Frame } from './frame-reader.ts'

/** Why a packet ends its connection [MQTT-4.8.0-1]. */
export type Violation =
  | 'short_packet'
  | 'trailing_bytes'
  | 'ill_formed_text'
  | 'reserved_flags'
  | 'reserved_packet_type'
  | 'malformed_length'
  | 'packet_too_large'
  | 'packet_identifier_zero'
  | 'protocol_name'
  | 'connect_flags'
  | 'first_packet_not_connect'
  | 'second_connect'
  | 'server_packet'
  | 'topic_name'
  | 'topic_filter'
  | 'no_topic_filter'
  | 'will'
  | 'qos'
  | 'qos2_in_flight'

/**
 * Reads the fields of one packet in order. The first thing that is wrong is remembered in `violation`
 * and every later read gives an empty value, so that a parser is straight-line code with one check at
 * its end.
 */
export class PacketCursor {
  readonly #buffer: Buffer
  readonly #end: number
  #offset: number
  violation: Violation | null = null

  constructor(frame: Frame) {
    this.#buffer = frame.buffer
    this.#offset = frame.start
    this.#end = frame.end
  }

  get remainingBytes(): number {
    return this.#end - this.#offset
  }

  uint8(): number {
    const start = this.#take(1)
    return start === -1 ? 0 : (this.#buffer[start] as number)
  }

  uint16(): number {
    const start = this.#take(2)
    return start === -1 ? 0 : this.#buffer.readUInt16BE(start)
  }

  /** [MQTT-2.3.1-1] */
  packetIdentifier(): number {
    const identifier = this.uint16()
    if (identifier === 0) this.violation ??= 'packet_identifier_zero'
    return identifier
  }

  bytes(): Buffer {
    const length = this.uint16()
    const start = this.#take(length)
    return start === -1 ? Buffer.alloc(0) : this.#buffer.subarray(start, start + length)
  }

  /**
   * [MQTT-1.5.3-1] well-formed UTF-8, [MQTT-1.5.3-2] no U+0000. Node would silently turn ill-formed
   * bytes into U+FFFD, so that two byte strings become one topic.
   */
  text(): string {
    const bytes = this.bytes()
    if (isWellFormedText(bytes)) return bytes.toString('utf8')
    this.violation ??= 'ill_formed_text'
    return ''
  }

  /** The violation found so far, or bytes left over. */
  finish(): Violation | null {
    if (this.violation === null && this.remainingBytes > 0) return 'trailing_bytes'
    return this.violation
  }

  #take(count: number): number {
    if (this.violation === null && this.#offset + count <= this.#end) {
      const start = this.#offset
      this.#offset += count
      return start
    }
    this.violation ??= 'short_packet'
    return -1
  }
}

export function isWellFormedText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0)
}
