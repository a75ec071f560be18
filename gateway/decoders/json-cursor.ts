/** Bytes of JSON that mean something. */
export const BYTE = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  backslash: 0x5c,
  f: 0x66,
  t: 0x74,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const
const TRUE = [0x72, 0x75, 0x65] as const
const FALSE = [0x61, 0x6c, 0x73, 0x65] as const
/** So many digits are a whole number that a double holds exactly. */
const DIGITS_MAX = 15
/** Powers of ten that a double holds exactly: a whole number divided by one is rounded once, as it must be. */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/** A place in the bytes of a JSON text, and what can be read from there on. What is false took nothing for sure. */
export class JsonCursor {
  bytes: Uint8Array = new Uint8Array()
  at = 0
  /** Where the last number or value began. */
  figureAt = 0
  /** Whether the last value was a boolean. */
  isBoolean = false
  /** In memory of its own kind: a number in a field, or returned, may cost an object each time. */
  readonly #figure = new Float64Array(1)

  begin(bytes: Uint8Array): void {
    this.bytes = bytes
    this.at = 0
  }

  /** What `number` or `value` read last; a boolean is 0 or 1. */
  get figure(): number {
    return this.#figure[0] as number
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

  /** These bytes, to the last. */
  takeText(text: Uint8Array): boolean {
    const { bytes, at } = this
    const { length } = text
    if (bytes.length - at < length) return false
    for (let i = 0; i < length; i += 1) if (bytes[at + i] !== text[i]) return false
    this.at = at + length
    return true
  }

  /** A number or a boolean. */
  value(): boolean {
    switch (this.next()) {
      case BYTE.t:
        return this.#word(TRUE, 1)
      case BYTE.f:
        return this.#word(FALSE, 0)
      default:
        return this.number()
    }
  }

  /** A number without an exponent, and not too long. */
  number(): boolean {
    this.next()
    const { bytes } = this
    this.figureAt = this.at
    const isNegative = bytes[this.at] === BYTE.minus
    const start = isNegative ? this.at + 1 : this.at
    let at = start
    let whole = 0
    for (; isDigit(bytes[at]); at += 1) whole = whole * 10 + ((bytes[at] as number) - BYTE.zero)
    let digits = at - start
    // Zero stands in front only by itself; and after a minus there is no space.
    if (digits === 0 || (digits > 1 && bytes[start] === BYTE.zero)) return false
    let decimals = 0
    if (bytes[at] === BYTE.point) {
      const pointAt = at
      for (at += 1; isDigit(bytes[at]); at += 1) {
        whole = whole * 10 + ((bytes[at] as number) - BYTE.zero)
      }
      decimals = at - pointAt - 1
      if (decimals === 0) return false
      digits += decimals
    }
    if (digits > DIGITS_MAX) return false
    this.at = at
    const value = decimals === 0 ? whole : whole / (POWERS_OF_TEN[decimals] as number)
    this.#figure[0] = isNegative ? -value : value
    this.isBoolean = false
    return true
  }

  /** The letters behind the first. */
  #word(rest: readonly number[], figure: 0 | 1): boolean {
    const { bytes } = this
    this.figureAt = this.at
    let at = this.at + 1
    for (const byte of rest) {
      if (bytes[at] !== byte) return false
      at += 1
    }
    this.at = at
    this.#figure[0] = figure
    this.isBoolean = true
    return true
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= BYTE.zero && byte <= BYTE.nine
}
