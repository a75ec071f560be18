/** Bytes that are written once from front to back into memory that grows and is used again. */
export class ByteSink {
  #buffer = Buffer.allocUnsafeSlow(4096)
  #length = 0

  get length(): number {
    return this.#length
  }

  clear(): void {
    this.#length = 0
  }

  byte(value: number): void {
    this.take(1)[0] = value
  }

  double(value: number): void {
    this.take(8).writeDoubleLE(value)
  }

  /** Room for `bytes` more, for the caller to fill before the next call. */
  take(bytes: number): Buffer {
    const end = this.#length + bytes
    if (end > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, this.#buffer.length * 2))
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    const room = this.#buffer.subarray(this.#length, end)
    this.#length = end
    return room
  }

  /** What was written; valid until the next write. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length)
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
    return this.take(1).readUInt8()
  }

  double(): number {
    return this.take(8).readDoubleLE()
  }

  take(bytes: number): Buffer {
    const end = this.#position + bytes
    if (end > this.#buffer.length) throw new RangeError('The bytes end too early.')
    const taken = this.#buffer.subarray(this.#position, end)
    this.#position = end
    return taken
  }
}
