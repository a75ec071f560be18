import { describe, expect, test } from 'vitest'
import {
  booleanCondition,
  gasCondition,
  noDataCondition,
  setpoint,
  text,
} from '../builders.suite.ts'
import { alarmRuleDraft, type Condition } from './alarm-rule.ts'

const DRAFT = { id: 'gas-high', name: text('gas'), profileIds: ['gas-combustible'], point: 'lel' }

function problemsOf(condition: Condition): readonly string[] {
  const result = alarmRuleDraft.safeParse({ ...DRAFT, condition })
  return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'))
}

describe('a draft of a rule', () => {
  test('has defaults for all that need not be said', () => {
    expect(alarmRuleDraft.parse({ ...DRAFT, condition: gasCondition() })).toMatchObject({
      onDelayMs: 0,
      offDelayMs: 0,
      latching: false,
      shelvable: true,
      enabled: true,
    })
  })

  test.for([
    ['two set-points, the second worse', gasCondition(), []],
    [
      'a low limit falls',
      gasCondition({ direction: 'low', setpoints: [setpoint(19.5, 3), setpoint(18, 2)] }),
      [],
    ],
    ['equal grades', gasCondition({ setpoints: [setpoint(25, 3), setpoint(50, 3)] }), []],
    ['a boolean', booleanCondition(), []],
    ['no data', noDataCondition(), []],
    [
      'a high limit that falls',
      gasCondition({ setpoints: [setpoint(50, 3), setpoint(25, 2)] }),
      ['condition.setpoints.1.setpoint'],
    ],
    [
      'a low limit that rises',
      gasCondition({ direction: 'low' }),
      ['condition.setpoints.1.setpoint'],
    ],
    [
      'twice the same set-point',
      gasCondition({ setpoints: [setpoint(25, 3), setpoint(25, 2)] }),
      ['condition.setpoints.1.setpoint'],
    ],
    [
      'a worse set-point with a milder grade',
      gasCondition({ setpoints: [setpoint(25, 2), setpoint(50, 3)] }),
      ['condition.setpoints.1.grade'],
    ],
    ['no set-point', gasCondition({ setpoints: [] }), ['condition.setpoints']],
  ] as const)('%s: %j', ([, condition, problems]) => {
    expect(problemsOf(condition)).toEqual(problems)
  })
})
