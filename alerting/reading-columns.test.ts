import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeviceId, QUALITIES, type Reading } from './reading.ts'
import { ColumnBatch, ColumnBuilder, isPlain, isUsable, readingsWhere } from './reading-columns.ts'

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
