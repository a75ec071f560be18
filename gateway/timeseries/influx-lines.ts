import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { encodeName } from './influx-names.ts'
import { fieldsOf, MEASUREMENT } from './influx-schema.ts'

/**
 * Readings as line protocol, a line each. By hand, because the package `influx` takes a schema and every
 * name apart again for each reading, which costs more than InfluxDB needs to store it. What stands
 * before the fields of a series is made once.
 */
export class ReadingLines {
  readonly #heads = new Map<string, Map<string, string>>()
  #series = 0

  /** Every reading must be storable: its value finite, its time within what InfluxDB holds. */
  encode(readings: readonly Reading[]): string {
    let text = ''
    for (const reading of readings) {
      text += `${this.#headOf(reading.deviceId, reading.point)}${fieldsText(reading)} ${reading.observedAtMs}\n`
    }
    return text
  }

  #headOf(deviceId: string, point: string): string {
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
    const head = `${MEASUREMENT},device=${tagValue(deviceId)},point=${tagValue(point)} `
    points.set(point, head)
    this.#series += 1
    return head
  }
}

function fieldsText(reading: Reading): string {
  const { arrived_at_ms, value, unusable, is_boolean, quality, marks } = fieldsOf(reading)
  let text = `arrived_at_ms=${arrived_at_ms}i`
  if (value !== undefined) text += `,value=${value}`
  if (unusable !== undefined) text += `,unusable=${unusable}`
  if (is_boolean === true) text += ',is_boolean=true'
  // One of a closed set of plain words.
  if (quality !== undefined) text += `,quality="${quality}"`
  if (marks !== undefined) text += `,marks=${marks}i`
  return text
}

/** `encodeName` leaves neither a backslash nor a line break, so that only these three are left to escape. */
function tagValue(name: string): string {
  return encodeName(name).replace(/[,= ]/g, '\\$&')
}
