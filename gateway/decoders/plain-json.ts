import { isPointName } from '#alerting/reading.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import { isAt } from '../bytes.ts'
import type { DecodedValues } from './decoder.ts'

const BYTE = {
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
/** Beyond these the first are expected again, as they stand in an array of samples. */
const EXPECTED_KEYS_MAX = 64
/** So many digits are a whole number that a double holds exactly. */
const DIGITS_MAX = 15
/** Powers of ten that a double holds exactly: a whole number divided by one is rounded once, as it must be. */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/**
 * Reads the form in which nearly every message comes, straight from its bytes:
 *
 *     {"ts": 1795430400000, "values": {"lel": 3.2, "fault": false}}
 *
 * or an array of these, into `into`, which is empty. False for everything else — also for what is merely
 * unusual: an exponent, an escape, a repeated key, more than a limit allows — which `decodeJson` then
 * reads in full. What is read here is exactly what it would have read.
 */
export function readPlainJson(payload: Uint8Array, into: DecodedValues): boolean {
  return READER.read(payload, into)
}

class PlainJsonReader {
  readonly #names = new NameTable()
  /** The keys of the last message in their order: those of the next are mostly the same. */
  readonly #expected: KnownName[] = []
  #bytes: Uint8Array = new Uint8Array()
  #at = 0
  /** How many keys were read. */
  #keys = 0

  read(payload: Uint8Array, into: DecodedValues): boolean {
    this.#bytes = payload
    this.#at = 0
    this.#keys = 0
    const isRead = this.#next() === BYTE.openBracket ? this.#samples(into) : this.#sample(into)
    return isRead && this.#next() === undefined
  }

  #samples(into: DecodedValues): boolean {
    let samples = 0
    this.#at += 1
    do {
      if (samples === PAYLOAD_LIMITS.samplesPerPayloadMax || !this.#sample(into)) return false
      samples += 1
    } while (this.#take(BYTE.comma))
    return this.#take(BYTE.closeBracket)
  }

  #sample(into: DecodedValues): boolean {
    if (!this.#take(BYTE.openBrace)) return false
    let sourceAtMs: number | null = null
    do {
      const key = this.#key()
      if (key === 'ts' && sourceAtMs === null) {
        sourceAtMs = this.#number()
        if (sourceAtMs === null || !Number.isInteger(sourceAtMs)) return false
        // As `parseSourceTime`: there is no negative zero in time.
        sourceAtMs += 0
      } else if (key !== 'values' || into.unstamped > 0 || !this.#values(into)) return false
    } while (this.#take(BYTE.comma))
    if (into.unstamped === 0 || !this.#take(BYTE.closeBrace)) return false
    into.stamp(sourceAtMs, { isTimeInvalid: false })
    return true
  }

  #values(into: DecodedValues): boolean {
    if (!this.#take(BYTE.openBrace)) return false
    do {
      const point = this.#key()
      if (point === null || into.hasUnstamped(point)) return false
      const value = this.#value()
      if (value === null || into.isFull || into.unstamped === PAYLOAD_LIMITS.pointsPerSampleMax) {
        return false
      }
      into.add(point, value, null)
    } while (this.#take(BYTE.comma))
    return this.#take(BYTE.closeBrace)
  }

  /** A key that could be a point's name, and its colon. */
  #key(): string | null {
    if (!this.#take(BYTE.quote)) return null
    const place = this.#keys % EXPECTED_KEYS_MAX
    this.#keys += 1
    const expected = this.#expected[place]
    if (expected !== undefined && this.#isNext(expected.bytes)) {
      this.#at += expected.bytes.length + 1
      return this.#take(BYTE.colon) ? expected.name : null
    }
    const known = this.#lookUp()
    if (known === null || !this.#take(BYTE.colon)) return null
    this.#expected[place] = known
    return known.name
  }

  /** Whether this text is next, and a quotation mark behind it. */
  #isNext(text: Uint8Array): boolean {
    const end = this.#at + text.length
    return this.#bytes[end] === BYTE.quote && isAt(this.#bytes, this.#at, end, text)
  }

  /** The name up to the next quotation mark. */
  #lookUp(): KnownName | null {
    const bytes = this.#bytes
    const start = this.#at
    let hash = 0
    let at = start
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] as number
      if (byte === BYTE.quote) break
      if (byte === BYTE.backslash) return null
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    this.#at = at + 1
    return this.#names.find(bytes, { start, end: at, hash })
  }

  #value(): number | boolean | null {
    switch (this.#next()) {
      case BYTE.t:
        return this.#word(TRUE) ? true : null
      case BYTE.f:
        return this.#word(FALSE) ? false : null
      default:
        return this.#number()
    }
  }

  #word(rest: readonly number[]): boolean {
    this.#at += 1
    for (const byte of rest) {
      if (this.#bytes[this.#at] !== byte) return false
      this.#at += 1
    }
    return true
  }

  #number(): number | null {
    const isNegative = this.#take(BYTE.minus)
    const bytes = this.#bytes
    const start = this.#at
    let at = start
    let whole = 0
    for (; isDigit(bytes[at]); at += 1) whole = whole * 10 + ((bytes[at] as number) - BYTE.zero)
    let digits = at - start
    // Zero stands in front only by itself; and after a minus there is no space.
    if (digits === 0 || (digits > 1 && bytes[start] === BYTE.zero)) return null
    let decimals = 0
    if (bytes[at] === BYTE.point) {
      const pointAt = at
      for (at += 1; isDigit(bytes[at]); at += 1) {
        whole = whole * 10 + ((bytes[at] as number) - BYTE.zero)
      }
      decimals = at - pointAt - 1
      if (decimals === 0) return null
      digits += decimals
    }
    if (digits > DIGITS_MAX) return null
    this.#at = at
    const value = decimals === 0 ? whole : whole / (POWERS_OF_TEN[decimals] as number)
    return isNegative ? -value : value
  }

  /** The next byte that is no space; it is not taken. */
  #next(): number | undefined {
    const bytes = this.#bytes
    for (;;) {
      const byte = bytes[this.#at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.#at += 1
    }
  }

  #take(wanted: number): boolean {
    if (this.#next() !== wanted) return false
    this.#at += 1
    return true
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= BYTE.zero && byte <= BYTE.nine
}

interface KnownName {
  readonly bytes: Uint8Array
  readonly name: string
}

/** Names seen lately, found by their bytes: the same few come again and again, and make no new text. */
class NameTable {
  /** A power of two. A name drives out another one of the same place. */
  static readonly SIZE = 1_024
  readonly #names: (KnownName | undefined)[] = Array.from({ length: NameTable.SIZE })

  /** Null: it is no name of a point. */
  find(
    bytes: Uint8Array,
    { start, end, hash }: { readonly start: number; readonly end: number; readonly hash: number },
  ): KnownName | null {
    const place = hash & (NameTable.SIZE - 1)
    const known = this.#names[place]
    if (known !== undefined && isAt(bytes, start, end, known.bytes)) return known
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
    if (!isPointName(text)) return null
    const made = { bytes: Uint8Array.from(bytes.subarray(start, end)), name: asName(text) }
    this.#names[place] = made
    return made
  }
}

/** The same text as a name of the engine's, of which there is one: comparing two then looks at no letter. */
function asName(text: string): string {
  return Object.keys({ [text]: null })[0] ?? text
}

const READER = new PlainJsonReader()
