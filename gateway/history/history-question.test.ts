import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HISTORY_LIMITS } from '#config/limits.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../timeseries/buckets.ts'
import { aligned, assertRange, parseSeries, widthFor } from './series-request.ts'

const days = (count: number) => ({ fromMs: 0, toMs: count * DAY_MS })

describe('widthFor', () => {
  test.each([
    [1 / 24, 600, 10_000],
    [1, 600, 5 * MINUTE_MS],
    [30, 600, 2 * HOUR_MS],
    [30, 2_000, 30 * MINUTE_MS],
    [365, 600, DAY_MS],
    [3_660, 600, 10 * DAY_MS],
  ])('%f days in %i buckets: %i ms each', (count, bucketsMax, everyMs) => {
    expect(widthFor(days(count), bucketsMax)).toBe(everyMs)
  })

  test('never makes more buckets than asked, wherever the range begins', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 * DAY_MS }),
        fc.integer({ min: 1, max: HISTORY_LIMITS.rangeDaysMax * DAY_MS }),
        fc.integer({ min: 2, max: HISTORY_LIMITS.bucketsPerSeriesMax }),
        (fromMs, lengthMs, bucketsMax) => {
          const span = { fromMs, toMs: fromMs + lengthMs }
          const everyMs = widthFor(span, bucketsMax)
          const whole = aligned(span, everyMs)
          expect((whole.toMs - whole.fromMs) / everyMs).toBeLessThanOrEqual(bucketsMax)
        },
      ),
    )
  })
})

test.each([
  ['gas-1/lel', { deviceId: 'gas-1', point: 'lel' }],
  ['gas-1/a/b', { deviceId: 'gas-1', point: 'a/b' }],
  ['gas-1/可燃气体', { deviceId: 'gas-1', point: '可燃气体' }],
  ['gas-1', null],
  ['/lel', null],
  ['gas-1/', null],
])('%j names %j', (text, series) => {
  expect(parseSeries(text)).toEqual(series)
})

test('a range that is too long is refused with the limit', () => {
  expect(() => assertRange(days(HISTORY_LIMITS.rangeDaysMax))).not.toThrow()
  expect(() => assertRange(days(HISTORY_LIMITS.rangeDaysMax + 1))).toThrow(
    expect.objectContaining({
      code: 'timeseries_question_too_large',
      details: { what: 'days', asked: 3_661, max: HISTORY_LIMITS.rangeDaysMax },
    }),
  )
})
