/**
 * Cuts a byte stream into MQTT control packets, in front of everything that parses them. The declared
 * size is judged before the first byte of the body is kept, so what a peer can make us hold is bounded
 * by what `Admit` allows it, and by at most twice what it has really sent.
 *
 * A frame is a view: valid until `next` or `push` is called again, except for bytes that somebody
 * keeps a reference to (they are never overwritten).
 */
export interface Frame {
  /** Control packet type, 1 to 14 (0 and 15 are reserved). */
  readonly type: number
  readonly flags: number
  readonly buffer: Buffer
  /** Body, without the fixed header: `buffer[start … end)`. */
  readonly start: number
  readonly end: number
  /** Only the head of the body was kept; the rest was read past. */
  readonly isCut: boolean
}

export const PACKET_TYPE = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const

type FrameFields = { -readonly [Name in keyof Frame]: Frame[Name] }

/** `head`: keep the first bytes of the body, read past the rest. */
export type Admission = 'whole' | 'head' | 'refused'
export type Admit = (type: number, remainingLength: number) => Admission

/** What stands in the way of the next frame. After the last two the stream cannot be read on. */
export type NoFrame = 'incomplete' | 'malformed_length' | 'packet_too_large'

const EMPTY = Buffer.alloc(0)
const PARTIAL_BYTES_MIN = 256

interface Partial {
  readonly firstByte: number
  readonly keptBytes: number
  bytes: Buffer
  filledBytes: number
  skipBytes: number
  readonly isCut: boolean
}

export class FrameReader {
  #admit: Admit
  readonly #headBytes: number
  #buffer: Buffer = EMPTY
  #offset = 0
  #partial: Partial | null = null
  /** One for all: a frame is looked at and let go. */
  readonly #frame: FrameFields = {
    type: 0,
    flags: 0,
    buffer: EMPTY,
    start: 0,
    end: 0,
    isCut: false,
  }

  constructor(options: { admit: Admit; headBytes: number }) {
    this.#admit = options.admit
    this.#headBytes = options.headBytes
  }

  /** Another rule for the frames that were not looked at yet (a client that has logged in). */
  admitBy(admit: Admit): void {
    this.#admit = admit
  }

  push(chunk: Buffer): void {
    if (this.#offset === this.#buffer.length) this.#buffer = chunk
    else this.#buffer = Buffer.concat([this.#buffer.subarray(this.#offset), chunk])
    this.#offset = 0
  }

  next(): Frame | NoFrame {
    if (this.#partial !== null) return this.#fillPartial(this.#partial)
    const available = this.#buffer.length - this.#offset
    if (available === 0) {
      // An idle connection does not hold on to the chunk it read last.
      this.#buffer = EMPTY
      this.#offset = 0
      return 'incomplete'
    }
    return this.#nextFromBuffer(available)
  }

  #nextFromBuffer(available: number): Frame | NoFrame {
    const buffer = this.#buffer
    const from = this.#offset
    let length = 0
    let header = 1
    for (;;) {
      if (header >= available) return 'incomplete'
      const byte = buffer[from + header] as number
      length |= (byte & 0x7f) << (7 * (header - 1))
      header += 1
      if ((byte & 0x80) === 0) break
      // [MQTT-2.2.3] The remaining length has four bytes at most.
      if (header > 4) return 'malformed_length'
    }
    const firstByte = buffer[from] as number
    const admission = this.#admit(firstByte >> 4, length)
    if (admission === 'refused') return 'packet_too_large'
    this.#offset = from + header
    if (admission === 'whole' && available - header >= length) {
      const start = this.#offset
      this.#offset = start + length
      return this.#frameOf(firstByte, buffer, { start, end: this.#offset, isCut: false })
    }
    const keptBytes = admission === 'head' ? Math.min(length, this.#headBytes) : length
    this.#partial = {
      firstByte,
      keptBytes,
      bytes: Buffer.allocUnsafe(Math.min(keptBytes, Math.max(PARTIAL_BYTES_MIN, available))),
      filledBytes: 0,
      skipBytes: length - keptBytes,
      isCut: keptBytes < length,
    }
    return this.#fillPartial(this.#partial)
  }

  #fillPartial(partial: Partial): Frame | NoFrame {
    const available = this.#buffer.length - this.#offset
    const taken = Math.min(available, partial.keptBytes - partial.filledBytes)
    if (partial.filledBytes + taken > partial.bytes.length) {
      const grown = Buffer.allocUnsafe(
        Math.min(partial.keptBytes, 2 * (partial.filledBytes + taken)),
      )
      partial.bytes.copy(grown, 0, 0, partial.filledBytes)
      partial.bytes = grown
    }
    this.#buffer.copy(partial.bytes, partial.filledBytes, this.#offset, this.#offset + taken)
    partial.filledBytes += taken
    const skipped = Math.min(available - taken, partial.skipBytes)
    partial.skipBytes -= skipped
    this.#offset += taken + skipped
    if (partial.filledBytes < partial.keptBytes || partial.skipBytes > 0) {
      this.#buffer = EMPTY
      this.#offset = 0
      return 'incomplete'
    }
    this.#partial = null
    return this.#frameOf(partial.firstByte, partial.bytes, {
      start: 0,
      end: partial.keptBytes,
      isCut: partial.isCut,
    })
  }

  #frameOf(
    firstByte: number,
    buffer: Buffer,
    { start, end, isCut }: Pick<Frame, 'start' | 'end' | 'isCut'>,
  ): Frame {
    const frame = this.#frame
    frame.type = firstByte >> 4
    frame.flags = firstByte & 0x0f
    frame.buffer = buffer
    frame.start = start
    frame.end = end
    frame.isCut = isCut
    return frame
  }
}
