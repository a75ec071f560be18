import { describe, expect, test } from 'vitest'
import { aReading, aRule, gasCondition, START_MS, setpoint } from '../builders.suite.ts'
import { JudgingTools } from '../rules/judging-tools.ts'
import { proposeSteadying } from './steadying.ts'

const RULE = aRule({ condition: gasCondition({ setpoints: [setpoint(25, 3)], deadband: 1 }) })

/** A value a second; most of the time clean air. */
async function proposed(values: readonly number[], rule = RULE) {
  const calm = Array.from({ length: 200 }, () => 2)
  const all = [...values, ...calm]
  const readings = all.map((value, second) => aReading(second * 1_000, value))
  return await proposeSteadying({
    rule,
    readings,
    fromMs: START_MS,
    toMs: START_MS + all.length * 1_000,
    tools: new JudgingTools(),
    togetherMs: 60_000,
    fleetingMs: 10_000,
  })
}

const swinging = Array.from({ length: 40 }, (_, second) => (second % 2 === 0 ? 26 : 22.5))

describe('proposeSteadying', () => {
  test('proposes the deadband that covers how far the value came back, and says what it would do', async () => {
    const { alarmsBefore, proposals } = await proposed(swinging)
    expect(alarmsBefore).toBe(20)
    expect(proposals.find(({ kind }) => kind === 'deadband')).toEqual({
      kind: 'deadband',
      value: 2.5,
      before: 1,
      // At the deadband exactly it is not back yet.
      alarmsAfter: 1,
    })
  })

  test('proposes the off-delay that covers how long it stayed away', async () => {
    const { proposals } = await proposed(swinging)
    expect(proposals.find(({ kind }) => kind === 'off-delay')).toMatchObject({
      value: 2_000,
      before: 0,
      alarmsAfter: 1,
    })
  })

  test('proposes an on-delay for what is only ever touched, where nobody has to answer a touch', async () => {
    const touches = Array.from({ length: 600 }, (_, second) => (second % 100 === 0 ? 26 : 2))
    const { alarmsBefore, proposals } = await proposed(touches)
    expect(alarmsBefore).toBe(6)
    expect(proposals).toEqual([{ kind: 'on-delay', value: 2_000, before: 0, alarmsAfter: 0 }])
    const orange = { ...RULE, condition: gasCondition({ setpoints: [setpoint(25, 2)] }) }
    expect((await proposed(touches, orange)).proposals).toEqual([])
    expect((await proposed(touches, { ...RULE, shelvable: false })).proposals).toEqual([])
  })

  test('proposes no deadband at which the alarm would not clear in clean air', async () => {
    const deep = Array.from({ length: 40 }, (_, second) => (second % 2 === 0 ? 26 : 1))
    const { proposals } = await proposed(deep)
    expect(proposals.map(({ kind }) => kind)).not.toContain('deadband')
  })

  test('has nothing to say of an alarm that came once and stayed', async () => {
    const { alarmsBefore, proposals } = await proposed(Array.from({ length: 60 }, () => 30))
    expect([alarmsBefore, proposals]).toEqual([1, []])
  })

  test('works for what is too low as well', async () => {
    const low = {
      ...RULE,
      condition: gasCondition({ direction: 'low', setpoints: [setpoint(18, 3)], deadband: 0.1 }),
    }
    const values = Array.from({ length: 40 }, (_, second) => (second % 2 === 0 ? 17.9 : 18.3))
    const calm = Array.from({ length: 200 }, () => 20.9)
    const readings = [...values, ...calm].map((value, second) => aReading(second * 1_000, value))
    const toMs = START_MS + 240_000
    const { proposals } = await proposeSteadying({
      rule: low,
      readings,
      fromMs: START_MS,
      toMs,
      tools: new JudgingTools(),
      togetherMs: 60_000,
      fleetingMs: 10_000,
    })
    expect(proposals.find(({ kind }) => kind === 'deadband')?.value).toBeCloseTo(0.3, 2)
  })
})
