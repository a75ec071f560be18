import { describe, expect, test } from 'vitest'
import { loadCalendars } from '#config/calendars.ts'
import {
  aReading,
  aRule,
  batches,
  FakeRuleDirectory,
  noDataCondition,
  START_MS,
} from '../builders.suite.ts'
import type { AlarmRule, Schedule } from './alarm-rule.ts'
import { CalendarClock } from './calendar-clock.ts'
import { JudgingTools } from './judging-tools.ts'
import { RuleEngine } from './rule-engine.ts'

const HOUR_MS = 3_600_000

/** `+5000 raised`, for readings at these times of arrival. */
function judged(rule: AlarmRule, readings: readonly (readonly [afterMs: number, value: number])[]) {
  const engine = new RuleEngine(new FakeRuleDirectory(rule))
  for (const batch of batches(readings.map(([afterMs, value]) => aReading(afterMs, value)))) {
    engine.judge(batch)
  }
  engine.advanceTo(START_MS + 2 * HOUR_MS)
  return engine.takeStep().events.map(({ kind, atMs }) => `+${atMs - START_MS} ${kind}`)
}

describe('the clock is set an hour forward between two readings', () => {
  const readings = [
    [0, 30],
    [1_000, 30],
    [HOUR_MS, 30],
    [HOUR_MS + 1_000, 3],
  ] as const

  test('a delay ends at its own instant, before the reading after the step', () => {
    expect(judged(aRule({ onDelayMs: 5_000 }), readings)).toEqual([
      '+5000 raised',
      '+3601000 returned',
    ])
  })

  test('silence is noticed at its own instant, and over with the next reading', () => {
    expect(judged(aRule({ condition: noDataCondition(60_000) }), readings)).toEqual([
      '+61000 raised',
      '+3600000 returned',
      '+3661000 raised',
    ])
  })

  test.for([
    ['void', ['+3605000 raised', '+3610000 returned']],
    ['pause', ['+3602000 raised', '+3610000 returned']],
  ] as const)('where a gap is %s, no duration is made up', ([policy, told]) => {
    const rule = aRule({ onDelayMs: 5_000, gap: { policy, afterMs: 2_000 } })
    const after = [
      [0, 30],
      [1_000, 30],
      [HOUR_MS, 30],
      [HOUR_MS + 1_000, 30],
      [HOUR_MS + 2_500, 30],
      [HOUR_MS + 4_000, 30],
      [HOUR_MS + 5_500, 30],
      [HOUR_MS + 10_000, 3],
    ] as const
    expect(judged(rule, after)).toEqual(told)
  })
})

test('readings that seem to arrive an hour back are judged in order, at the instant that was reached', () => {
  const told = judged(aRule({ onDelayMs: 5_000 }), [
    [HOUR_MS, 30],
    [1_000, 30],
    [2_000, 30],
    [HOUR_MS + 6_000, 3],
  ])
  expect(told).toEqual(['+3605000 raised', '+3606000 returned'])
})

const CALENDARS = new CalendarClock(loadCalendars())

function schedule(spans: Schedule['spans'], overrides: Partial<Schedule> = {}): Schedule {
  return { timeZone: 'Asia/Shanghai', calendar: 'cn', active: 'inside', spans, ...overrides }
}

/** Instants at which the schedule changes, as wall-clock texts of UTC. */
function changes(of: Schedule, fromText: string, count: number): readonly string[] {
  const found: string[] = []
  let atMs = Date.parse(fromText)
  let { isActive } = CALENDARS.stateAt(of, atMs)
  while (found.length < count) {
    atMs = CALENDARS.stateAt(of, atMs).untilMs
    const after = CALENDARS.stateAt(of, atMs).isActive
    if (after === isActive) continue
    isActive = after
    found.push(`${new Date(atMs).toISOString().slice(0, 16)} ${after ? 'begins' : 'ends'}`)
  }
  return found
}

describe('a schedule', () => {
  test('runs over midnight into the next day', () => {
    const nights = schedule([{ days: ['mon'], from: '22:00', to: '06:00' }])
    expect(changes(nights, '2026-11-22T00:00Z', 3)).toEqual([
      '2026-11-23T14:00 begins',
      '2026-11-23T22:00 ends',
      '2026-11-30T14:00 begins',
    ])
  })

  test('knows public holidays and make-up working days', () => {
    const shift = schedule([{ days: ['workday'], from: '08:00', to: '18:00' }])
    // Thursday 24 and Friday 25 September 2026, the Mid-Autumn Festival; Sunday 20 is worked.
    expect(changes(shift, '2026-09-19T16:00Z', 2)).toEqual([
      '2026-09-20T00:00 begins',
      '2026-09-20T10:00 ends',
    ])
    expect(changes(shift, '2026-09-24T00:30Z', 2)).toEqual([
      '2026-09-24T10:00 ends',
      '2026-09-28T00:00 begins',
    ])
    const rest = schedule([{ days: ['restday'], from: '00:00', to: '24:00' }])
    expect(CALENDARS.stateAt(rest, Date.parse('2026-09-25T04:00Z')).isActive).toBe(true)
    const free = schedule([{ days: ['holiday'], from: '00:00', to: '24:00' }])
    expect(CALENDARS.stateAt(free, Date.parse('2026-09-26T04:00Z')).isActive).toBe(true)
    expect(CALENDARS.stateAt(free, Date.parse('2026-09-19T04:00Z')).isActive).toBe(false)
  })

  test('turned round is active outside its spans, and one that never changes is looked at again', () => {
    const off = schedule([{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }], {
      active: 'outside',
    })
    expect(changes(off, '2026-11-26T00:00Z', 2)).toEqual([
      '2026-11-27T16:00 ends',
      '2026-11-29T16:00 begins',
    ])
    const never = schedule([{ days: ['holiday'], from: '08:00', to: '09:00' }], { calendar: 'xx' })
    const state = CALENDARS.stateAt(never, START_MS)
    expect(state.isActive).toBe(false)
    expect(state.untilMs).toBeGreaterThan(START_MS)
  })

  test('has a 29 February', () => {
    const daily = schedule([{ days: ['tue'], from: '08:00', to: '09:00' }])
    expect(changes(daily, '2028-02-28T12:00Z', 2)).toEqual([
      '2028-02-29T00:00 begins',
      '2028-02-29T01:00 ends',
    ])
  })

  test('follows summer time: what is skipped begins after it, what comes twice begins the first time', () => {
    const berlin = { timeZone: 'Europe/Berlin' }
    const early = schedule([{ days: ['sun'], from: '02:30', to: '04:00' }], berlin)
    // On 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October from 03:00 to 02:00.
    expect(changes(early, '2026-03-28T12:00Z', 2)).toEqual([
      '2026-03-29T01:30 begins',
      '2026-03-29T02:00 ends',
    ])
    expect(changes(early, '2026-10-24T12:00Z', 2)).toEqual([
      '2026-10-25T00:30 begins',
      '2026-10-25T03:00 ends',
    ])
  })

  test('tells a year without a file', () => {
    expect(CALENDARS.knows('cn', 2026)).toBe(true)
    expect(CALENDARS.knows('cn', 2031)).toBe(false)
    expect(CALENDARS.yearAt('Asia/Shanghai', Date.parse('2026-12-31T17:00Z'))).toBe(2027)
  })
})

describe('a rule with a schedule', () => {
  const shift = schedule([{ days: ['mon'], from: '16:01', to: '16:03' }])

  test('raises what stands when the schedule begins, and returns it when it ends', () => {
    expect(judged(aRule({ schedule: shift }), [[0, 30]])).toEqual([
      '+60000 raised',
      '+180000 returned',
    ])
  })

  test('counts silence from the beginning of the schedule', () => {
    const rule = aRule({ schedule: shift, condition: noDataCondition(30_000) })
    expect(judged(rule, [[0, 3]])).toEqual(['+90000 raised', '+180000 returned'])
  })

  test('loses no delay at a change of summer time', () => {
    const changeMs = Date.UTC(2026, 2, 29, 1)
    const rule = aRule({
      onDelayMs: 10_000,
      schedule: schedule([{ days: ['sun'], from: '00:00', to: '24:00' }], {
        timeZone: 'Europe/Berlin',
      }),
    })
    const engine = new RuleEngine(new FakeRuleDirectory(rule), new JudgingTools(CALENDARS))
    const arrivedAtMs = changeMs - 5_000
    engine.judge({ offset: 1, readings: [{ ...aReading(0, 30), arrivedAtMs }] })
    engine.advanceTo(changeMs + 60_000)
    expect(engine.takeStep().events.map(({ atMs }) => atMs - changeMs)).toEqual([5_000])
  })
})
