import { describe, expect, test } from 'vitest'
import type { HazardDossier, ReassessmentTrigger } from '../contract.ts'
import { aDossier, anAmmonia } from './dossier.suite.ts'
import { diffDossiers } from './dossier-diff.ts'
import { reassessmentReasons } from './reassessment.ts'

const [UNIT] = aDossier().units
const BEFORE_DUE_MS = Date.UTC(2029, 2, 14, 23)
const DUE_MS = Date.UTC(2029, 2, 15)

function withAmmonia(overrides: Parameters<typeof anAmmonia>[0]): HazardDossier {
  return aDossier({ units: [{ ...UNIT, id: 'unit-1', substances: [anAmmonia(overrides)] }] })
}

function reasons(draft: HazardDossier, options: { nowMs?: number; standard?: string } = {}) {
  return reassessmentReasons({
    inForce: { dossier: aDossier(), standard: 'GB 18218-2018' },
    draft,
    standard: options.standard ?? 'GB 18218-2018',
    assessmentYears: 3,
    nowMs: options.nowMs ?? BEFORE_DUE_MS,
  })
}

test.for<[string, HazardDossier, readonly ReassessmentTrigger[]]>([
  ['nothing', aDossier(), []],
  ['another name and phone', aDossier({ name: '氨罐区' }), []],
  ['12 t more', withAmmonia({ quantity: { value: '72', unit: 't' } }), ['change']],
  ['the same quantity in kg', withAmmonia({ quantity: { value: '60000', unit: 'kg' } }), []],
  ['another substance in the tank', withAmmonia({ row: 12, name: '液氯' }), ['change']],
  ['another process', withAmmonia({ process: '加压' }), ['change']],
  ['a name written otherwise', withAmmonia({ name: '氨（液化）' }), []],
  [
    'a unit more',
    aDossier({ units: [UNIT, { id: 'unit-2', name: '新库' }] as never }),
    ['construction'],
  ],
  [
    'a tank more',
    aDossier({ equipment: [...aDossier().equipment, { id: 'v-102', name: '储罐' }] }),
    ['construction'],
  ],
  [
    'more people near',
    aDossier({ surroundings: { ...aDossier().surroundings, exposedPopulation: 60 } }),
    ['surroundings'],
  ],
  [
    'an accident with ten injured',
    aDossier({ accidents: [{ id: 'a', injured: 10 }] }),
    ['accident'],
  ],
  ['an accident with nine injured', aDossier({ accidents: [{ id: 'a', injured: 9 }] }), []],
])('%s asks for %j', ([, draft, triggers]) => {
  expect(reasons(draft).map(({ trigger }) => trigger)).toEqual(triggers)
})

describe('a new assessment', () => {
  test('is due when three years are over, not before', () => {
    expect(reasons(aDossier())).toEqual([])
    expect(reasons(aDossier(), { nowMs: DUE_MS }).map(({ trigger }) => trigger)).toEqual([
      'three-years',
    ])
  })

  test('is due when the standard was revised', () => {
    expect(reasons(aDossier(), { standard: 'GB 18218-2027' })[0]?.trigger).toBe('standard')
  })

  test('answers a trigger when it was completed after the one in force', () => {
    const more = withAmmonia({ quantity: { value: '72', unit: 't' } })
    const answered = (completedOn: string) =>
      reasons({
        ...more,
        assessment: { ...more.assessment, completedOn },
        reassessment: [{ trigger: 'change', effect: 'assessed', reason: '' }],
      })[0]?.answered
    expect([answered('2026-03-15'), answered('2026-10-01')]).toEqual([false, true])
  })

  test('may be without effect only while the level stays, with a reason, and not for every trigger', () => {
    const none = (draft: HazardDossier, trigger: ReassessmentTrigger, reason: string) =>
      reasons({ ...draft, reassessment: [{ trigger, effect: 'none', reason }] })[0]?.answered
    const sameLevel = withAmmonia({ quantity: { value: '61', unit: 't' } })
    const otherLevel = withAmmonia({ quantity: { value: '600', unit: 't' } })
    const accident = aDossier({ accidents: [{ id: 'a', deaths: 1 }] })
    expect(none(sameLevel, 'change', '余量内')).toBe(true)
    expect(none(sameLevel, 'change', '')).toBe(false)
    expect(none(otherLevel, 'change', '余量内')).toBe(false)
    expect(none(accident, 'accident', '已处理')).toBe(false)
  })
})

test('a difference names the field, the entry it lies in, and what was there', () => {
  const after = withAmmonia({ quantity: { value: '90', unit: 'm3', density: '617' } })
  const changes = diffDossiers(aDossier(), {
    ...after,
    emergency: { ...after.emergency, contacts: [] },
  })
  expect(changes).toEqual([
    {
      path: 'units.substances.quantity',
      where: ['一号围堰', '液氨'],
      kind: 'changed',
      before: '60 t',
      after: '90 m³ × 617 kg/m³',
    },
    { path: 'emergency.contacts', where: [], kind: 'removed', before: '值班室', after: null },
  ])
})
