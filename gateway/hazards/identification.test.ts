import { describe, expect, test } from 'vitest'
import { CodedError } from '#alerting/errors.ts'
import type { HazardQuantity } from '../contract.ts'
import { identify, type SubstanceQuantity } from './identification.ts'

/** [row of table 1, tonnes, β where table 3 has none]. */
type Stock = readonly [row: number, tonnes: string, beta?: string]

/** Tonnes. */
function t(value: string): HazardQuantity {
  return { value, unit: 't', density: '' }
}

function stock(list: readonly Stock[]): SubstanceQuantity[] {
  return list.map(([row, tonnes, beta]) => ({ row, quantity: t(tonnes), beta }))
}

/**
 * Published exam items and tests of public software that are right under the 2018 edition, and
 * boundary cases of our own. `null`: the item does not ask, or R has no meaning.
 */
test.for<[string, readonly Stock[], number, string, string | null, number | null]>([
  ['SO2, one production area, 60 people', [[4, '200']], 60, '10', '30', 3],
  [
    'three compartments of one building',
    [
      [10, '2'],
      [9, '2'],
      [12, '1'],
    ],
    102,
    '2.6',
    '85.6',
    2,
  ],
  ['ammonia in one dike', [[1, '12']], 1, '1.2', '2.4', 4],
  ['petrol in each of two diked parts', [[66, '100']], 1, '0.5', null, null],
  ['potassium in a warehouse', [[84, '0.5']], 1, '0.5', null, null],
  ['ammonia, nobody near', [[1, '13']], 0, '1.3', '1.3', 4],
  [
    'ammonia, methanol, benzene',
    [
      [1, '50'],
      [65, '30', '1'],
      [57, '15', '1'],
    ],
    29,
    '5.36',
    '10.36',
    3,
  ],
  [
    'styrene, propylene oxide, ether',
    [
      [58, '300', '1'],
      [63, '2', '1.5'],
      [68, '3', '1.5'],
    ],
    30,
    '1.1',
    '1.62',
    4,
  ],
  [
    'explosives, 2018 quantities',
    [
      [37, '5', '2'],
      [35, '1', '2'],
      [36, '0.2', '2'],
    ],
    49,
    '5.4',
    '12.96',
    3,
  ],
  [
    'S is exactly 1 of 0.4 + 0.5 + 0.1',
    [
      [67, '200', '1'],
      [66, '100', '1'],
      [68, '1', '1.5'],
    ],
    1,
    '1',
    '1.05',
    4,
  ],
  ['chlorine', [[12, '10']], 10, '2', '8', 4],
  ['chlorine just below', [[12, '4.9']], 0, '0.98', null, null],
  ['chlorine exactly at its critical quantity', [[12, '5']], 0, '1', '2', 4],
  [
    'chlorine and ammonia',
    [
      [12, '5'],
      [1, '5'],
    ],
    0,
    '1.5',
    '2.5',
    4,
  ],
  ['chlorine, a town beside it', [[12, '250']], 100, '50', '400', 1],
  ['R exactly 10', [[1, '50']], 1, '5', '10', 3],
  ['R just below 10', [[1, '49.99']], 1, '4.999', '9.998', 4],
  ['R exactly 50', [[1, '250']], 1, '25', '50', 2],
  ['R exactly 100', [[1, '250']], 100, '25', '100', 1],
  [
    'S of 0.7 + 0.2 + 0.1 is 1',
    [
      [1, '7'],
      [66, '40', '1'],
      [65, '50', '1'],
    ],
    1,
    '1',
    '1.7',
    4,
  ],
])('%s', ([, list, exposedPopulation, s, r, hazardLevel]) => {
  const result = identify({ substances: stock(list), exposedPopulation })
  expect(result).toMatchObject({ s, r, hazardLevel, majorHazard: r !== null, exact: true })
})

test('population turns into alpha at the edges of table 5', () => {
  const alphaOf = (exposedPopulation: number) =>
    identify({ substances: stock([[12, '5']]), exposedPopulation }).alpha
  expect([0, 1, 29, 30, 49, 50, 99, 100, 1e6].map(alphaOf)).toEqual([
    '0.5',
    '1',
    '1',
    '1.2',
    '1.2',
    '1.5',
    '1.5',
    '2',
    '2',
  ])
})

describe('identify', () => {
  test('takes the lowest critical quantity of several categories, and says which beta it chose', () => {
    const { lines } = identify({
      substances: [{ categories: ['W5.4', 'J3'], quantity: t('20') }],
      exposedPopulation: 0,
    })
    expect(lines[0]).toMatchObject({ criticalQuantity: '50', beta: '2', sTerm: '0.4' })
    expect(lines[0]?.warning).toContain('does not say which β')
  })

  test('says where each figure stands, and what of it is not verified', () => {
    const { lines } = identify({
      substances: [
        { row: 17, quantity: t('1') },
        { row: 66, quantity: t('1'), categories: ['W5.2'] },
      ],
      exposedPopulation: 0,
    })
    expect(lines[0]).toMatchObject({
      source: 'GB 18218-2018 table 1 row 17; β: table 3',
      warning: expect.stringContaining('two copies'),
    })
    expect(lines[1]).toMatchObject({
      source: 'GB 18218-2018 table 1 row 66; β: table 4 W5.2',
      beta: '1',
    })
  })

  test('judges a quotient without end exactly, and marks its text as rounded', () => {
    // Row 6 has Q 0.3: three thirds are 1, though three times 0.333333333333 are not.
    const third = (name: string): SubstanceQuantity => ({ row: 6, quantity: t('0.1'), name })
    const result = identify({
      substances: [third('a'), third('b'), third('c')],
      exposedPopulation: 1,
    })
    expect(result).toMatchObject({
      s: '1',
      r: '20',
      majorHazard: true,
      hazardLevel: 3,
      exact: false,
    })
    expect(result.lines[0]?.sTerm).toBe('0.333333333333')
  })

  test.for<[string, unknown, number, string]>([
    ['an unknown row', [{ row: 86, quantity: t('1') }], 0, 'substances.0.row'],
    [
      'an unknown category',
      [{ categories: ['W12'], quantity: t('1') }],
      0,
      'substances.0.categories',
    ],
    ['no category at all', [{ categories: [], quantity: t('1') }], 0, 'substances.0.categories'],
    ['a quantity of nothing', [{ row: 1, quantity: t('0.000') }], 0, 'substances.0.quantity'],
    ['a negative quantity', [{ row: 1, quantity: t('-3') }], 0, 'substances.0.quantity'],
    ['a quantity with a unit', [{ row: 1, quantity: t('3t') }], 0, 'substances.0.quantity'],
    [
      'a quantity of thirty digits',
      [{ row: 1, quantity: t('1'.repeat(30)) }],
      0,
      'substances.0.quantity',
    ],
    [
      'a substance listed twice',
      [
        { row: 1, quantity: t('1') },
        { row: 1, quantity: t('2') },
      ],
      0,
      'substances.1.row',
    ],
    ['an empty unit', [], 0, 'substances'],
    ['half a person', [{ row: 1, quantity: t('1') }], 0.5, 'exposedPopulation'],
    ['a grading without beta', [{ row: 66, quantity: t('200') }], 0, 'substances.0.categories'],
  ])('refuses %s, naming the field', ([, substances, exposedPopulation, path]) => {
    const attempt = () =>
      identify({ substances: substances as SubstanceQuantity[], exposedPopulation })
    expect(attempt).toThrow(CodedError)
    expect(attempt).toThrow(
      expect.objectContaining({ details: { issues: [expect.objectContaining({ path })] } }),
    )
  })
})
