import { describe, expect, it } from 'vitest'
import type { ReadingsAnswer, StoredReadingDto } from '../../gateway/contract.ts'
import {
  gapMsOf,
  NO_TREND,
  trendOfBuckets,
  trendOfReadings,
  withLiveReading,
} from './trend-data.ts'

function answer(items: ReadingsAnswer['items'], truncated = false): ReadingsAnswer {
  return { deviceId: 'd', point: 'lel', unit: '%LEL', items, truncated }
}

function reading(
  ts: number,
  value: number | boolean,
  quality: StoredReadingDto['quality'] = 'good',
) {
  return { ts, arrivedAt: ts, value, quality, late: false, clockSkewed: false }
}

function bucket(ts: number, value: number) {
  return { ts, value, count: 1 }
}

describe('trendOfReadings', () => {
  it('breaks the line where nothing came for longer than the gap', () => {
    const { line } = trendOfReadings(answer([reading(0, 1), reading(10, 2), reading(100, 3)]), 50)
    expect(line.map((sample) => sample.value)).toEqual([1, 2, null, 3])
  })

  it('keeps values that may not be trusted apart from the line', () => {
    const items = [
      reading(0, 1),
      reading(10, 9, 'bad'),
      reading(20, 8, 'calibrating'),
      reading(30, 2),
    ]
    const { line, poor } = trendOfReadings(answer(items), 50)
    expect(line.map((sample) => sample.value)).toEqual([1, null, 2])
    expect(poor.map((sample) => sample.value)).toEqual([9, 8])
  })

  it('shows an uncertain value as a value', () => {
    expect(trendOfReadings(answer([reading(0, 1, 'uncertain')]), 50).line).toHaveLength(1)
  })

  it('draws booleans as 0 and 1', () => {
    const { line } = trendOfReadings(answer([reading(0, false), reading(1, true)]), 50)
    expect(line.map((sample) => sample.value)).toEqual([0, 1])
  })
})

describe('withLiveReading', () => {
  it('goes on at the end and ignores what is not newer', () => {
    const start = trendOfReadings(answer([reading(100, 1)]), 50)
    const next = withLiveReading(start, reading(120, 2), 50)
    expect(next.line.map((sample) => sample.value)).toEqual([1, 2])
    expect(withLiveReading(next, reading(110, 9), 50)).toBe(next)
  })

  it('begins a line where there was none', () => {
    expect(withLiveReading(NO_TREND, reading(1, 5), 50).line).toEqual([{ atMs: 1, value: 5 }])
  })
})

describe('trendOfBuckets', () => {
  it('keeps the extremes beside the mean, with the same holes', () => {
    const times = [0, 60, 240]
    const trend = trendOfBuckets(
      {
        mean: answer(times.map((ts) => bucket(ts, 5))),
        min: answer(times.map((ts) => bucket(ts, 1))),
        max: answer(
          times.map((ts) => bucket(ts, 9)),
          true,
        ),
      },
      90,
    )
    expect(trend.line.map((sample) => sample.value)).toEqual([5, 5, null, 5])
    expect(trend.band.map((part) => [part.min, part.max])).toEqual([
      [1, 9],
      [1, 9],
      [null, null],
      [1, 9],
    ])
    expect(trend.isTruncated).toBe(true)
  })
})

describe('gapMsOf', () => {
  it.each([
    [null, 0, 60_000],
    [300_000, 60_000, 300_000],
    [10_000, 60_000, 90_000],
  ])('silent after %s, buckets of %s: %s', (silentAfterMs, bucketMs, gapMs) => {
    expect(gapMsOf(silentAfterMs, bucketMs)).toBe(gapMs)
  })
})
