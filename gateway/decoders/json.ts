import { isPointName, QUALITIES, type Quality } from '#alerting/reading.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import { type Decoded, DecodedValues } from './decoder.ts'
import { shapeOf, withoutBareNonFinite } from './json-text.ts'
import { readPlainJson } from './plain-json.ts'
import { RejectedParts, type RejectionReason } from './rejection.ts'
import { parseSourceTime } from './source-time.ts'

/**
 * Readings as JSON:
 *
 *     {"ts": 1795430400000, "values": {"lel": 3.2, "fault": false}, "quality": {"lel": "uncertain"}}
 *
 * an array of these, or the plain object of values, with or without `ts` among them. `ts` is epoch ms
 * or ISO 8601 with its zone. Members that are none of these are left alone beside `values`. What cannot
 * be taken is named, and nothing else is lost with it: one value, one sample, or what exceeds a limit.
 */
export function decodeJson(payload: Uint8Array): Decoded {
  if (payload.length > PAYLOAD_LIMITS.payloadBytesMax) {
    return refused('payload_too_large', `${payload.length} bytes`)
  }
  VALUES.clear()
  return readPlainJson(payload, VALUES) ? PLAIN : decodeJsonInFull(payload)
}

const VALUES = new DecodedValues()
const PLAIN: Decoded = { ok: true, values: VALUES, rejected: [] }

/** By the text, and not in a hurry: everything that `readPlainJson` leaves. */
export function decodeJsonInFull(payload: Uint8Array): Decoded {
  const text = decodeUtf8(payload)
  if (text === null) return refused('invalid_utf8', 'The payload is not UTF-8.')
  if (text.trim() === '') return refused('payload_empty', `${payload.length} bytes`)
  const shape = shapeOf(text, PAYLOAD_LIMITS.jsonDepthMax)
  if (shape.depth > PAYLOAD_LIMITS.jsonDepthMax) {
    return refused('json_too_deep', `more than ${PAYLOAD_LIMITS.jsonDepthMax} levels`)
  }
  const parsed = parseJson(text)
  if ('problem' in parsed) return refused('malformed_json', parsed.problem)
  const decoding = new JsonDecoding()
  if (membersOf(parsed.value) < shape.members) {
    decoding.rejected.add('duplicate_key', 'A key is given twice; its last value was taken.')
  }
  return decoding.decode(parsed.value)
}

function refused(reason: RejectionReason, detail: string): Decoded {
  return { ok: false, reason, detail }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Null when it is not UTF-8. A byte order mark is skipped. */
function decodeUtf8(payload: Uint8Array): string | null {
  try {
    return UTF8.decode(payload)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function parseJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  const first = tryParse(text)
  if ('value' in first) return first
  const repaired = withoutBareNonFinite(text)
  const second = repaired === null ? first : tryParse(repaired)
  return 'value' in second ? second : first
}

function tryParse(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: error.message }
    throw error
  }
}

/** The depth is bounded before. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const children = Object.values(value)
  let members = Array.isArray(value) ? 0 : children.length
  for (const child of children) {
    if (typeof child === 'object') members += membersOf(child)
  }
  return members
}

type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Own members only: an object of JSON inherits `constructor` and friends. */
function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** One payload on its way through the limits. */
class JsonDecoding {
  readonly rejected = new RejectedParts()

  decode(root: unknown): Decoded {
    const elements = Array.isArray(root) ? root : [root]
    const { samplesPerPayloadMax } = PAYLOAD_LIMITS
    if (elements.length > samplesPerPayloadMax) {
      const detail = `${elements.length} samples; the first ${samplesPerPayloadMax} were taken`
      this.rejected.add('too_many_samples', detail)
    }
    VALUES.clear()
    for (const element of elements.slice(0, samplesPerPayloadMax)) this.#sample(element)
    if (elements.length === 0) this.rejected.add('no_values', 'The list is empty.')
    return { ok: true, values: VALUES, rejected: this.rejected.parts }
  }

  #sample(element: unknown): void {
    if (!isObject(element)) {
      this.rejected.add('not_an_object', `A sample is ${describe(element)}.`)
      return
    }
    const quality = member(element, 'quality')
    const entries = this.#entriesOf(element, isObject(quality))
    if (entries === null) return
    const time = member(element, 'ts')
    const sourceAtMs = time === undefined ? null : parseSourceTime(time)
    const isTimeInvalid = time !== undefined && sourceAtMs === null
    if (isTimeInvalid) this.rejected.add('invalid_time', `ts is ${describe(time)}.`)
    this.#values(entries, this.#qualities(element, quality))
    VALUES.stamp(sourceAtMs, { isTimeInvalid })
  }

  /** Names and values of the points; null when there are none. */
  #entriesOf(sample: JsonObject, hasQualities: boolean): readonly [string, unknown][] | null {
    const values = member(sample, 'values')
    if (values !== undefined && !isObject(values)) {
      this.rejected.add('not_an_object', `values is ${describe(values)}.`)
      return null
    }
    const entries =
      values === undefined
        ? Object.entries(sample).filter(
            ([key]) => key !== 'ts' && !(hasQualities && key === 'quality'),
          )
        : Object.entries(values)
    const { pointsPerSampleMax } = PAYLOAD_LIMITS
    if (entries.length === 0) {
      this.rejected.add('no_values', 'A sample has no values.')
      return null
    }
    if (entries.length <= pointsPerSampleMax) return entries
    const detail = `${entries.length} points; the first ${pointsPerSampleMax} were taken`
    this.rejected.add('too_many_points', detail)
    return entries.slice(0, pointsPerSampleMax)
  }

  /** What the device says of its values, where it says it in a way that we know. */
  #qualities(sample: JsonObject, quality: unknown): JsonObject | null {
    if (isObject(quality)) return quality
    // In the plain form `quality` may be a point of that name.
    if (quality === undefined || !Object.hasOwn(sample, 'values')) return null
    this.rejected.add('invalid_quality', `quality is ${describe(quality)}.`)
    return null
  }

  #values(entries: readonly (readonly [string, unknown])[], qualities: JsonObject | null): void {
    for (const [point, value] of entries) {
      if (VALUES.isFull) {
        const detail = `more than ${PAYLOAD_LIMITS.readingsPerPayloadMax}; the first were taken`
        this.rejected.add('too_many_readings', detail)
        break
      }
      if (!isPointName(point)) {
        this.rejected.add('invalid_point_name', 'The name of a point is not one.', point)
      } else if (typeof value === 'number' && !Number.isFinite(value)) {
        this.rejected.add('value_not_finite', 'The value is not a finite number.', point)
      } else if (typeof value !== 'number' && typeof value !== 'boolean') {
        this.rejected.add('wrong_value_type', `The value is ${describe(value)}.`, point)
      } else {
        VALUES.add(point, value, this.#quality(qualities, point))
      }
    }
  }

  /** A device that doubts its value in words that we do not know still doubts it. */
  #quality(qualities: JsonObject | null, point: string): Quality | null {
    if (qualities === null) return null
    const said = member(qualities, point)
    if (said === undefined) return null
    const quality = QUALITIES.find((candidate) => candidate === said)
    if (quality !== undefined) return quality
    this.rejected.add('invalid_quality', `The quality is ${describe(said)}.`, point)
    return 'uncertain'
  }
}

/** A value for a sentence, in few characters. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(value.slice(0, 40))}`
    case 'object':
      return 'an object'
    default:
      return String(value)
  }
}
