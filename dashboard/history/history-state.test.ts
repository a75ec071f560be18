import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistorySeriesDto } from '../../gateway/contract.ts'
import { lineData, summaryOf } from './history-lines.ts'
import {
  LAST_SPANS,
  parseHistoryState,
  SERIES_MAX,
  SPAN_MS_MAX,
  SPAN_MS_MIN,
  shifted,
  spanOf,
  writeHistoryState,
  zoomed,
} from './history-state.ts'

const series = (over: Partial<HistorySeriesDto>): HistorySeriesDto => ({
  deviceId: 'd',
  deviceName: '探测器',
  point: 'lel',
  unit: '%LEL',
  readings: [],
  buckets: [],
  everyMs: 60_000,
  sources: [],
  ...over,
})

describe('the address of the history page', () => {
  it.each([
    ['s=gas-1%2Flel&s=pw-1%2F电流&last=week'],
    ['s=gas-1%2Fa%2Fb&from=1795600000000&to=1795603600000'],
    ['last=day'],
  ])('%s says all of it', (text) => {
    const state = parseHistoryState(new URLSearchParams(text))
    expect(parseHistoryState(writeHistoryState(state))).toEqual(state)
    expect(writeHistoryState(state).toString()).toBe(new URLSearchParams(text).toString())
  })

  it('leaves aside what it cannot read, and what is too much', () => {
    const day = { kind: 'last', spanMs: LAST_SPANS.day }
    const odd = parseHistoryState(new URLSearchParams('s=x&s=/y&s=a/b&s=a/b&last=aeon&from=9&to=3'))
    expect(odd).toEqual({ series: [{ deviceId: 'a', point: 'b' }], range: day })
    const many = Array.from({ length: 30 }, (_, index) => ['s', `d/${index}`])
    expect(parseHistoryState(new URLSearchParams(many)).series).toHaveLength(SERIES_MAX)
  })
})

describe('ranges', () => {
  it('move with now in steps', () => {
    const range = { kind: 'last', spanMs: LAST_SPANS.hour } as const
    const at = 1_795_600_000_000
    const edges = [0, 1_000, 2_000].map((later) => spanOf(range, at + later).toMs)
    expect(new Set(edges).size).toBeLessThanOrEqual(2)
    expect(spanOf(range, at).toMs - spanOf(range, at).fromMs).toBe(LAST_SPANS.hour)
  })

  it('zoom around an instant, within limits, and move without changing their length', () => {
    const time = fc.integer({ min: 1e12, max: 2e12 })
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: SPAN_MS_MIN, max: 1e10 }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (fromMs, length, factor, share) => {
          const span = { fromMs, toMs: fromMs + length }
          const around = fromMs + length * share
          const next = zoomed(span, factor, around)
          expect(next.toMs - next.fromMs).toBeGreaterThanOrEqual(SPAN_MS_MIN - 1)
          expect(next.toMs - next.fromMs).toBeLessThanOrEqual(SPAN_MS_MAX + 1)
          expect(next.fromMs).toBeLessThanOrEqual(around + 1)
          expect(next.toMs).toBeGreaterThanOrEqual(around - 1)
          const later = shifted(span, 0.5)
          expect(later.toMs - later.fromMs).toBe(length)
        },
      ),
    )
  })
})

describe('lines', () => {
  const bucket = (
    ts: number,
    value: number | null,
    total = 2,
    usable = value === null ? 0 : 2,
  ) => ({
    ts,
    total,
    usable,
    mean: value,
    min: value,
    max: value,
    last: value,
  })

  it('break where nothing came, and mark buckets with readings that may not be trusted', () => {
    const buckets = [
      bucket(0, 1),
      bucket(60_000, 3, 4, 2),
      bucket(600_000, 5),
      bucket(660_000, null),
    ]
    const { line, poor } = lineData(series({ buckets }), null)
    expect(line.map(({ value }) => value)).toEqual([1, 3, null, 5, null])
    expect(poor).toEqual([{ atMs: 60_000, value: 3 }])
  })

  it('come to the same by buckets as by readings', () => {
    const buckets = [
      { ...bucket(0, 2), total: 3, usable: 2, min: 1, max: 3, last: 3 },
      bucket(60_000, 10, 1, 1),
    ]
    const expected = { total: 4, usable: 3, mean: 14 / 3, min: 1, max: 10, last: 10 }
    expect(summaryOf(series({ buckets }))).toEqual(expected)
    const reading = (value: number, quality: 'good' | 'bad' = 'good') => ({
      ts: value,
      arrivedAt: 0,
      value,
      quality,
      late: false,
      clockSkewed: false,
    })
    const readings = [reading(1), reading(3), reading(99, 'bad'), reading(10)]
    expect(summaryOf(series({ readings, everyMs: null }))).toEqual(expected)
  })
})
