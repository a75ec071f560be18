import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeviceId, QUALITIES, type Reading } from '#alerting/reading.ts'
import { parseLineProtocol } from '#simulators/receivers/line-protocol.ts'
import { ReadingLines } from './influx-lines.ts'
import { decodeName } from './influx-names.ts'
import { FIELDS, type FieldName, readingOf, TIME_MS_MAX, TIME_MS_MIN } from './influx-schema.ts'

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom(',', '=', ' ', '"', "'", '\\', '\n', '\r', '%', '罐', '🔥', 'value=1'))
    .map((pieces) => pieces.join('')),
)

const anyReading: fc.Arbitrary<Reading> = fc.record({
  deviceId: anyName.map((name) => name as DeviceId),
  point: anyName,
  observedAtMs: fc.oneof(
    fc.integer({ min: TIME_MS_MIN, max: TIME_MS_MAX }),
    fc.integer({ min: -20, max: 20_000_000 }),
  ),
  arrivedAtMs: fc.integer({ min: 0, max: 4e12 }),
  value: fc.oneof(fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  quality: fc.constantFrom(...QUALITIES),
  marks: fc.integer({ min: 0, max: 7 }),
})

/** What a line says, read by InfluxDB's own rules and not by what wrote it. */
function readingsIn(text: string): readonly unknown[] {
  return parseLineProtocol(text).map(({ tags, fields, time }) => ({
    deviceId: decodeName(tags.get('device') ?? ''),
    point: decodeName(tags.get('point') ?? ''),
    ...readingOf(Number(time), (name: FieldName) => fields.get(name)?.value),
  }))
}

/** InfluxDB has one zero. */
const stored = (reading: Reading) =>
  Object.is(reading.value, -0) ? { ...reading, value: 0 } : reading

describe('lines of readings', () => {
  test('are read as the readings that they were made of, whatever the names hold', () => {
    fc.assert(
      fc.property(fc.array(anyReading, { maxLength: 20 }), (readings) => {
        const text = new ReadingLines().encode(readings).toString()
        expect(text.split('\n')).toHaveLength(readings.length + 1)
        expect(readingsIn(text)).toEqual(readings.map(stored))
      }),
    )
  })

  test('have the types of the schema, and only the fields that say something', () => {
    const reading: Reading = {
      deviceId: 'gas 1' as DeviceId,
      point: 'lel',
      observedAtMs: 1_795_430_400_000,
      arrivedAtMs: 1_795_430_400_040,
      value: 3,
      quality: 'good',
      marks: 0,
    }
    const lines = new ReadingLines()
    expect(lines.encode([reading]).toString()).toBe(
      'vigil_readings,device=gas\\ 1,point=lel arrived_at_ms=1795430400040i,value=3 1795430400000\n',
    )
    const text = lines.encode([{ ...reading, value: true, quality: 'bad', marks: 4 }]).toString()
    const fields = parseLineProtocol(text)[0]?.fields
    const types = FIELDS.map((name) => fields?.get(name)?.type)
    expect(types).toEqual([undefined, 'double', 'boolean', 'string', 'long', 'long'])
  })
})
