import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aRule, START_MS, setpoint } from '../builders.suite.ts'
import type { ConditionOf } from './alarm-rule.ts'
import { CalendarClock } from './calendar-clock.ts'
import { JudgingTools } from './judging-tools.ts'
import { forecastHours, learn, type SeasonHours, usualAt } from './season-model.ts'
import { medianOf, trendOf } from './trend.ts'
import { type PastedReading, tryRule } from './try-rule.ts'

/** Demand of town gas: 100 m³/h by night, 300 in the morning and evening of working days, 200 on rest days. */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Monday, midnight in Shanghai. */
const MONDAY_MS = Date.parse('2026-11-22T16:00:00Z')
const PEAKS = new Set([7, 8, 18, 19])

function demandAt(atMs: number): number {
  const day = Math.floor((atMs - MONDAY_MS) / DAY_MS) % 7
  const hour = Math.floor((atMs - MONDAY_MS) / HOUR_MS) % 24
  if (!PEAKS.has(hour)) return 100
  return day < 5 ? 300 : 200
}

/** Every ten minutes, with a daily wobble that makes a spread. */
function demand(days: number, scale = 1): readonly PastedReading[] {
  return Array.from({ length: days * 144 }, (_, index) => {
    const atMs = MONDAY_MS + index * 600_000
    const day = Math.floor(index / 144)
    return { atMs, value: demandAt(atMs) * scale + (day % 3) * 5 }
  })
}

const SEASON: ConditionOf<'season'> = {
  kind: 'season',
  judge: 'ahead',
  timeZone: 'Asia/Shanghai',
  calendar: 'cn',
  aheadHours: 3,
  band: 2,
  edge: 'middle',
  daysMin: 3,
  direction: 'high',
  setpoints: [setpoint(280, 3)],
  deadband: 10,
  missing: 'hold',
}

function told(
  condition: Partial<ConditionOf<'season'>>,
  readings: readonly PastedReading[],
): readonly string[] {
  const rule = aRule({ condition: { ...SEASON, ...condition }, deviceIds: ['GD-01'] })
  return tryRule(rule, readings, { tools: new JudgingTools() }).events.map(
    ({ kind, atMs }) => `${((atMs - MONDAY_MS) / HOUR_MS).toFixed(1)} ${kind}`,
  )
}

describe('a seasonal forecast', () => {
  test('warns hours before the peak, once the days are known', () => {
    const first = told({}, demand(5))
    // Three working days are known on Thursday; its first peak hour is 07:00, seen from 04:00 on.
    expect(first[0]).toBe(`${3 * 24 + 4}.0 raised`)
    expect(first[1]).toMatch(/returned$/)
  })

  test('knows rest days from working days', () => {
    const events = told({}, demand(14))
    const weekend = events.filter((line) => {
      const day = Math.floor(Number(line.split(' ')[0]) / 24) % 7
      return line.endsWith('raised') && day >= 5
    })
    expect(weekend).toEqual([])
  })

  test('is a shortage where what can be supplied is taken away', () => {
    const supply = { less: { kind: 'constant', value: 250 } as const, setpoints: [setpoint(20, 3)] }
    expect(told(supply, demand(5))[0]).toBe(`${3 * 24 + 4}.0 raised`)
    const plenty = { less: { kind: 'constant', value: 400 } as const, setpoints: [setpoint(20, 3)] }
    expect(told(plenty, demand(5))).toEqual([])
  })

  test('waits for a supply that nobody reports, or takes it as the rule says', () => {
    const less = { kind: 'point', deviceId: 'GD-02', point: 'lel' } as const
    expect(told({ less }, demand(5))).toEqual([])
    expect(told({ less, missing: 'passed' }, demand(1))[0]).toBe('0.0 raised')
    const supplied = demand(5).flatMap((reading, at) =>
      at === 0 ? [{ ...reading, value: 100, deviceId: 'GD-02' }, reading] : [reading],
    )
    expect(
      told({ less, staleAfterMs: 30 * DAY_MS, setpoints: [setpoint(150, 3)] }, supplied),
    ).not.toEqual([])
  })

  test.for([
    ['upper', 300],
    ['lower', 300],
  ] as const)('the %s edge of the band moves the warning', ([edge, at]) => {
    const events = told({ edge, setpoints: [setpoint(at, 3)], deadband: 1 }, demand(8))
    expect(events.length > 0).toBe(edge === 'upper')
  })

  test('by day: the sum of the next 24 hours', () => {
    // 20 × 100 + 4 × 300 = 3,200, and at most 10 more an hour.
    expect(told({ judge: 'day', setpoints: [setpoint(3_000, 3)] }, demand(5))).not.toEqual([])
    expect(told({ judge: 'day', setpoints: [setpoint(3_600, 3)] }, demand(5))).toEqual([])
  })

  test('the lowest hour counts where low is dangerous', () => {
    const low: Partial<ConditionOf<'season'>> = { direction: 'low', setpoints: [setpoint(120, 3)] }
    expect(told(low, demand(5))[0]).toMatch(/raised$/)
  })

  test('by band: what is far from the usual of its hour', () => {
    const odd: PastedReading = { atMs: MONDAY_MS + 9 * DAY_MS + 2 * HOUR_MS, value: 290 }
    const band: Partial<ConditionOf<'season'>> = {
      judge: 'band',
      setpoints: [setpoint(6, 3)],
      deadband: 1,
    }
    const events = told(band, [...demand(9), odd])
    expect(events.at(-1)).toBe(`${9 * 24 + 2}.0 raised`)
    // Without any spread, nothing can be said about distance.
    const flat = Array.from({ length: 5 * 144 }, (_, at) => ({
      atMs: MONDAY_MS + at * 600_000,
      value: 100,
    }))
    expect(told(band, flat)).toEqual([])
  })
})

describe('what is usual', () => {
  const clock = { calendars: new CalendarClock([]), timeZone: 'Asia/Shanghai', calendar: 'cn' }
  const learnt = (readings: readonly PastedReading[]) =>
    readings.reduce<SeasonHours | undefined>(
      (season, { atMs, value }) => learn(season, { atMs, value: Number(value), clock }),
      undefined,
    ) as SeasonHours

  test('one odd day moves it by three spreads at most', () => {
    const odd = demand(8).map((reading) => ({
      ...reading,
      atMs: reading.atMs,
      value: Number(reading.value),
    }))
    const spiked = odd.map((reading) =>
      reading.atMs >= MONDAY_MS + 7 * DAY_MS
        ? { ...reading, value: reading.value + 5_000 }
        : reading,
    )
    const at = { clock, atMs: MONDAY_MS + 8 * DAY_MS + 2 * HOUR_MS, daysMin: 3 }
    const before = usualAt(learnt(odd), at)?.mean ?? 0
    const after = usualAt(learnt(spiked), at)?.mean ?? 0
    expect(Math.abs(after - before)).toBeLessThan(20)
  })

  test('an hour of which less than half was heard teaches nothing', () => {
    const season = learnt([
      { atMs: MONDAY_MS, value: 1 },
      { atMs: MONDAY_MS + 60_000, value: 1 },
      { atMs: MONDAY_MS + HOUR_MS, value: 1 },
    ])
    expect(season.usual.every((hour) => hour === null)).toBe(true)
    expect(forecastHours(season, { clock, atMs: MONDAY_MS, hours: 24, daysMin: 2 })).toEqual([])
  })

  test('what is above the usual now lifts the next hours, less and less', () => {
    const season = learnt(demand(7, 1))
    const lifted = { ...season, bias: 50 }
    const options = { clock, atMs: START_MS, hours: 3, daysMin: 2 }
    const lifts = forecastHours(lifted, options).map(
      ({ mean }, at) => mean - (forecastHours({ ...season, bias: 0 }, options)[at]?.mean ?? 0),
    )
    expect(lifts[0]).toBeCloseTo(40)
    expect(lifts[2]).toBeLessThan(lifts[1] ?? 0)
  })
})

describe('a trend', () => {
  test('the median is that of sorting', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }),
        (figures) => {
          const inOrder = figures.toSorted((one, other) => one - other)
          const upper = inOrder[inOrder.length >> 1] ?? 0
          const lower = inOrder[(inOrder.length - 1) >> 1] ?? 0
          expect(medianOf(Float64Array.from(figures))).toBe((lower + upper) / 2)
        },
      ),
    )
  })

  test('is that of the line, whatever one outlier does', () => {
    const slope = fc.integer({ min: -20, max: 20 })
    fc.assert(
      fc.property(
        slope,
        fc.integer({ min: 5, max: 20 }),
        fc.nat(),
        fc.integer(),
        (rise, count, place, off) => {
          const points = Array.from(
            { length: count },
            (_, at) => [at * 1_000, rise * at + (at === place % count ? off : 0), 1] as const,
          )
          const trend = trendOf(points)
          expect(trend.slope * 1_000).toBeCloseTo(rise, 6)
          expect(trend.level).toBeCloseTo(rise * (count - 1), 6)
        },
      ),
    )
  })
})
