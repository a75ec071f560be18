import { isAt } from '../bytes.ts'

const BYTE = { minus: 0x2d, point: 0x2e, zero: 0x30, nine: 0x39, a: 0x61, t: 0x74 } as const
const TRUE = Uint8Array.from(Buffer.from('true'))
const FALSE = Uint8Array.from(Buffer.from('false'))
/** So many digits are a whole number that a double holds exactly. */
const DIGITS_MAX = 15
/** Powers of ten that a double holds exactly: a whole number divided by one is rounded once, as it must be. */
const POWERS_OF_TEN = Float64Array.from({ length: DIGITS_MAX + 1 }, (_, exponent) => 10 ** exponent)

/**
 * What `figureEnd` read last; a boolean is 0 or 1. In memory of its own kind: a number in a field, or
 * returned, may cost an object each time.
 */
export const FIGURE = new Float64Array(1)

/**
 * Where the figure ends that begins at `start`: a number of JSON without an exponent and not too long, or a
 * boolean. -1: there is none. All in one piece and in locals, for it is run for every reading.
 */
export function figureEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start] as number
  if (first >= BYTE.a) return wordEnd(bytes, start)
  const isNegative = first === BYTE.minus
  const from = isNegative ? start + 1 : start
  let at = from
  let whole = 0
  for (; isDigit(bytes[at]); at += 1) whole = whole * 10 + ((bytes[at] as number) - BYTE.zero)
  let digits = at - from
  // Zero stands in front only by itself; and after a minus there is no space.
  if (digits === 0 || (digits > 1 && bytes[from] === BYTE.zero)) return -1
  let decimals = 0
  if (bytes[at] === BYTE.point) {
    const pointAt = at
    for (at += 1; isDigit(bytes[at]); at += 1) {
      whole = whole * 10 + ((bytes[at] as number) - BYTE.zero)
    }
    decimals = at - pointAt - 1
    if (decimals === 0) return -1
    digits += decimals
  }
  if (digits > DIGITS_MAX) return -1
  const value = decimals === 0 ? whole : whole / (POWERS_OF_TEN[decimals] as number)
  FIGURE[0] = isNegative ? -value : value
  return at
}

/** Whether the figure that begins with this byte is a boolean, if it is one at all. */
export function isWord(byte: number | undefined): boolean {
  return byte !== undefined && byte >= BYTE.a
}

function wordEnd(bytes: Uint8Array, start: number): number {
  const isTrue = bytes[start] === BYTE.t
  const word = isTrue ? TRUE : FALSE
  const end = start + word.length
  if (!isAt(bytes, start, end, word)) return -1
  FIGURE[0] = isTrue ? 1 : 0
  return end
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= BYTE.zero && byte <= BYTE.nine
}
