import { FIGURE, figureEnd, isWord } from './json-figure.ts'

/** Bytes of JSON that mean something. */
export const BYTE = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  backslash: 0x5c,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

/** A place in the bytes of a JSON text, and what can be read from there on. What is false took nothing for sure. */
export class JsonCursor {
  bytes: Uint8Array = new Uint8Array()
  at = 0
  /** Where the last number or value began. */
  figureAt = 0
  /** Whether the last value was a boolean. */
  isBoolean = false

  begin(bytes: Uint8Array): void {
    this.bytes = bytes
    this.at = 0
  }

  /** What `number` or `value` read last; a boolean is 0 or 1. */
  get figure(): number {
    return FIGURE[0] as number
  }

  /** The next byte that is no space; it is not taken. */
  next(): number | undefined {
    const { bytes } = this
    for (;;) {
      const byte = bytes[this.at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.at += 1
    }
  }

  take(wanted: number): boolean {
    if (this.next() !== wanted) return false
    this.at += 1
    return true
  }

  /** A number or a boolean. */
  value(): boolean {
    this.isBoolean = isWord(this.next())
    return this.#figure()
  }

  /** A number without an exponent, and not too long. */
  number(): boolean {
    this.isBoolean = false
    return !isWord(this.next()) && this.#figure()
  }

  #figure(): boolean {
    this.figureAt = this.at
    const end = figureEnd(this.bytes, this.at)
    if (end === -1) return false
    this.at = end
    return true
  }
}
