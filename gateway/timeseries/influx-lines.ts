import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { encodeName } from './influx-names.ts'
import { fieldsOf, MEASUREMENT } from './influx-schema.ts'

/** More than all that stands behind the head of a line can take. */
const TAIL_BYTES_MAX = 256
const LINE_BYTES_USUAL = 112
const NO_BYTES: Buffer = Buffer.alloc(0)
const AND_VALUE = 'i,value='
const [MINUS, ZERO, SPACE, LINE_END] = [0x2d, 0x30, 0x20, 0x0a]
/** Below the square of it whole numbers are exact; each half has at most 31 bits. */
const HALF = 10_000_000
const HALF_DIGITS = 7

/**
 * Readings as line protocol, a line each. By hand, because the package `influx` takes a schema and every
 * name apart again for each reading, which costs more than InfluxDB needs to store it; and as bytes,
 * because a text of that length is made of a thousand small ones, and copied once more to be sent. What
 * stands before the values of a series is made once.
 */
export class ReadingLines {
  readonly #heads = new Map<string, Map<string, Buffer>>()
  #series = 0

  /** Every reading must be storable: its value finite, its time within what InfluxDB holds. */
  encode(readings: readonly Reading[]): Buffer {
    let bytes: Buffer = Buffer.allocUnsafeSlow(readings.length * LINE_BYTES_USUAL + TAIL_BYTES_MAX)
    let at = 0
    let head = NO_BYTES
    let before: Reading | null = null
    for (const reading of readings) {
      const isSameSeries =
        before !== null && before.point === reading.point && before.deviceId === reading.deviceId
      if (!isSameSeries) head = this.#headOf(reading.deviceId, reading.point)
      before = reading
      if (at + head.length + TAIL_BYTES_MAX > bytes.length) bytes = grown(bytes, at, head.length)
      // Faster than `set` for so few.
      for (let index = 0; index < head.length; index += 1) bytes[at + index] = head[index] as number
      at = writeTail(bytes, at + head.length, reading)
    }
    return bytes.subarray(0, at)
  }

  #headOf(deviceId: string, point: string): Buffer {
    let points = this.#heads.get(deviceId)
    if (points === undefined) {
      points = new Map()
      this.#heads.set(deviceId, points)
    }
    const known = points.get(point)
    if (known !== undefined) return known
    if (this.#series >= INFLUX_LIMITS.seriesRememberedMax) {
      this.#heads.clear()
      this.#series = 0
      return this.#headOf(deviceId, point)
    }
    const tags = `device=${tagValue(deviceId)},point=${tagValue(point)}`
    const head = Buffer.from(`${MEASUREMENT},${tags} arrived_at_ms=`)
    points.set(point, head)
    this.#series += 1
    return head
  }
}

/** These write at a place and return the one behind. */
function writeTail(bytes: Buffer, start: number, reading: Reading): number {
  const { value, quality, marks } = reading
  let at = writeWhole(bytes, start, reading.arrivedAtMs)
  if (typeof value === 'number' && quality === 'good' && marks === 0) {
    at = writeText(bytes, at, AND_VALUE)
    at = writeText(bytes, at, String(value))
  } else at = writeText(bytes, at, unusualFields(reading))
  bytes[at] = SPACE
  at = writeWhole(bytes, at + 1, reading.observedAtMs)
  bytes[at] = LINE_END
  return at + 1
}

/** A short text of ASCII only. */
function writeText(bytes: Buffer, at: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index)
  return at + text.length
}

function writeWhole(bytes: Buffer, at: number, value: number): number {
  if (value < 0) {
    bytes[at] = MINUS
    return writeWhole(bytes, at + 1, -value)
  }
  if (value < HALF) return writeDigits(bytes, at, { value, digits: digitsOf(value) })
  const high = Math.floor(value / HALF)
  const middle = writeDigits(bytes, at, { value: high, digits: digitsOf(high) })
  return writeDigits(bytes, middle, { value: value - high * HALF, digits: HALF_DIGITS })
}

/** Below 2³¹, with zeros in front. */
function writeDigits(
  bytes: Buffer,
  at: number,
  { value, digits }: { readonly value: number; readonly digits: number },
): number {
  let rest = value
  for (let place = at + digits - 1; place >= at; place -= 1) {
    const tenth = (rest / 10) | 0
    bytes[place] = ZERO + rest - 10 * tenth
    rest = tenth
  }
  return at + digits
}

function grown(bytes: Buffer, used: number, more: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(2 * bytes.length + more + TAIL_BYTES_MAX)
  bytes.copy(larger, 0, 0, used)
  return larger
}
/** Behind the digits of `arrived_at_ms`, whatever the reading has of the schema. */
function unusualFields(reading: Reading): string {
  const { value, unusable, is_boolean, quality, marks } = fieldsOf(reading)
  let text = value === undefined ? `i,unusable=${unusable}` : `${AND_VALUE}${value}`
  if (is_boolean === true) text += ',is_boolean=true'
  // One of a closed set of plain words.
  if (quality !== undefined) text += `,quality="${quality}"`
  if (marks !== undefined) text += `,marks=${marks}i`
  return text
}

function digitsOf(value: number): number {
  let digits = 1
  for (let weight = 10; weight <= value; weight *= 10) digits += 1
  return digits
}

/** `encodeName` leaves neither a backslash nor a line break, so that only these three are left to escape. */
function tagValue(name: string): string {
  return encodeName(name).replace(/[,= ]/g, '\\$&')
}
