import { describe, expect, test } from 'vitest'
import { loadProfiles, loadRulePacks } from '#config/profiles.ts'
import { alarmRuleDraft } from './alarm-rule.ts'

const profiles = new Map(loadProfiles().map((profile) => [profile.id, profile]))
const rules = loadRulePacks(alarmRuleDraft)

test('the profiles and points that other people rely on are shipped', () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    'gas-combustible': ['lel %LEL'],
    'gas-toxic-co': ['concentration mg/m³'],
    'gas-toxic-h2s': ['concentration mg/m³'],
    'gas-toxic-nh3': ['concentration mg/m³'],
    'gas-toxic-cl2': ['concentration mg/m³'],
    'gas-oxygen': ['oxygen %VOL'],
    smoke: ['smoke', 'obscuration dB/m'],
    'smart-power': [
      'residualCurrent mA',
      'temperature °C',
      'voltage V',
      'current A',
      'power W',
      'energy kWh',
    ],
    tank: ['level %', 'pressure kPa', 'temperature °C'],
  }
  for (const [id, points] of Object.entries(expected)) {
    const shipped = profiles
      .get(id)
      ?.points.map((point) =>
        point.kind === 'number' ? `${point.name} ${point.unit}` : point.name,
      )
    expect(shipped).toEqual(expect.arrayContaining([...points, 'fault']))
  }
})

describe('every shipped rule', () => {
  test.for(rules)('$id fits its profiles', (rule) => {
    for (const profileId of rule.profileIds) {
      const point = profiles.get(profileId)?.points.find(({ name }) => name === rule.point)
      expect(point, `${profileId}.${rule.point}`).toBeDefined()
      if (rule.condition.kind === 'boolean') expect(point?.kind).toBe('boolean')
      if (rule.condition.kind !== 'limit' || point?.kind !== 'number') continue
      const { setpoints, deadband } = rule.condition
      for (const { setpoint } of setpoints) {
        expect(setpoint).toBeGreaterThan(point.range.min)
        expect(setpoint).toBeLessThanOrEqual(point.range.max)
      }
      // A deadband as wide as the way back to the end of the range could never clear.
      const first = setpoints[0]?.setpoint ?? 0
      const wayBack =
        rule.condition.direction === 'high' ? first - point.range.min : point.range.max - first
      expect(deadband).toBeLessThan(wayBack)
    }
  })

  test('has an id of its own', () => {
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length)
  })

  test('names the source of its figures', () => {
    const unsourced = rules.flatMap(({ id, condition }) =>
      condition.kind === 'limit' && condition.setpoints.some(({ source }) => source === undefined)
        ? [id]
        : [],
    )
    expect(unsourced).toEqual([])
  })

  test('of fire and second-level gas cannot be shelved', () => {
    const guarded = rules.filter(
      ({ id, condition }) => /^(gas|smoke)-/.test(id) && condition.kind !== 'no-data',
    )
    expect(guarded.filter(({ shelvable, id }) => shelvable && id !== 'smoke-tamper')).toEqual([])
  })
})
