import { describe, expect, test } from 'vitest'
import { aRule, setpoint } from '../builders.suite.ts'
import type { Condition } from './alarm-rule.ts'
import { appliesTo, type RulePlace, resolveRule } from './resolve-rule.ts'

const PLACE: RulePlace = {
  deviceId: 'GD-01',
  profileId: 'gas-combustible',
  siteId: 'site-1',
  organizationPath: ['district', 'works-1'],
  rangeOf: (point) => (point === 'lel' ? { min: 0, max: 100 } : null),
}

describe('a rule applies', () => {
  test.for([
    [{}, true],
    [{ profileIds: ['tank'] }, false],
    [{ deviceIds: ['GD-01'] }, true],
    [{ deviceIds: ['GD-02'] }, false],
    [{ deviceIds: ['GD-02'], siteIds: ['site-1'] }, true],
    [{ siteIds: ['site-2'] }, false],
    [{ organizationIds: ['district'] }, true],
    [{ organizationIds: ['works-2'] }, false],
  ] as const)('%o: %s', ([scope, applies]) => {
    expect(appliesTo(aRule(scope as object), PLACE)).toBe(applies)
  })
})

describe('overrides', () => {
  test('none leave the very rule', () => {
    const rule = aRule({
      overrides: [
        { deviceId: 'GD-02', set: { deadband: 1 } },
        { siteId: 'x', set: { deadband: 1 } },
      ],
    })
    expect(resolveRule(rule, PLACE)).toEqual({ rule, overridden: [] })
    expect(resolveRule(rule, PLACE).rule).toBe(rule)
  })

  test('the nearest wins, figure by figure, and each shows what it overrides', () => {
    const byDistrict = { organizationId: 'district', set: { deadband: 4, onDelayMs: 1_000 } }
    const byWorks = { organizationId: 'works-1', set: { deadband: 5 } }
    const bySite = {
      siteId: 'site-1',
      set: {
        setpoints: [
          { level: 1, setpoint: 18 },
          { level: 2, grade: 1 as const },
        ],
      },
    }
    const byDevice = {
      deviceId: 'GD-01',
      set: { setpoints: [{ level: 1, setpoint: 15 }], enabled: false },
    }
    const byProfile = { profileId: 'gas-combustible', set: { deadband: 2, offDelayMs: 3_000 } }
    const other = { profileId: 'tank', set: { deadband: 9 } }
    const rule = aRule({ overrides: [byDevice, byWorks, bySite, byDistrict, byProfile, other] })
    const { rule: resolved, overridden } = resolveRule(rule, PLACE)
    expect(resolved).toMatchObject({
      enabled: false,
      onDelayMs: 1_000,
      offDelayMs: 3_000,
      condition: { deadband: 5, setpoints: [{ setpoint: 15 }, { setpoint: 50, grade: 1 }] },
    })
    expect(overridden.map(({ path, from, to, by }) => [path, from, to, by])).toEqual([
      ['offDelayMs', 0, 3_000, byProfile],
      ['onDelayMs', 0, 1_000, byDistrict],
      ['condition.deadband', 3, 5, byWorks],
      ['condition.setpoints.1.grade', 2, 1, bySite],
      ['condition.setpoints.0.setpoint', 25, 15, byDevice],
      ['enabled', true, false, byDevice],
    ])
  })

  test('a condition without set-points has only delays to override', () => {
    const condition: Condition = {
      kind: 'boolean',
      is: true,
      grade: 2,
      label: { zh: 'x', en: 'x' },
    }
    const rule = aRule({
      condition,
      overrides: [
        { siteId: 'site-1', set: { deadband: 5, setpoints: [{ level: 1, setpoint: 2 }] } },
      ],
    })
    expect(resolveRule(rule, PLACE).overridden).toEqual([])
  })
})

test('attributes of the device become constants; what the profile does not say stays unknown', () => {
  const of = (name: 'range.min' | 'range.max'): Condition => ({
    kind: 'deviation',
    from: { kind: 'attribute', name },
    side: 'below',
    relative: false,
    missing: 'hold',
    setpoints: [setpoint(5, 3)],
    deadband: 1,
  })
  expect(resolveRule(aRule({ condition: of('range.max') }), PLACE).rule.condition).toMatchObject({
    from: { kind: 'constant', value: 100 },
  })
  expect(resolveRule(aRule({ condition: of('range.min') }), PLACE).rule.condition).toMatchObject({
    from: { kind: 'constant', value: 0 },
  })
  const unknown = aRule({ condition: of('range.min'), point: 'fault' })
  expect(resolveRule(unknown, PLACE).rule.condition).toMatchObject({ from: { kind: 'attribute' } })
  const season = {
    kind: 'season',
    judge: 'ahead',
    timeZone: 'UTC',
    calendar: 'cn',
    aheadHours: 2,
    band: 3,
    edge: 'middle',
    daysMin: 2,
    direction: 'high',
    setpoints: [setpoint(5, 3)],
    deadband: 1,
    missing: 'hold',
    less: { kind: 'attribute', name: 'range.max' },
  } as const
  expect(resolveRule(aRule({ condition: season as never }), PLACE).rule.condition).toMatchObject({
    less: { kind: 'constant', value: 100 },
  })
})
