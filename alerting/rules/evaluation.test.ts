import { describe, expect, test } from 'vitest'
import {
  aRule,
  booleanCondition,
  gasCondition,
  noDataCondition,
  START_MS,
  setpoint,
} from '../builders.suite.ts'
import { MARK, type Quality } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { evaluate, type RuleInput, type RuleMemory } from './evaluation.ts'

const T = START_MS

function reading(
  value: number | boolean,
  { quality = 'good', marks = 0 }: { quality?: Quality; marks?: number } = {},
): RuleInput {
  return { kind: 'reading', value, quality, marks }
}

const TIMER: RuleInput = { kind: 'timer' }

/** Gives inputs one after the other; returns each reason, the changes as `kind>level`, and the end. */
function run(
  rule: AlarmRule,
  steps: readonly (readonly [afterMs: number, input: RuleInput])[],
  start: RuleMemory | null = null,
) {
  let memory = start
  const trace: string[] = []
  let wakeAtMs: number | null = null
  for (const [afterMs, input] of steps) {
    const result = evaluate(rule, memory, input, T + afterMs)
    memory = result.memory
    wakeAtMs = result.wakeAtMs === null ? null : result.wakeAtMs - T
    const changes = result.changes.map(({ kind, to }) => `${kind}>${to}`)
    trace.push([result.reason, ...changes].join(' '))
  }
  return { trace, memory, wakeAfterMs: wakeAtMs }
}

describe('a high limit with 25 and 50, deadband 3', () => {
  const memoryAt = (level: number): RuleMemory | null =>
    level === 0
      ? null
      : {
          level,
          rises: [],
          falls: [],
          held: null,
          value: level === 1 ? 30 : 60,
          heardAtMs: null,
          onset: 'then',
        }

  test.for([
    // level | value | outcome
    [0, 24.9, 'at_rest'],
    [0, 25.0, 'raised raised>1'],
    [0, 50.0, 'raised raised>2'],
    [0, -5, 'at_rest'],
    [1, 24.0, 'level_unchanged'],
    [1, 22.0, 'level_unchanged'],
    [1, 21.9, 'returned returned>0'],
    [1, 49.9, 'level_unchanged'],
    [1, 50.0, 'rose rose>2'],
    [2, 47.0, 'level_unchanged'],
    [2, 46.9, 'fell fell>1'],
    [2, 22.0, 'fell fell>1'],
    [2, 21.9, 'returned returned>0'],
    [2, 999, 'level_unchanged'],
  ] as const)('level %i, value %f: %s', ([level, value, outcome]) => {
    expect(run(aRule(), [[0, reading(value)]], memoryAt(level)).trace).toEqual([outcome])
  })
})

describe('a low limit with 19.5 and 18, deadband 0.2', () => {
  const rule = aRule({
    condition: gasCondition({
      direction: 'low',
      setpoints: [setpoint(19.5, 3), setpoint(18, 2)],
      deadband: 0.2,
    }),
  })

  test('raises at the set-point and clears beyond the deadband above it', () => {
    const values = [19.6, 19.5, 19.7, 18, 18.2, 18.3, 19.71, 17]
    const { trace } = run(
      rule,
      values.map((value, index) => [index, reading(value)] as const),
    )
    expect(trace).toEqual([
      'at_rest',
      'raised raised>1',
      'level_unchanged',
      'rose rose>2',
      'level_unchanged',
      'fell fell>1',
      'returned returned>0',
      'raised raised>2',
    ])
  })
})

describe('a boolean condition', () => {
  test.for([
    [
      true,
      [false, true, true, false],
      ['at_rest', 'raised raised>1', 'level_unchanged', 'returned returned>0'],
    ],
    [false, [true, false, true], ['at_rest', 'raised raised>1', 'returned returned>0']],
  ] as const)('is: %s', ([is, values, outcome]) => {
    const rule = aRule({ condition: booleanCondition(is) })
    const steps = values.map((value, index) => [index, reading(value)] as const)
    expect(run(rule, steps).trace).toEqual(outcome)
  })
})

describe('delays', () => {
  const rule = aRule({ onDelayMs: 5_000, offDelayMs: 10_000 })

  test('raises after the on-delay, not before', () => {
    const { trace, wakeAfterMs } = run(rule, [
      [0, reading(30)],
      [4_999, TIMER],
      [5_000, TIMER],
    ])
    expect(trace).toEqual(['rise_pending', 'not_due', 'raised raised>1'])
    expect(wakeAfterMs).toBeNull()
  })

  test('a value below the set-point starts the on-delay over', () => {
    const { trace } = run(rule, [
      [0, reading(30)],
      [3_000, reading(24)],
      [4_000, reading(30)],
      [5_000, TIMER],
      [9_000, TIMER],
    ])
    expect(trace).toEqual([
      'rise_pending',
      'rise_abandoned',
      'rise_pending',
      'not_due',
      'raised raised>1',
    ])
  })

  test('each level counts its own on-delay', () => {
    const { trace, wakeAfterMs } = run(rule, [
      [0, reading(30)],
      [2_000, reading(60)],
      [5_000, TIMER],
      [7_000, TIMER],
    ])
    expect(trace).toEqual(['rise_pending', 'rise_pending', 'raised raised>1', 'rose rose>2'])
    expect(wakeAfterMs).toBeNull()
  })

  test('both levels rise at once when both were passed at once', () => {
    expect(
      run(rule, [
        [0, reading(60)],
        [5_000, TIMER],
      ]).trace.at(-1),
    ).toBe('raised raised>2')
  })

  test('returns after the off-delay; a value inside the deadband starts it over', () => {
    const { trace, memory } = run(rule, [
      [0, reading(30)],
      [5_000, TIMER],
      [6_000, reading(10)],
      [9_000, reading(23)],
      [10_000, reading(10)],
      [16_000, TIMER],
      [20_000, TIMER],
    ])
    expect(trace.slice(2)).toEqual([
      'fall_pending',
      'fall_abandoned',
      'fall_pending',
      'not_due',
      'returned returned>0',
    ])
    expect(memory).toBeNull()
  })

  test('each level counts its own off-delay', () => {
    const { trace } = run(rule, [
      [0, reading(60)],
      [5_000, TIMER],
      [6_000, reading(30)],
      [10_000, reading(5)],
      [16_000, TIMER],
      [20_000, TIMER],
    ])
    expect(trace.slice(1)).toEqual([
      'raised raised>2',
      'fall_pending',
      'fall_pending',
      'fell fell>1',
      'returned returned>0',
    ])
  })

  test('a pending rise ends by the clock although the device has fallen silent', () => {
    expect(run(rule, [[0, reading(30)]]).wakeAfterMs).toBe(5_000)
  })
})

describe('what is not judged', () => {
  test.for([
    ['out of order', reading(60, { marks: MARK.outOfOrder }), 'out_of_order'],
    ['out of order and late', reading(60, { marks: MARK.outOfOrder | MARK.late }), 'out_of_order'],
    ['under calibration', reading(60, { quality: 'calibrating' }), 'quality_calibrating'],
    ['bad', reading(60, { quality: 'bad' }), 'quality_bad'],
    ['a boolean', reading(true), 'value_kind_mismatch'],
    ['no number', reading(Number.NaN), 'value_kind_mismatch'],
    ['a late boolean', reading(true, { marks: MARK.late }), 'value_kind_mismatch'],
  ] as const)('%s', ([, input, reason]) => {
    expect(evaluate(aRule(), null, input, T)).toEqual({
      memory: null,
      changes: [],
      reason,
      wakeAtMs: null,
    })
  })

  test('a number where the rule wants a boolean', () => {
    expect(run(aRule({ condition: booleanCondition() }), [[0, reading(1)]]).trace).toEqual([
      'value_kind_mismatch',
    ])
  })

  test('but uncertain and clock-skewed values are', () => {
    expect(run(aRule(), [[0, reading(30, { quality: 'uncertain' })]]).trace).toEqual([
      'raised raised>1',
    ])
    expect(run(aRule(), [[0, reading(30, { marks: MARK.clockSkewed })]]).trace).toEqual([
      'raised raised>1',
    ])
  })
})

describe('late values', () => {
  const late = (value: number) => reading(value, { marks: MARK.late })

  test('the newest is judged at the end of the hold that the first one opened', () => {
    const { trace, wakeAfterMs } = run(aRule(), [
      [0, late(10)],
      [1_500, late(30)],
      [1_999, TIMER],
      [2_000, TIMER],
    ])
    expect(trace).toEqual(['late_held', 'late_held', 'not_due', 'raised raised>1'])
    expect(wakeAfterMs).toBeNull()
  })

  test('a live value overtakes them: the backlog of a device that was cut off pages nobody', () => {
    const { trace, memory } = run(aRule(), [
      [0, late(60)],
      [1_000, reading(3)],
    ])
    expect(trace).toEqual(['late_held', 'at_rest'])
    expect(memory).toBeNull()
  })

  test('a held value that changes nothing leaves nothing', () => {
    expect(
      run(aRule(), [
        [0, late(3)],
        [2_000, TIMER],
      ]),
    ).toMatchObject({
      trace: ['late_held', 'at_rest'],
      memory: null,
    })
  })

  test('a hold does not stop the delays of what is pending', () => {
    const rule = aRule({ onDelayMs: 2_000 })
    const { trace } = run(rule, [
      [0, reading(30)],
      [0, late(60)],
      [2_000, TIMER],
      [4_000, TIMER],
    ])
    expect(trace).toEqual(['rise_pending', 'late_held', 'rise_pending raised>1', 'rose rose>2'])
  })

  test('a hold that is not due yet outlives a timer', () => {
    const rule = aRule({ onDelayMs: 1_000 })
    const { trace, wakeAfterMs } = run(rule, [
      [0, reading(30)],
      [500, late(5)],
      [1_000, TIMER],
    ])
    expect(trace).toEqual(['rise_pending', 'late_held', 'raised raised>1'])
    expect(wakeAfterMs).toBe(2_500)
  })
})

describe('no data for 60 s', () => {
  const rule = aRule({ condition: noDataCondition() })

  test('begins with the first reading heard', () => {
    expect(evaluate(rule, null, TIMER, T)).toMatchObject({ memory: null, reason: 'not_due' })
    expect(run(rule, [[0, reading(3)]])).toMatchObject({ trace: ['heard'], wakeAfterMs: 60_000 })
  })

  test('every sign of life counts, except what is out of order', () => {
    const { trace, wakeAfterMs } = run(rule, [
      [0, reading(3)],
      [1_000, reading(true, { quality: 'bad' })],
      [2_000, reading(3, { quality: 'calibrating' })],
      [3_000, reading(3, { marks: MARK.late })],
      [4_000, reading(3, { marks: MARK.outOfOrder })],
    ])
    expect(trace).toEqual(['heard', 'heard', 'heard', 'heard', 'out_of_order'])
    expect(wakeAfterMs).toBe(63_000)
  })

  test('raises when the time is over, returns with the next reading', () => {
    const { trace, wakeAfterMs } = run(rule, [
      [0, reading(3)],
      [59_999, TIMER],
      [60_000, TIMER],
      [60_001, TIMER],
      [70_000, reading(3)],
    ])
    expect(trace).toEqual(['heard', 'not_due', 'raised raised>1', 'not_due', 'returned returned>0'])
    expect(wakeAfterMs).toBe(130_000)
  })

  test('the on-delay comes on top', () => {
    const delayed = { ...rule, onDelayMs: 5_000 }
    expect(run(delayed, [[0, reading(3)]]).wakeAfterMs).toBe(65_000)
  })

  test('an off-delay asks for a device that keeps talking', () => {
    const patient = { ...rule, offDelayMs: 90_000 }
    const { trace } = run(patient, [
      [0, reading(3)],
      [60_000, TIMER],
      [70_000, reading(3)],
      [130_000, TIMER],
      [140_000, reading(3)],
      [190_000, reading(3)],
      [230_000, TIMER],
    ])
    expect(trace.slice(1)).toEqual([
      'raised raised>1',
      'fall_pending',
      'fall_abandoned',
      'fall_pending',
      'fall_pending',
      'returned returned>0',
    ])
  })

  test('silence while nobody listened does not count', () => {
    const heard = run(rule, [[0, reading(3)]]).memory
    const listening: RuleInput = { kind: 'listening-again', sinceMs: T + 600_000 }
    expect(run(rule, [[600_000, listening]], heard)).toMatchObject({
      trace: ['heard'],
      wakeAfterMs: 660_000,
    })
    expect(evaluate(rule, null, listening, T)).toMatchObject({ memory: null, reason: 'not_due' })
    const silent = run(rule, [[60_000, TIMER]], heard).memory
    expect(evaluate(rule, silent, listening, T + 600_000).memory).toBe(silent)
  })

  test('other rules do not mind that nobody listened', () => {
    const pending = run(aRule({ onDelayMs: 5_000 }), [[0, reading(30)]]).memory
    const listening: RuleInput = { kind: 'listening-again', sinceMs: T + 1_000 }
    expect(evaluate(aRule({ onDelayMs: 5_000 }), pending, listening, T).memory).toBe(pending)
  })
})

describe('a changed rule', () => {
  const changed = (value: number | boolean | null): RuleInput => ({ kind: 'rule-changed', value })
  const standing = run(aRule(), [[0, reading(60)]]).memory

  test.for([
    [
      'a lower set-point raises at rest',
      gasCondition({ setpoints: [setpoint(10, 3)] }),
      null,
      12,
      'raised raised>1',
    ],
    ['nothing is raised where no value is known', gasCondition(), null, null, 'level_unchanged'],
    ['a value of another kind says nothing', gasCondition(), null, true, 'level_unchanged'],
    [
      'a higher set-point returns',
      gasCondition({ setpoints: [setpoint(80, 3)] }),
      standing,
      60,
      'returned returned>0',
    ],
    [
      'a level too many counts as the deepest',
      gasCondition({ setpoints: [setpoint(25, 3)] }),
      standing,
      60,
      'level_unchanged',
    ],
    ['the same rule changes nothing', gasCondition(), standing, 60, 'level_unchanged'],
    [
      'without a newer value the last judged one counts',
      gasCondition({ setpoints: [setpoint(80, 3)] }),
      standing,
      null,
      'returned returned>0',
    ],
    [
      'a limit becomes a boolean that does not stand',
      booleanCondition(),
      standing,
      false,
      'returned returned>0',
    ],
    ['a limit becomes silence', noDataCondition(), standing, 60, 'returned returned>0'],
    ['a new silence listens from now on', noDataCondition(), null, 60, 'heard'],
    ['silence of a point never heard does not begin', noDataCondition(), null, null, 'at_rest'],
  ] as const)('%s', ([, condition, memory, value, outcome]) => {
    expect(run(aRule({ condition }), [[0, changed(value)]], memory).trace).toEqual([outcome])
  })

  test('pending delays go on', () => {
    const rule = aRule({ onDelayMs: 5_000 })
    const pending = run(rule, [[0, reading(60)]]).memory
    expect(run(rule, [[3_000, changed(60)]], pending)).toMatchObject({
      memory: pending,
      wakeAfterMs: 5_000,
    })
    const one = aRule({
      onDelayMs: 5_000,
      condition: gasCondition({ setpoints: [setpoint(25, 3)] }),
    })
    expect(
      run(
        one,
        [
          [3_000, changed(60)],
          [5_000, TIMER],
        ],
        pending,
      ).trace,
    ).toEqual(['rise_pending', 'raised raised>1'])
  })

  test('a held value stays held', () => {
    const held = run(aRule(), [[0, reading(60, { marks: MARK.late })]]).memory
    expect(run(aRule(), [[1_000, changed(5)]], held).memory?.held).toEqual(held?.held)
    const lower = aRule({ condition: gasCondition({ setpoints: [setpoint(4, 3)] }) })
    expect(
      run(
        lower,
        [
          [1_000, changed(5)],
          [2_000, TIMER],
        ],
        held,
      ).trace,
    ).toEqual(['raised raised>1', 'level_unchanged'])
  })

  test('silence that has lasted long enough goes on, and so does a return under its delay', () => {
    const rule = aRule({ condition: noDataCondition(), offDelayMs: 10_000 })
    const silent = run(rule, [
      [0, reading(3)],
      [60_000, TIMER],
    ]).memory
    expect(run(rule, [[61_000, changed(3)]], silent).trace).toEqual(['level_unchanged'])
    const longer = aRule({ condition: noDataCondition(90_000) })
    expect(run(longer, [[61_000, changed(3)]], silent).trace).toEqual(['returned returned>0'])
    const returning = run(rule, [[62_000, reading(3)]], silent).memory
    expect(run(rule, [[63_000, changed(3)]], returning).trace).toEqual(['level_unchanged'])
  })

  test('a rule edited between two readings never trips over the old memory', () => {
    const held = run(aRule(), [
      [0, reading(60)],
      [0, reading(70, { marks: MARK.late })],
    ]).memory
    const silence = aRule({ condition: noDataCondition() })
    expect(
      run(
        silence,
        [
          [1_000, reading(60)],
          [2_000, TIMER],
        ],
        held,
      ).trace,
    ).toEqual(['returned returned>0', 'not_due'])
    const falling = run(aRule({ offDelayMs: 9_000 }), [
      [0, reading(60)],
      [1_000, reading(30)],
    ]).memory
    const single = aRule({
      offDelayMs: 9_000,
      condition: gasCondition({ setpoints: [setpoint(25, 3)] }),
    })
    expect(run(single, [[2_000, reading(30)]], falling)).toMatchObject({
      trace: ['level_unchanged'],
      memory: { level: 1, falls: [] },
    })
    const heard = run(silence, [[0, reading(3)]]).memory
    expect(run(aRule(), [[1_000, TIMER]], heard).trace).toEqual(['not_due'])
    expect(run(aRule(), [[1_000, reading(3)]], heard)).toMatchObject({
      trace: ['at_rest'],
      memory: null,
    })
  })
})
