import { isPointName } from '#alerting/reading.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import { isAt } from '../bytes.ts'
import type { DecodedValues } from './decoder.ts'
import { BYTE, JsonCursor } from './json-cursor.ts'
import { type Figure, MessageForms } from './message-form.ts'

/** Beyond these the first are expected again, as they stand in an array of samples. */
const EXPECTED_KEYS_MAX = 64

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
  readonly #forms = new MessageForms()
  /** The keys of the last message in their order: those of the next are mostly the same. */
  readonly #expected: KnownName[] = []
  readonly #cursor = new JsonCursor()
  /** How many keys were read. */
  #keys = 0
  /** Null: they are not wanted, or the message is of a kind that has no form. */
  #figures: Figure[] | null = null

  read(payload: Uint8Array, into: DecodedValues): boolean {
    const cursor = this.#cursor
    if (this.#forms.read(payload, into)) return true
    cursor.begin(payload)
    this.#keys = 0
    this.#figures = this.#forms.isCurious(payload) ? [] : null
    const isArray = cursor.next() === BYTE.openBracket
    const isRead = isArray ? this.#samples(into) : this.#sample(into)
    if (!isRead || cursor.next() !== undefined) return false
    if (this.#figures !== null) this.#forms.learn(payload, this.#figures)
    return true
  }

  #samples(into: DecodedValues): boolean {
    const cursor = this.#cursor
    let samples = 0
    cursor.at += 1
    do {
      if (samples === PAYLOAD_LIMITS.samplesPerPayloadMax || !this.#sample(into)) return false
      samples += 1
    } while (cursor.take(BYTE.comma))
    return cursor.take(BYTE.closeBracket)
  }

  #sample(into: DecodedValues): boolean {
    const cursor = this.#cursor
    if (!cursor.take(BYTE.openBrace)) return false
    let sourceAtMs: number | null = null
    do {
      const key = this.#key()
      if (key === 'ts' && sourceAtMs === null) {
        if (!cursor.number() || !Number.isInteger(cursor.figure)) return false
        // As `parseSourceTime`: there is no negative zero in time.
        sourceAtMs = cursor.figure + 0
        // A time behind its values is unusual, and no form.
        if (into.unstamped > 0) this.#figures = null
        this.#note(null, false)
      } else if (key !== 'values' || into.unstamped > 0 || !this.#values(into, sourceAtMs)) {
        return false
      }
    } while (cursor.take(BYTE.comma))
    if (into.unstamped === 0 || !cursor.take(BYTE.closeBrace)) return false
    into.stamp(sourceAtMs, { isTimeInvalid: false })
    return true
  }

  #values(into: DecodedValues, sourceAtMs: number | null): boolean {
    const cursor = this.#cursor
    if (!cursor.take(BYTE.openBrace)) return false
    do {
      const point = this.#key()
      if (point === null || into.hasUnstamped(point)) return false
      if (!cursor.value() || into.isFull || into.unstamped === PAYLOAD_LIMITS.pointsPerSampleMax) {
        return false
      }
      this.#note(point, sourceAtMs === null && into.unstamped === 0)
      into.add(point, cursor.isBoolean ? cursor.figure === 1 : cursor.figure, null)
    } while (cursor.take(BYTE.comma))
    return cursor.take(BYTE.closeBrace)
  }

  /** The figure that was read last. */
  #note(point: string | null, isTimeless: boolean): void {
    const { figureAt: start, at: end } = this.#cursor
    this.#figures?.push({ start, end, point, isTimeless })
  }

  /** A key that could be a point's name, and its colon. */
  #key(): string | null {
    const cursor = this.#cursor
    if (!cursor.take(BYTE.quote)) return null
    const place = this.#keys % EXPECTED_KEYS_MAX
    this.#keys += 1
    const expected = this.#expected[place]
    if (expected !== undefined && this.#isNext(expected.bytes)) {
      cursor.at += expected.bytes.length + 1
      return cursor.take(BYTE.colon) ? expected.name : null
    }
    const known = this.#lookUp()
    if (known === null || !cursor.take(BYTE.colon)) return null
    this.#expected[place] = known
    return known.name
  }

  /** Whether this text is next, and a quotation mark behind it. */
  #isNext(text: Uint8Array): boolean {
    const { bytes, at } = this.#cursor
    const end = at + text.length
    return bytes[end] === BYTE.quote && isAt(bytes, at, end, text)
  }

  /** The name up to the next quotation mark. */
  #lookUp(): KnownName | null {
    const { bytes, at: start } = this.#cursor
    let hash = 0
    let at = start
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] as number
      if (byte === BYTE.quote) break
      if (byte === BYTE.backslash) return null
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    this.#cursor.at = at + 1
    return this.#names.find(bytes, { start, end: at, hash })
  }
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
