import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeviceId, QUALITIES, type Reading } from './reading.ts'
import {
  ColumnBatch,
  ColumnBuilder,
  type DeviceReadings,
  isPlain,
  isUsable,
  packFlags,
  readingsWhere,
  type Series,
  SeriesHandle,
} from './reading-columns.ts'

/** One a series, as `SeriesHandle` wants it. */
class Handles {
  readonly #known = new Map<string, SeriesHandle>()

  of({ deviceId, point }: Series): SeriesHandle {
    const key = `${deviceId}/${point}`
    const handle = this.#known.get(key) ?? new SeriesHandle({ deviceId, point })
    this.#known.set(key, handle)
    return handle
  }
}

/** With memory beyond its end, as what is used again has. */
function sideBySide(readings: readonly Reading[], handles: Handles): DeviceReadings {
  const room = readings.length + 3
  const sources = readings.flatMap(({ sourceAtMs }, n) =>
    sourceAtMs === undefined ? [] : [[n, sourceAtMs] as const],
  )
  const filled = <Column extends Float64Array | Uint32Array>(
    column: Column,
    of: (reading: Reading) => number,
  ): Column => {
    for (const [n, one] of readings.entries()) column[n] = of(one)
    return column
  }
  return {
    arrivedAtMs: readings[0]?.arrivedAtMs ?? 0,
    length: readings.length,
    series: [
      ...readings.map((one) => handles.of(one)),
      handles.of({ deviceId: 'left' as DeviceId, point: 'over' }),
    ],
    observedAtMs: filled(new Float64Array(room), ({ observedAtMs }) => observedAtMs),
    values: filled(new Float64Array(room), ({ value }) => Number(value)),
    flags: filled(new Uint32Array(room), ({ value, quality, marks }) =>
      packFlags(typeof value === 'boolean', quality, marks),
    ),
    sources: new Map(sources),
  }
}

const reading = fc
  .record({
    deviceId: fc.constantFrom('gas-1', 'gas-2', 'smoke-1').map((id) => id as DeviceId),
    point: fc.constantFrom('lel', 'co', 'fault'),
    observedAtMs: fc.nat(2 ** 31 - 1),
    arrivedAtMs: fc.nat(2 ** 31 - 1),
    value: fc.oneof(fc.double({ noNaN: true }), fc.boolean()),
    quality: fc.constantFrom(...QUALITIES),
    marks: fc.nat(2 ** 29 - 1),
    sourceAtMs: fc.option(fc.maxSafeInteger(), { nil: undefined }),
  })
  .map(({ sourceAtMs, ...rest }): Reading => {
    return sourceAtMs === undefined ? rest : { ...rest, sourceAtMs }
  })

describe('readings by columns', () => {
  test('what goes in, in however many pieces, comes out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(reading, { maxLength: 20 }), { maxLength: 6 }),
        fc.integer({ min: 0, max: 40 }),
        (pieces, capacity) => {
          const builder = new ColumnBuilder(capacity)
          expect(builder.firstArrivedAtMs).toBeNull()
          for (const piece of pieces) builder.append(piece)
          const all = pieces.flat()
          const batch = new ColumnBatch(7, builder.columns())
          expect(batch.readings).toEqual(all)
          expect(builder.firstArrivedAtMs).toBe(all[0]?.arrivedAtMs ?? null)
          const series = new Set(all.map(({ deviceId, point }) => `${deviceId}/${point}`))
          expect(batch.columns.series).toHaveLength(series.size)
        },
      ),
    )
  })

  test('readings of one device that come side by side go in as objects would', () => {
    const ofDevice = fc
      .tuple(fc.array(reading, { maxLength: 20 }), reading)
      .map(([readings, { deviceId, arrivedAtMs }]) =>
        readings.map((one) => ({ ...one, deviceId, arrivedAtMs })),
      )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(ofDevice, fc.boolean()), { maxLength: 6 }),
        fc.nat(6),
        (pieces, cutAt) => {
          const handles = new Handles()
          for (const some of [pieces.slice(0, cutAt), pieces.slice(cutAt)]) {
            const builder = new ColumnBuilder(1)
            for (const [piece, areObjects] of some) {
              if (areObjects) builder.append(piece)
              else builder.appendOf(sideBySide(piece, handles))
            }
            const batch = new ColumnBatch(7, builder.columns())
            const all = some.flatMap(([piece]) => piece)
            expect(batch.readings).toEqual(all)
            const series = new Set(all.map(({ deviceId, point }) => `${deviceId}/${point}`))
            expect(batch.columns.series).toHaveLength(series.size)
          }
        },
      ),
    )
  })

  test('a series that came as an object first is the same side by side', () => {
    const one: Reading = {
      ...{ deviceId: 'gas-1' as DeviceId, point: 'lel', observedAtMs: 1, arrivedAtMs: 2 },
      ...{ value: 3, quality: 'good', marks: 0 },
    }
    const builder = new ColumnBuilder(1)
    builder.append([one])
    builder.appendOf(sideBySide([one], new Handles()))
    expect(builder.columns().series).toEqual([{ deviceId: 'gas-1', point: 'lel' }])
  })

  test('readings of wanted series only, in order', () => {
    fc.assert(
      fc.property(fc.array(reading), fc.constantFrom('lel', 'absent'), (readings, wanted) => {
        const { columns } = ColumnBatch.of({ offset: 1, readings })
        expect(readingsWhere(columns, ({ point }) => point === wanted)).toEqual(
          readings.filter(({ point }) => point === wanted),
        )
      }),
    )
  })

  test('the flags say what the reading says', () => {
    fc.assert(
      fc.property(reading, (one) => {
        const flags = ColumnBatch.of({ offset: 1, readings: [one] }).columns.flags[0] ?? 0
        expect(isPlain(flags)).toBe(one.quality === 'good' && one.marks === 0)
        expect(isUsable(flags)).toBe(one.quality === 'good' || one.quality === 'uncertain')
      }),
    )
  })
})
