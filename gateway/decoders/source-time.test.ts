import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSourceTime } from './source-time.ts'

describe('parseSourceTime', () => {
  // biome-ignore format: a table is read by its columns
  test.for([
    // what the device says         | epoch ms
    [1_795_430_400_000,                1_795_430_400_000],
    [1_795_430_400_000.7,              1_795_430_400_000],
    [0,                                0],
    [-1,                               -1],
    [1_795_430_400,                    1_795_430_400],
    [1_795_430_400_000_000,            1_795_430_400_000_000],
    [1e300,                            null],
    [Number.POSITIVE_INFINITY,         null],
    ['2026-11-23T12:00:00Z',           Date.UTC(2026, 10, 23, 12)],
    ['2026-11-23T12:00:00.125Z',       Date.UTC(2026, 10, 23, 12, 0, 0, 125)],
    ['2026-11-23T12:00:00.123456789Z', Date.UTC(2026, 10, 23, 12, 0, 0, 123)],
    ['2026-11-23T20:00:00+08:00',      Date.UTC(2026, 10, 23, 12)],
    ['2026-11-23 20:00+0800',          Date.UTC(2026, 10, 23, 12)],
    ['2026-11-23T07:30:00-04:30',      Date.UTC(2026, 10, 23, 12)],
    ['2024-02-29T00:00:00Z',           Date.UTC(2024, 1, 29)],
    ['2026-02-29T00:00:00Z',           null],
    ['2026-13-01T00:00:00Z',           null],
    ['2026-11-23T25:00:00Z',           null],
    ['2026-11-23T12:61:00Z',           null],
    ['2026-11-23T12:00:00+24:00',      null],
    ['2026-11-23T12:00:00',            null],
    ['2026-11-23',                     null],
    ['23.11.2026 12:00',               null],
    ['1795430400000',                  null],
    ['',                               null],
    [null,                             null],
    [true,                             null],
    [{},                               null],
  ] as const)('%o is %o', ([time, expected]) => {
    expect(parseSourceTime(time)).toBe(expected)
  })

  test('reads back every instant that JavaScript writes', () => {
    const date = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(date, (instant) => {
        expect(parseSourceTime(instant.toISOString())).toBe(instant.getTime())
      }),
    )
  })
})
