import { describe, expect, test } from 'vitest'
import {
  aReading,
  aRule,
  batches,
  deviceId,
  FakeRuleDirectory,
  gasCondition,
  noDataCondition,
  START_MS,
  setpoint,
} from '../builders.suite.ts'
import type { Reading } from '../reading.ts'
import { type AlarmRule, alarmRuleDraft, type Condition } from './alarm-rule.ts'
import { CalendarClock } from './calendar-clock.ts'
import { JudgingTools } from './judging-tools.ts'
import { RuleEngine } from './rule-engine.ts'

/** A rule becomes another one while its points have values, counts and delays. */

const ALL = { ruleIds: new Set(['gas-high']), deviceIds: new Set<string>() }

function changed(before: AlarmRule, after: AlarmRule, readings: readonly Reading[]) {
  const directory = new FakeRuleDirectory(before)
  const engine = new RuleEngine(directory)
  for (const batch of batches(readings)) engine.judge(batch)
  engine.takeStep()
  directory.rules = [after]
  engine.rulesChanged(ALL)
  return { engine, told: engine.takeStep().events.map(({ kind, value }) => `${kind} ${value}`) }
}

const other = { deviceId: deviceId('GD-02') }
const deviation: Condition = {
  kind: 'deviation',
  from: { kind: 'point', deviceId: 'GD-02', point: 'lel' },
  side: 'above',
  relative: false,
  setpoints: [setpoint(10, 3)],
  deadband: 1,
  missing: 'hold',
}

describe('a changed rule', () => {
  test('over several points is judged with the last value of each', () => {
    const before = aRule({ deviceIds: ['GD-01', 'GD-02'] })
    const after = aRule({ deviceIds: ['GD-01'], condition: deviation })
    expect(changed(before, after, [aReading(0, 20), aReading(1, 5, other)]).told).toEqual([
      'raised 15',
    ])
  })

  test('leaves what others judge alone', () => {
    const rule = aRule({ id: 'other', deviceIds: ['GD-01'], condition: deviation })
    expect(changed(rule, rule, [aReading(0, 20), aReading(1, 5, other)]).told).toEqual([])
  })

  test('drops what was gathered for another window, and keeps the level', () => {
    const count = (needed: number): Condition => ({
      kind: 'count',
      needed,
      of: 3,
      direction: 'high',
      setpoints: [setpoint(25, 3)],
      deadband: 1,
    })
    const readings = [aReading(0, 30), aReading(1, 30)]
    expect(
      changed(aRule({ condition: count(2) }), aRule({ condition: count(1) }), readings).told,
    ).toEqual([])
    expect(
      changed(aRule({ condition: count(3) }), aRule({ condition: count(2) }), readings).told,
    ).toEqual(['raised 30'])
    const stuck: Condition = {
      kind: 'stuck',
      epsilon: 1,
      afterMs: 60_000,
      readingsMin: 3,
      grade: 3,
      label: { zh: 'x', en: 'x' },
    }
    const { told, engine } = changed(
      aRule({ condition: count(2) }),
      aRule({ condition: stuck }),
      readings,
    )
    expect(told).toEqual([])
    engine.judge({ offset: 99, readings: [aReading(2, 3)] })
    expect(engine.takeStep().events.map(({ kind }) => kind)).toEqual(['returned'])
  })

  test('that calls again no more stops calling', () => {
    const { engine } = changed(aRule({ reAlarmMs: 60_000 }), aRule(), [aReading(0, 30)])
    engine.advanceTo(START_MS + 300_000)
    expect(engine.takeStep().events).toEqual([])
  })

  test('of silence returns what stands outside its new schedule', () => {
    const schedule = {
      timeZone: 'Asia/Shanghai',
      calendar: 'cn',
      active: 'inside',
      spans: [{ days: ['tue'], from: '08:00', to: '09:00' }],
    } as const
    const before = aRule({ condition: noDataCondition(10_000) })
    const directory = new FakeRuleDirectory(before)
    const engine = new RuleEngine(directory)
    engine.judge({ offset: 1, readings: [aReading(0, 3)] })
    engine.advanceTo(START_MS + 20_000)
    directory.rules = [{ ...before, schedule: schedule as never }]
    engine.rulesChanged(ALL)
    expect(engine.takeStep().events.map(({ kind }) => kind)).toEqual(['raised', 'returned'])
  })
})

test('a calendar that is written anew puts rules in and out of force by what stands', () => {
  const spans = [{ days: ['holiday'], from: '00:00', to: '24:00' }]
  const schedule = { timeZone: 'UTC', calendar: 'cn', active: 'inside', spans } as never
  const clock = new CalendarClock([])
  const engine = new RuleEngine(new FakeRuleDirectory(aRule({ schedule })), new JudgingTools(clock))
  engine.judge({ offset: 1, readings: [aReading(0, 30)] })
  expect(engine.takeStep().events).toEqual([])
  const day = new Date(START_MS).toISOString().slice(0, 10)
  const free = { calendar: 'cn', year: Number(day.slice(0, 4)), workdays: [] }
  const told = (holidays: readonly { readonly from: string; readonly to: string }[]) => {
    clock.use([{ ...free, holidays }])
    engine.rulesChanged(ALL)
    return engine.takeStep().events.map(({ kind }) => kind)
  }
  expect(told([{ from: day, to: day }])).toEqual(['raised'])
  expect(told([])).toEqual(['returned'])
})

test('counts and votes that can never be are refused by the schema', () => {
  const draft = (condition: object) =>
    alarmRuleDraft
      .safeParse({ ...{ ...aRule(), version: undefined }, condition })
      .error?.issues.map(({ path }) => path.join('.'))
  const { kind: _, ...figures } = gasCondition()
  const count = { ...figures, kind: 'count', needed: 4, of: 3 }
  const voters = ['GD-01', 'GD-02'].map((id) => ({ deviceId: id, point: 'lel' }))
  const vote = {
    ...figures,
    kind: 'vote',
    needed: 3,
    voters,
    staleAfterMs: 60_000,
    badVoters: 'fewer',
  }
  expect(draft(count)).toContain('condition.needed')
  expect(draft(vote)).toContain('condition.needed')
})
