/**
 * Bytes that are written once from front to back into memory that grows and is used again; beside them
 * scratch for whoever writes a column, so that a column makes no garbage.
 */
export class ByteSink {
  #buffer = Buffer.allocUnsafeSlow(4096)
  #length = 0
  #wholes = new Float64Array(0)
  #rests = new Float64Array(0)

  get length(): number {
    return this.#length
  }

  clear(): void {
    this.#length = 0
  }

  byte(value: number): void {
    const at = this.#grow(1)
    this.#buffer[at] = value
  }

  double(value: number): void {
    const at = this.#grow(8)
    this.#buffer.writeDoubleLE(value, at)
  }

  unsigned32(value: number): void {
    const at = this.#grow(4)
    this.#buffer.writeUInt32LE(value, at)
  }

  /** Room for `bytes` more, for the caller to fill before the next call. */
  take(bytes: number): Buffer {
    const at = this.#grow(bytes)
    return this.#buffer.subarray(at, this.#length)
  }

  /** A column made of another one, before it is written. Any content; its owner's until the next call. */
  wholes(count: number): Float64Array {
    if (this.#wholes.length < count) this.#wholes = new Float64Array(2 * count)
    return this.#wholes.subarray(0, count)
  }

  /** What is left of a column, while it is written; as `wholes`. */
  rests(count: number): Float64Array {
    if (this.#rests.length < count) this.#rests = new Float64Array(2 * count)
    return this.#rests.subarray(0, count)
  }

  /** What was written; valid until the next write. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Where the new bytes begin. */
  #grow(bytes: number): number {
    const at = this.#length
    const end = at + bytes
    if (end > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, this.#buffer.length * 2))
      this.#buffer.copy(grown, 0, 0, at)
      this.#buffer = grown
    }
    this.#length = end
    return at
  }
}

/** Reads back what a `ByteSink` was given. Throws `RangeError` past the end. */
export class ByteSource {
  readonly #buffer: Buffer
  #position = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#pass(1))
  }

  double(): number {
    return this.#buffer.readDoubleLE(this.#pass(8))
  }

  unsigned32(): number {
    return this.#buffer.readUInt32LE(this.#pass(4))
  }

  take(bytes: number): Buffer {
    const at = this.#pass(bytes)
    return this.#buffer.subarray(at, this.#position)
  }

  /** Where the bytes begin that were not read yet. */
  #pass(bytes: number): number {
    const at = this.#position
    const end = at + bytes
    if (end > this.#buffer.length) throw new RangeError('The bytes end too early.')
    this.#position = end
    return at
  }
}
