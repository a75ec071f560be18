import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CALENDAR_LIMITS } from '#config/limits.ts'
import { aRule, gasCondition, noDataCondition, setpoint } from '../builders.suite.ts'
import { type AlarmRule, condition as conditionSchema, type Schedule } from './alarm-rule.ts'
import { CalendarClock, type CalendarYearDays } from './calendar-clock.ts'
import { asksAsSafetyRule, supervisionLostBy } from './calendar-loosening.ts'
import { SCHEDULE_DAYS } from './schedule-schema.ts'

const HOUR_MS = 3_600_000
const NOW_MS = Date.parse('2027-01-01T00:00Z')

type Days = Partial<Pick<CalendarYearDays, 'holidays' | 'workdays'>>

function year(days: Days = {}, calendar = 'cn'): CalendarYearDays {
  return { calendar, year: 2027, holidays: [], workdays: [], ...days }
}

const plain = year()
/** Monday 1 to Wednesday 3 February are free, Saturday 6 is worked. */
const festival = year({
  holidays: [{ from: '2027-02-01', to: '2027-02-03' }],
  workdays: ['2027-02-06'],
})

function schedule(days: Schedule['spans'][number]['days'], overrides: Partial<Schedule> = {}) {
  const spans = [{ days, from: '08:00', to: '18:00' }]
  const timeZone = 'Asia/Shanghai'
  return { timeZone, calendar: 'cn', active: 'inside', spans, ...overrides } satisfies Schedule
}

/** A safety rule, since silence is told by nothing else. */
function safetyRule(overrides: Partial<AlarmRule> = {}): AlarmRule {
  return aRule({ condition: noDataCondition(60_000), ...overrides })
}

/** `not-in-force 02-01 08:00-02-01 18:00`, by the wall clock of Shanghai. */
function lost(
  before: readonly CalendarYearDays[],
  after: readonly CalendarYearDays[],
  { rule, nowMs = NOW_MS }: { readonly rule: AlarmRule; readonly nowMs?: number },
): readonly string[] {
  const text = (atMs: number) =>
    new Date(atMs + 8 * HOUR_MS).toISOString().slice(5, 16).replace('T', ' ')
  return supervisionLostBy({ before, after }, [rule], nowMs).flatMap(({ kind, stretches }) =>
    stretches.map(({ fromMs, toMs }) => `${kind} ${text(fromMs)}-${text(toMs)}`),
  )
}

const DAYS_OFF = ['01', '02', '03'].map((day) => `not-in-force 02-${day} 08:00-02-${day} 18:00`)
const DAY_ON = ['not-in-force 02-06 08:00-02-06 18:00']

describe('a safety rule with a schedule of its own', () => {
  test.each<readonly [string, Schedule, readonly string[], readonly string[]]>([
    ['on working days', schedule(['workday']), DAYS_OFF, DAY_ON],
    ['on rest days', schedule(['restday']), DAY_ON, DAYS_OFF],
    ['on public holidays', schedule(['holiday']), [], DAYS_OFF],
    ['outside working hours', schedule(['workday'], { active: 'outside' }), DAY_ON, DAYS_OFF],
    ['on weekdays, whatever the calendar', schedule(['mon', 'sat']), [], []],
    ['by another calendar', schedule(['workday'], { calendar: 'xx' }), [], []],
  ])('%s loses by new holidays, and by their going', (_, own, byComing, byGoing) => {
    const rule = safetyRule({ schedule: own })
    expect(lost([plain], [festival], { rule })).toEqual(byComing)
    expect(lost([festival], [plain], { rule })).toEqual(byGoing)
  })

  test('a year that is written for the first time, or goes, is compared with Monday to Friday', () => {
    const rule = safetyRule({ schedule: schedule(['workday']) })
    expect(lost([], [festival], { rule })).toEqual(DAYS_OFF)
    expect(lost([festival], [], { rule })).toEqual(DAY_ON)
    expect(lost([], [plain], { rule })).toEqual([])
  })

  test('what another span covers all the same is not lost; a night reaches into the next day', () => {
    const spans: Schedule['spans'] = [
      { days: ['workday'], from: '22:00', to: '06:00' },
      { days: ['mon'], from: '20:00', to: '24:00' },
    ]
    const rule = safetyRule({ schedule: schedule(['workday'], { spans }) })
    expect(lost([plain], [festival], { rule })).toEqual([
      'not-in-force 02-02 00:00-02-02 06:00',
      'not-in-force 02-02 22:00-02-03 06:00',
      'not-in-force 02-03 22:00-02-04 06:00',
    ])
  })

  test('what lies behind us is left out, also the part of today that is over', () => {
    const rule = safetyRule({ schedule: schedule(['workday']) })
    const nowMs = Date.parse('2027-02-02T12:00+08:00')
    expect(lost([plain], [festival], { rule, nowMs })).toEqual([
      'not-in-force 02-02 12:00-02-02 18:00',
      DAYS_OFF[2],
    ])
    const late = Date.parse('2027-02-07T00:00+08:00')
    expect(lost([plain], [festival], { rule, nowMs: late })).toEqual([])
  })

  test('is looked at also while it is off; one that is no safety rule is not', () => {
    const own = schedule(['workday'])
    const off = safetyRule({ schedule: own, enabled: false })
    expect(lost([plain], [festival], { rule: off })).toEqual(DAYS_OFF)
    const mild = aRule({
      schedule: own,
      condition: { kind: 'boolean', is: true, grade: 4, label: { zh: '提示', en: 'Notice' } },
    })
    expect(lost([plain], [festival], { rule: mild })).toEqual([])
    const red = { siteId: 's', set: { setpoints: [{ level: 1, grade: 1 as const }] } }
    const yellow = aRule({
      schedule: own,
      condition: gasCondition({ setpoints: [setpoint(25, 3)] }),
    })
    const redSomewhere = { ...yellow, overrides: [red] }
    expect(lost([plain], [festival], { rule: yellow })).toEqual([])
    expect(lost([plain], [festival], { rule: redSomewhere })).toEqual(DAYS_OFF)
    const asking = [off, mild, yellow, redSomewhere].map((rule) => asksAsSafetyRule(rule, 'cn'))
    expect(asking).toEqual([true, false, false, true])
    expect(asksAsSafetyRule(off, 'xx')).toBe(false)
  })
})

test('schedules beyond those that are told apart lose the days whole', () => {
  const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'))
  const off = months.map((month) => ({ from: `2027-${month}-01`, to: `2027-${month}-28` }))
  const compared = Math.floor(CALENDAR_LIMITS.scheduleDaysComparedMax / (12 * 28))
  const rules = Array.from({ length: compared + 1 }, (_, index) => {
    const to = `18:${String(index).padStart(2, '0')}`
    const spans: Schedule['spans'] = [{ days: ['holiday'], from: '08:00', to }]
    return safetyRule({ id: `rule-${index}`, schedule: schedule(['holiday'], { spans }) })
  })
  // Holidays that come take nothing from rules on holidays.
  const change = { before: [plain], after: [year({ holidays: off })] }
  const losses = supervisionLostBy(change, rules, NOW_MS)
  expect(losses.map(({ rule }) => rule.id)).toEqual([`rule-${compared}`])
  // Those of February and March touch.
  expect(losses[0]?.stretches).toHaveLength(11)
})

describe('a safety rule that counts by a calendar inside its condition', () => {
  const label = { zh: '一级报警', en: 'First alarm' }

  test('a combination: another schedule, wider or narrower, counts as milder', () => {
    const own = schedule(['workday'])
    const valve = { test: 'boolean', of: { point: 'fault' }, is: true } as const
    const rule = aRule({
      shelvable: false,
      condition: {
        kind: 'combination',
        match: 'all',
        tests: [
          { test: 'group', match: 'any', tests: [{ test: 'schedule', schedule: own }, valve] },
        ],
        missing: 'hold',
        grade: 3,
        label,
      },
    })
    const changed = [...DAYS_OFF, ...DAY_ON].map((text) =>
      text.replace('not-in-force', 'judged-otherwise'),
    )
    expect(lost([plain], [festival], { rule })).toEqual(changed)
    expect(lost([festival], [plain], { rule })).toEqual(changed)
  })

  test('a season: days that are of another kind than before, as whole days', () => {
    const rule = aRule({
      shelvable: false,
      condition: conditionSchema.parse({
        kind: 'season',
        judge: 'ahead',
        direction: 'high',
        setpoints: [{ setpoint: 10, grade: 3, label }],
        deadband: 1,
        staleAfterMs: 60_000,
      }),
    })
    const changed = [
      'judged-otherwise 02-01 00:00-02-04 00:00',
      'judged-otherwise 02-06 00:00-02-07 00:00',
    ]
    expect(lost([plain], [festival], { rule })).toEqual(changed)
    expect(lost([festival], [plain], { rule })).toEqual(changed)
    // A Sunday that is called a holiday was a rest day before.
    const sunday = year({ holidays: [{ from: '2027-02-07', to: '2027-02-07' }] })
    expect(lost([plain], [sunday], { rule })).toEqual([])
  })
})

const date = fc.integer({ min: 1, max: 12 }).map((day) => `2027-02-${String(day).padStart(2, '0')}`)
const someYear = fc
  .record({
    free: fc.uniqueArray(date, { maxLength: 5 }),
    worked: fc.uniqueArray(date, { maxLength: 3 }),
  })
  .map(({ free, worked }) =>
    year({ holidays: free.map((day) => ({ from: day, to: day })), workdays: worked }),
  )
const hour = fc.integer({ min: 0, max: 24 }).map((of) => `${String(of).padStart(2, '0')}:00`)
const someSchedule = fc.record({
  timeZone: fc.constantFrom('Asia/Shanghai', 'Europe/Berlin'),
  calendar: fc.constant('cn'),
  active: fc.constantFrom('inside', 'outside'),
  spans: fc.array(
    fc.record({
      days: fc.uniqueArray(fc.constantFrom(...SCHEDULE_DAYS), { minLength: 1, maxLength: 3 }),
      from: hour,
      to: hour,
    }),
    { minLength: 1, maxLength: 2 },
  ),
})

/** The hours around the days of `someYear` at which the schedule is active, asked one by one. */
function activeHours(of: Schedule, days: CalendarYearDays): ReadonlySet<number> {
  const clock = new CalendarClock([days])
  const firstMs = Date.parse('2027-01-31T00:00Z')
  const hours = Array.from({ length: 17 * 24 }, (_, index) => firstMs + index * HOUR_MS)
  return new Set(hours.filter((atMs) => clock.stateAt(of, atMs).isActive))
}

describe('properties', () => {
  const runs = { numRuns: 40 }

  test('the same days, under whatever names, take nothing away', () => {
    fc.assert(
      fc.property(someYear, someSchedule, (days, own) => {
        const rule = safetyRule({ schedule: own })
        expect(lost([days], [structuredClone(days)], { rule })).toEqual([])
      }),
      runs,
    )
  })

  test('lost is each hour that was covered and is no more, and no other', () => {
    fc.assert(
      fc.property(someYear, someYear, someSchedule, (before, after, own) => {
        const rule = safetyRule({ schedule: own })
        const losses = supervisionLostBy({ before: [before], after: [after] }, [rule], 0)
        const told = losses.flatMap(({ stretches }) =>
          stretches.flatMap(({ fromMs, toMs }) =>
            Array.from({ length: (toMs - fromMs) / HOUR_MS }, (_, at) => fromMs + at * HOUR_MS),
          ),
        )
        const still = activeHours(own, after)
        const asked = [...activeHours(own, before)].filter((atMs) => !still.has(atMs))
        expect(told).toEqual(asked)
      }),
      runs,
    )
  })

  test('where neither way loses anything, both cover the same', () => {
    fc.assert(
      fc.property(someYear, someYear, someSchedule, (one, other, own) => {
        const rule = safetyRule({ schedule: own })
        const isEven = [
          lost([one], [other], { rule, nowMs: 0 }),
          lost([other], [one], { rule, nowMs: 0 }),
        ].every((losses) => losses.length === 0)
        const isSame = [...activeHours(own, one)].join() === [...activeHours(own, other)].join()
        expect(isEven).toBe(isSame)
      }),
      runs,
    )
  })
})
