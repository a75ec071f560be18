import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aReading,
  aRule,
  batches,
  booleanCondition,
  FakeRuleDirectory,
  gasCondition,
  noDataCondition,
  START_MS,
  setpoint,
} from '../builders.suite.ts'
import { MARK } from '../reading.ts'
import { packFlags } from '../reading-columns.ts'
import type { Condition } from './alarm-rule.ts'
import { JudgingTools } from './judging-tools.ts'
import { isQuiet, overlapOf, quietOf } from './quiet.ts'
import { RuleEngine } from './rule-engine.ts'

const LOW = gasCondition({ direction: 'low', setpoints: [setpoint(19.5, 3), setpoint(18, 2)] })
const NUMBER = packFlags(false, 'good', MARK.none)
const BOOLEAN = packFlags(true, 'good', MARK.none)

function quietBy(condition: Condition) {
  const quiet = quietOf(aRule({ condition }))
  if (quiet === null) throw new Error('this can be told from the value')
  return quiet
}

describe('a value leaves at rest', () => {
  test.each([
    ['a high limit', gasCondition(), NUMBER, { quiet: [24.9, 0, -5], loud: [25, 25.1, 80] }],
    ['a low limit', LOW, NUMBER, { quiet: [19.6, 21, 100], loud: [19.5, 18, 0] }],
    ['a boolean', booleanCondition(true), BOOLEAN, { quiet: [0], loud: [1] }],
    ['a boolean that should be', booleanCondition(false), BOOLEAN, { quiet: [1], loud: [0] }],
    ['a limit, of a boolean', gasCondition(), BOOLEAN, { quiet: [], loud: [0, 1] }],
    ['a boolean, of a number', booleanCondition(true), NUMBER, { quiet: [], loud: [0, 1, 5] }],
  ] as const)('%s', (_, condition, flags, { quiet, loud }) => {
    const of = quietBy(condition)
    for (const value of quiet) expect(isQuiet(of, flags, value)).toBe(true)
    for (const value of loud) expect(isQuiet(of, flags, value)).toBe(false)
  })

  test('two rules, when it leaves each', () => {
    const both = overlapOf(quietBy(gasCondition()), quietBy(LOW))
    const quiet = [19.4, 19.5, 19.6, 24.9, 25].filter((value) => isQuiet(both, NUMBER, value))
    expect(quiet).toEqual([19.6, 24.9])
  })

  test('that cannot be told where more than the value counts', () => {
    const stuck = { kind: 'stuck', epsilon: 1, afterMs: 20_000, readingsMin: 3 } as const
    const condition = { ...stuck, grade: 3, label: { zh: '', en: '' } } as const
    expect(quietOf(aRule({ condition }))).toBeNull()
    expect(quietOf(aRule({ condition: noDataCondition() }))).toBeNull()
  })
})

const RULES = [
  aRule({ id: 'high' }),
  aRule({ id: 'high-delayed', onDelayMs: 2_000, offDelayMs: 3_000 }),
  aRule({ id: 'low', condition: LOW }),
  aRule({ id: 'silent', condition: noDataCondition(4_000) }),
  aRule({ id: 'smoke', point: 'smoke', condition: booleanCondition(true) }),
  aRule({ id: 'power', point: 'smoke', condition: booleanCondition(false), onDelayMs: 1_000 }),
  aRule({ id: 'lamp', point: 'lamp', condition: booleanCondition(true) }),
  aRule({ id: 'lamp-silent', point: 'lamp', condition: noDataCondition(3_000) }),
]

/** Several at one instant, as a message brings them, and mostly values at which nothing rings. */
const someReadings = fc
  .array(
    fc.record({
      afterMs: fc.constantFrom(0, 0, 0, 1, 400, 1_500, 6_000),
      point: fc.constantFrom('lel', 'lel', 'smoke', 'lamp'),
      value: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(20, 21.5, 24.9) },
        { weight: 1, arbitrary: fc.constantFrom(18, 19.5, 22, 25, 51) },
      ),
      isOn: fc.constantFrom(false, false, false, true),
      quality: fc.constantFrom('good', 'good', 'good', 'good', 'uncertain', 'bad'),
      marks: fc.constantFrom(MARK.none, MARK.none, MARK.none, MARK.late, MARK.outOfOrder),
    }),
    { minLength: 20, maxLength: 120 },
  )
  .map((steps) => {
    let atMs = 0
    return steps.map(({ afterMs, point, value, isOn, quality, marks }) => {
      atMs += afterMs
      return aReading(atMs, point === 'lel' ? value : isOn, { point, quality, marks })
    })
  })

describe('readings that leave rules at rest', () => {
  test('passed over or judged in full, it is the same', () => {
    let events = 0
    fc.assert(
      fc.property(
        fc.shuffledSubarray(RULES, { minLength: 2 }),
        someReadings,
        fc.integer({ min: 1, max: 30 }),
        (rules, readings, size) => {
          // Whoever is told of every evaluation makes the engine judge everything in full.
          const full = new RuleEngine(new FakeRuleDirectory(...rules), new JudgingTools(), {
            onEvaluation: () => undefined,
          })
          const quick = new RuleEngine(new FakeRuleDirectory(...rules))
          for (const batch of batches(readings, size)) {
            full.judge(batch)
            quick.judge(batch)
          }
          full.advanceTo(START_MS + 2_000_000)
          quick.advanceTo(START_MS + 2_000_000)
          const step = full.takeStep()
          expect(quick.takeStep()).toEqual(step)
          events += step.events.length
        },
      ),
      { numRuns: 300 },
    )
    expect(events).toBeGreaterThan(300)
  })
})
