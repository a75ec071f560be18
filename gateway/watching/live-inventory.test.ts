import { describe, expect, test } from 'vitest'
import { isBackBelow, liveUnits } from './live-inventory.ts'
import type { WatchedSubstance, WatchedUnit } from './watched-source.ts'

const METHANOL: WatchedSubstance = {
  id: 'methanol',
  name: '甲醇',
  row: 65,
  categories: [],
  designMaximum: '600',
  beta: '1',
}
const AMMONIA: WatchedSubstance = {
  id: 'ammonia',
  name: '氨',
  row: 1,
  categories: [],
  designMaximum: '20',
  beta: '2',
}
const UNIT: WatchedUnit = {
  id: 'farm',
  name: '一罐区',
  s: '3.2',
  r: '5.2',
  hazardLevel: 4,
  substances: [METHANOL, AMMONIA],
}

function live(
  tanks: readonly [substanceId: string, tonnes: string | null, isStale?: boolean][],
  people: number | null = 10,
  unit = UNIT,
) {
  const [found] = liveUnits(
    { units: [unit], exposedPopulation: { people } },
    tanks.map(([substanceId, tonnes, isStale = false]) => ({
      unitId: 'farm',
      substanceId,
      tonnes,
      isStale,
    })),
  )
  if (found === undefined) throw new Error('no unit')
  return found
}

describe('live S and R of a unit', () => {
  test('what is measured counts as it is now, the rest as registered', () => {
    const { s, r, substances, hazardLevel } = live([['methanol', '250.000000']])
    // 250/500 + 20/10 = 2.5; R = 1 · (0.5 + 2 · 2) = 4.5
    expect([s, r]).toEqual([
      { now: '2.5', registered: '3.2' },
      { now: '4.5', registered: '5.2' },
    ])
    expect(hazardLevel).toEqual({ now: 4, registered: 4 })
    expect(substances.map(({ basis, isExceeded }) => [basis, isExceeded])).toEqual([
      ['measured', false],
      ['registered', false],
    ])
  })

  test('several tanks of one substance are added exactly', () => {
    const { substances } = live([
      ['methanol', '300.1'],
      ['methanol', '299.9'],
    ])
    expect(substances[0]).toMatchObject({ now: '600', isExceeded: false })
    const beyond = live([
      ['methanol', '300.1'],
      ['methanol', '299.900001'],
    ])
    expect(beyond.substances[0]).toMatchObject({ now: '600.000001', isExceeded: true })
  })

  test('an empty tank adds nothing, an empty unit has S 0', () => {
    const both = { ...UNIT, substances: [METHANOL] }
    expect(live([['methanol', '0.000000']], 10, both)).toMatchObject({
      s: { now: '0' },
      r: { now: null },
      hazardLevel: { now: null },
    })
  })

  test('a tank that never spoke leaves the design maximum; a silent one its last quantity', () => {
    expect(live([['methanol', null]]).substances[0]).toMatchObject({ basis: 'stale', now: '600' })
    expect(live([['methanol', '610', true]]).substances[0]).toMatchObject({
      basis: 'stale',
      now: '610',
      isExceeded: true,
    })
  })

  test('without a count of people there is S but no R', () => {
    expect(live([['methanol', '500']], null)).toMatchObject({ s: { now: '3' }, r: { now: null } })
  })

  test('a draft without quantities says nothing', () => {
    const draft = { ...UNIT, substances: [{ ...METHANOL, designMaximum: null }] }
    expect(live([], 10, draft)).toMatchObject({ s: { now: null }, r: { now: null } })
  })
})

test.for<[string, string, number, boolean]>([
  ['594', '600', 1, true],
  ['594.000001', '600', 1, false],
  ['600', '600', 0, true],
  ['599', '600', 1, false],
])('%s t is back below %s t with a deadband of %i %%: %s', ([now, registered, band, is]) => {
  expect(isBackBelow(now, registered, band)).toBe(is)
})
