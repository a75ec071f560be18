import { describe, expect, test } from 'vitest'
import { RULE_LIMITS } from '#config/limits.ts'
import {
  aReading,
  aRule,
  batches,
  FakeRuleDirectory,
  gasCondition,
  noDataCondition,
  START_MS,
  setpoint,
  text,
} from '../builders.suite.ts'
import { MARK, type Reading } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { inArrivalOrder } from './arrival-order.ts'
import { backTest } from './back-test.ts'
import { DraftDirectory } from './draft-directory.ts'
import { JudgingTools } from './judging-tools.ts'
import { RuleEngine } from './rule-engine.ts'

const CAUSE = { ruleId: 'gas-high', deviceId: 'GD-01', point: 'lel' }

function engineWith(rule: AlarmRule, readings: readonly Reading[]) {
  const directory = new FakeRuleDirectory(rule)
  const engine = new RuleEngine(directory)
  engine.explain(CAUSE)
  for (const batch of batches(readings)) engine.judge(batch)
  return { engine, directory }
}

describe('an explanation', () => {
  test('names each evaluation and what is pending, with its instant', () => {
    const rule = aRule({
      onDelayMs: 5_000,
      offDelayMs: 9_000,
      reAlarmMs: 60_000,
      gap: { policy: 'pause', afterMs: 30_000 },
    })
    const { engine } = engineWith(rule, [
      aReading(0, 3),
      aReading(1_000, 30),
      aReading(2_000, 30, { quality: 'bad' }),
    ])
    expect(engine.explain(CAUSE)).toMatchObject({
      ruleVersion: 1,
      level: 0,
      figure: 30,
      isInSchedule: true,
      isPaused: false,
      timers: [
        { kind: 'rise', level: 1, sinceMs: START_MS + 1_000, dueAtMs: START_MS + 6_000 },
        { kind: 'gap', dueAtMs: START_MS + 31_000 },
      ],
      evaluations: [
        { reason: 'at_rest', value: 3, cause: 'reading', quality: 'good' },
        { reason: 'rise_pending', value: 30, figure: 30 },
        { reason: 'quality_bad' },
      ],
    })
    engine.advanceTo(START_MS + 6_000)
    engine.judge({
      offset: 9,
      readings: [aReading(7_000, 3), aReading(8_000, 30, { marks: MARK.late })],
    })
    expect(engine.explain(CAUSE)?.timers.map(({ kind }) => kind)).toEqual([
      'held',
      'fall',
      'gap',
      're-alarm',
    ])
  })

  test('of silence, schedules, windows and operands', () => {
    const silent = engineWith(aRule({ condition: noDataCondition() }), [aReading(0, 3)]).engine
    expect(silent.explain(CAUSE)?.timers).toMatchObject([
      { kind: 'silent', dueAtMs: START_MS + 60_000 },
    ])
    const spans = [{ days: ['mon'], from: '16:01', to: '16:03' }] as never
    const schedule = { timeZone: 'Asia/Shanghai', calendar: 'cn', active: 'inside', spans } as const
    const waiting = engineWith(aRule({ schedule }), [aReading(0, 30)]).engine
    expect(waiting.explain(CAUSE)).toMatchObject({
      isInSchedule: false,
      timers: [{ kind: 'schedule', dueAtMs: START_MS + 60_000 }],
    })
    const vote = aRule({
      deviceIds: ['GD-01'],
      condition: {
        kind: 'vote',
        needed: 1,
        voters: ['GD-01', 'GD-02'].map((deviceId) => ({ deviceId, point: 'lel' })),
        direction: 'high',
        setpoints: [setpoint(25, 3)],
        deadband: 1,
        staleAfterMs: 60_000,
        badVoters: 'fewer',
      },
    })
    const voting = engineWith(vote, [aReading(0, 3), aReading(500, 9, { marks: MARK.late })]).engine
    expect(voting.explain(CAUSE)).toMatchObject({
      signal: { kind: 'figure', figure: 3 },
      timers: [{ kind: 'held' }, { kind: 'window' }],
      operands: [
        { key: 'GD-01/lel', value: 3, isBad: false },
        { key: 'GD-02/lel', value: null, atMs: null },
      ],
    })
  })

  test('is none where no rule judges, and keeps only what is looked at', () => {
    const { engine, directory } = engineWith(
      aRule(),
      Array.from({ length: 80 }, (_, at) => aReading(at, 3)),
    )
    expect(engine.explain(CAUSE)?.evaluations).toHaveLength(RULE_LIMITS.evaluationsKeptMax)
    expect(engine.explain({ ...CAUSE, deviceId: 'GD-02' })?.evaluations).toEqual([])
    for (let at = 0; at <= RULE_LIMITS.watchedMax; at += 1)
      engine.explain({ ...CAUSE, deviceId: `GD-X${at}` })
    expect(engine.explain(CAUSE)?.evaluations).toEqual([])
    engine.judge({
      offset: 99,
      readings: [aReading(100, 3), aReading(RULE_LIMITS.watchedForMs + 200, 3)],
    })
    engine.explain({ ...CAUSE, deviceId: 'GD-02' })
    expect(engine.explain(CAUSE)?.evaluations).toEqual([])
    directory.rules = []
    expect(engine.explain(CAUSE)).toBeNull()
  })
})

describe('a rule that cannot be judged', () => {
  test('is marked, and the others go on', () => {
    const broken = aRule({ id: 'broken', condition: gasCondition({ setpoints: [] }), onDelayMs: 1 })
    const mistaken = {
      ...broken,
      id: 'mistaken',
      condition: { kind: 'expression', operands: null } as never,
    }
    const directory = new FakeRuleDirectory(mistaken, aRule())
    const engine = new RuleEngine(directory, new JudgingTools())
    expect(() => engine.judge({ offset: 1, readings: [aReading(0, 30)] })).toThrow()
    directory.rules = [
      aRule({
        id: 'no-level',
        condition: { kind: 'limit', direction: 'high', deadband: 0 } as never,
      }),
      aRule(),
    ]
    const next = new RuleEngine(directory)
    next.judge({ offset: 1, readings: [aReading(0, 30), aReading(1, 30)] })
    expect(next.takeStep().events.map(({ ruleId }) => ruleId)).toEqual(['gas-high'])
    expect([...next.faults()]).toMatchObject([
      { ruleId: 'no-level', reason: 'evaluation_failed', times: 2 },
    ])
    next.rulesChanged({ ruleIds: new Set(['no-level']), deviceIds: new Set() })
    expect(next.fault('gas-high')).toBeNull()
  })
})

describe('a back-test', () => {
  const rules = new DraftDirectory(new Map([['GD-01', aRule({ deviceIds: ['GD-01'] })]]))
  const base = { rules, fromMs: START_MS, toMs: START_MS + 100_000, tools: new JudgingTools() }
  async function* of(...readings: readonly Reading[]) {
    yield readings
  }

  test('lists what would have been, what stood at the edges, and what was on the shelf', async () => {
    const shelf = {
      deviceId: 'GD-01',
      point: 'lel',
      fromMs: START_MS + 20_000,
      untilMs: START_MS + 40_000,
    }
    const shares: number[] = []
    const result = await backTest({
      ...base,
      shelvings: [shelf],
      onProgress: ({ share }) => shares.push(share),
      readings: of(
        aReading(-50_000, 30),
        aReading(-40_000, 3),
        aReading(-10_000, 30),
        aReading(5_000, 3),
        aReading(25_000, 30),
        aReading(26_000, 3),
        aReading(30_000, 30),
        aReading(31_000, 60),
        aReading(32_000, 30),
        aReading(33_000, 3),
        aReading(90_000, 30),
        aReading(200_000, 3),
      ),
    })
    expect(
      result.alarms.map(({ raisedAtMs, returnedAtMs, grade, isShelved }) => [
        raisedAtMs - START_MS,
        returnedAtMs === null ? null : returnedAtMs - START_MS,
        grade,
        isShelved,
      ]),
    ).toEqual([
      [-10_000, 5_000, 3, false],
      [25_000, 26_000, 3, true],
      [30_000, 33_000, 2, false],
      [90_000, null, 3, false],
    ])
    expect(result).toMatchObject({
      readings: 11,
      alarmsTotal: 4,
      annunciations: 2,
      annunciationsByGrade: { 1: 0, 2: 1, 3: 1, 4: 0 },
      standingMs: 5_000 + 1_000 + 3_000 + 10_000,
    })
    expect(result.alarms[2]?.steps.map(({ kind }) => kind)).toEqual(['raised', 'rose', 'fell'])
    expect(shares).toHaveLength(1)
  })

  test('is cancelled between two turns, with the reason', async () => {
    const cancel = new AbortController()
    const many = Array.from({ length: RULE_LIMITS.backTestReadingsPerTurn + 1 }, (_, at) =>
      aReading(at, 3),
    )
    const running = backTest({
      ...base,
      signal: cancel.signal,
      onProgress: () => cancel.abort(new Error('enough')),
      readings: of(...many),
    })
    await expect(running).rejects.toThrow('enough')
  })

  test('over nothing finds nothing', async () => {
    const result = await backTest({ ...base, toMs: START_MS, readings: of(aReading(5, 30)) })
    expect(result).toMatchObject({ readings: 0, alarmsTotal: 0, annunciations: 0 })
  })

  test('asks for the points of its rule and no others', () => {
    const condition = {
      kind: 'combination',
      match: 'all',
      tests: [
        { test: 'boolean', of: { point: 'smoke' }, is: true },
        { test: 'boolean', of: { deviceId: 'GD-09', point: 'smoke' }, is: true },
      ],
      missing: 'hold',
      grade: 3,
      label: text('x'),
    } as const
    const rule = aRule({ condition: condition as never })
    const directory = new DraftDirectory(
      new Map([
        ['GD-01', rule],
        ['GD-02', rule],
      ]),
    )
    expect(
      directory
        .points()
        .map(({ deviceId, point }) => `${deviceId}/${point}`)
        .sort(),
    ).toEqual(['GD-01/lel', 'GD-01/smoke', 'GD-02/lel', 'GD-02/smoke', 'GD-09/smoke'])
    expect(directory.listenersOf('GD-09', 'smoke')).toHaveLength(2)
    expect(directory.rulesFor('GD-09', 'smoke')).toEqual([])
  })

  test('takes late arrivals in their order', async () => {
    async function* chunks() {
      yield {
        readings: [
          aReading(90_000, 1, { observedAtMs: START_MS }),
          aReading(10_000, 2),
          aReading(10_000, 3, { point: 'a' }),
        ],
        observedBeforeMs: START_MS + 50_000,
      }
      yield { readings: [aReading(60_000, 4)], observedBeforeMs: START_MS + 200_000 }
      yield { readings: [], observedBeforeMs: START_MS + 300_000 }
    }
    const values: unknown[] = []
    for await (const part of inArrivalOrder(chunks()))
      values.push(...part.map(({ value }) => value))
    expect(values).toEqual([3, 2, 4, 1])
  })
})
