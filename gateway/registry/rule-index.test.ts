import { describe, expect, test } from 'vitest'
import { aRule, setpoint } from '#alerting/builders.suite.ts'
import type { AlarmRule, Condition } from '#alerting/rules/alarm-rule.ts'
import { RuleIndex } from './rule-index.ts'

const SITES: Readonly<Record<string, string>> = {
  'GD-01': 'site-1',
  'GD-02': 'site-1',
  'GD-03': 'site-2',
}

function indexOf(...rules: readonly AlarmRule[]): RuleIndex {
  const index = new RuleIndex({
    rulePlaceOf: (deviceId) => {
      const siteId = SITES[deviceId]
      if (siteId === undefined) return null
      const organizationPath = ['district', siteId === 'site-1' ? 'works-1' : 'works-2']
      return {
        deviceId,
        profileId: 'gas-combustible',
        siteId,
        organizationPath,
        rangeOf: () => null,
      }
    },
    deviceIds: () => Object.keys(SITES),
  })
  index.rebuild(rules)
  return index
}

const idsFor = (index: RuleIndex, deviceId: string, point = 'lel') =>
  index.rulesFor(deviceId, point).map(({ id }) => id)

describe('rules of a point', () => {
  test('are found by profile, device, site and organization, in their order', () => {
    const index = indexOf(
      aRule({ id: 'of-works', organizationIds: ['works-1'] }),
      aRule({ id: 'of-all' }),
      aRule({ id: 'of-site', siteIds: ['site-2'] }),
      aRule({ id: 'of-device', deviceIds: ['GD-02'], organizationIds: ['works-2'] }),
      aRule({ id: 'of-tanks', profileIds: ['tank'], deviceIds: ['GD-01'] }),
      aRule({ id: 'of-battery', point: 'battery' }),
    )
    expect(idsFor(index, 'GD-01')).toEqual(['of-works', 'of-all'])
    expect(idsFor(index, 'GD-02')).toEqual(['of-works', 'of-all', 'of-device'])
    expect(idsFor(index, 'GD-03')).toEqual(['of-all', 'of-site', 'of-device'])
    expect(idsFor(index, 'GD-03', 'battery')).toEqual(['of-battery'])
    expect(idsFor(index, 'stranger')).toEqual([])
    expect(index.rulesOfDevice('GD-03')).toHaveLength(4)
    expect(index.rulesOfDevice('stranger')).toEqual([])
  })

  test('are what is overridden for the device, the same object until it changes', () => {
    const rule = aRule({
      overrides: [
        { siteId: 'site-1', set: { enabled: false } },
        { deviceId: 'GD-03', set: { deadband: 1 } },
      ],
    })
    const index = indexOf(rule)
    expect(idsFor(index, 'GD-01')).toEqual([])
    expect(index.rulesFor('GD-03', 'lel')).toMatchObject([{ condition: { deadband: 1 } }])
    expect(index.rulesFor('GD-03', 'lel')[0]).toBe(index.rulesFor('GD-03', 'lel')[0])
    expect(index.resolvedRules('GD-01')).toMatchObject([
      { overridden: [{ path: 'enabled', to: false }] },
    ])
    expect(index.resolvedRules('stranger')).toEqual([])
    const before = index.rulesFor('GD-03', 'lel')[0]
    index.forgetDevice('GD-03')
    expect(index.rulesFor('GD-03', 'lel')[0]).not.toBe(before)
  })
})

describe('those who look at a point of others', () => {
  const reference = (from: object): Condition => ({
    kind: 'deviation',
    from: { kind: 'point', ...from } as never,
    side: 'above',
    relative: false,
    setpoints: [setpoint(10, 3)],
    deadband: 1,
    missing: 'hold',
  })
  const told = (index: RuleIndex, deviceId: string, point: string) =>
    index
      .listenersOf(deviceId, point)
      .map((one) => `${one.rule.id} ${one.deviceId}/${one.point} ${one.operand}`)

  test('are found from it, on the same device and on others', () => {
    const index = indexOf(
      aRule({ id: 'own', condition: reference({ point: 'battery' }) }),
      aRule({
        id: 'site',
        siteIds: ['site-1'],
        condition: reference({ deviceId: 'GD-03', point: 'lel' }),
      }),
      aRule({
        id: 'one',
        deviceIds: ['GD-02', 'gone'],
        condition: reference({ deviceId: 'GD-03', point: 'lel' }),
      }),
    )
    expect(told(index, 'GD-01', 'battery')).toEqual(['own GD-01/lel ./battery'])
    expect(told(index, 'GD-03', 'lel')).toEqual([
      'site GD-01/lel GD-03/lel',
      'site GD-02/lel GD-03/lel',
      'one GD-02/lel GD-03/lel',
    ])
    expect(told(index, 'GD-01', 'lel')).toEqual([])
    index.forgetAll()
    expect(told(index, 'GD-03', 'lel')).toHaveLength(3)
  })

  test('are nobody, at no cost, where no rule looks elsewhere', () => {
    expect(indexOf(aRule()).listenersOf('GD-01', 'lel')).toEqual([])
  })
})
