/** The largest magnitude a variable-length integer may carry: exact as a double. */
const MAGNITUDE_MAX = Number.MAX_SAFE_INTEGER

/** Little-endian writer into a buffer that grows; `finish` copies out exactly what was written. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafeSlow(4096)
  #view = new DataView(this.#buffer.buffer)
  #length = 0

  /** Forgets what was written; the memory is kept for the next use. */
  reset(): void {
    this.#length = 0
  }

  get length(): number {
    return this.#length
  }

  /** Room for `bytes` more; the writers below do not check, their callers reserve. */
  reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
    this.#view = new DataView(grown.buffer)
  }

  uint8(value: number): void {
    this.#buffer[this.#length++] = value
  }

  uint32(value: number): void {
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  uint32At(position: number, value: number): void {
    this.#view.setUint32(position, value, true)
  }

  float64(value: number): void {
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** A non-negative safe integer, seven bits a byte, at most eight bytes. */
  unsigned(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80)
    }
    this.#buffer[this.#length++] = rest
  }

  /** A safe integer: sign and six bits in the first byte, then seven bits a byte. */
  signed(value: number): void {
    const sign = value < 0 ? 0x40 : 0
    const magnitude = Math.abs(value)
    if (magnitude < 0x40) {
      this.#buffer[this.#length++] = sign | magnitude
      return
    }
    this.#buffer[this.#length++] = sign | (magnitude % 0x40) | 0x80
    this.unsigned(Math.floor(magnitude / 0x40))
  }

  /** UTF-8 with its length before it; reserves its own room. */
  text(value: string): void {
    const bytes = Buffer.byteLength(value)
    this.reserve(bytes + 8)
    this.unsigned(bytes)
    this.#length += this.#buffer.write(value, this.#length, bytes, 'utf8')
  }

  /** The caller reserves. */
  bytes(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A view, good until something is written. */
  bytesFrom(position: number): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(position, this.#length)
  }

  /** A copy with memory of its own, so that it can be transferred to another thread. */
  finish(): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(this.#length)
    copy.set(this.#buffer.subarray(0, this.#length))
    return copy
  }
}

/** Reads what `ByteWriter` wrote; throws `RangeError` when the bytes end too early. */
export class ByteReader {
  readonly #buffer: Buffer
  readonly #view: DataView
  #position: number

  constructor(bytes: Uint8Array, position = 0) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#position = position
  }

  get remaining(): number {
    return this.#buffer.length - this.#position
  }

  uint8(): number {
    const value = this.#buffer[this.#position++]
    if (value === undefined) throw new RangeError('The bytes end too early.')
    return value
  }

  uint32(): number {
    const value = this.#view.getUint32(this.#position, true)
    this.#position += 4
    return value
  }

  float64(): number {
    const value = this.#view.getFloat64(this.#position, true)
    this.#position += 8
    return value
  }

  unsigned(): number {
    let byte = this.uint8()
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let scale = 0x80
    do {
      byte = this.uint8()
      value += (byte & 0x7f) * scale
      if (value > MAGNITUDE_MAX) throw new RangeError('An integer is too large.')
      scale *= 0x80
    } while (byte >= 0x80)
    return value
  }

  signed(): number {
    const first = this.uint8()
    let magnitude = first & 0x3f
    if (first >= 0x80) magnitude += this.unsigned() * 0x40
    return (first & 0x40) !== 0 ? -magnitude : magnitude
  }

  text(): string {
    const bytes = this.unsigned()
    if (bytes > this.remaining) throw new RangeError('A text is longer than the bytes left.')
    const end = this.#position + bytes
    const value = this.#buffer.toString('utf8', this.#position, end)
    this.#position = end
    return value
  }
}
