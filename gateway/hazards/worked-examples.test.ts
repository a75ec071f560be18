import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import reference from '#config/standards/gb18218-2018.json' with { type: 'json' }
import type { HazardQuantity } from '../contract.ts'
import { evaluate, identify, type SubstanceQuantity } from './identification.ts'

/**
 * Published examples of the grading, and a second calculation that shares nothing with ours but the
 * tables: fractions of two bigints, added up term by term.
 */

/** [row of table 1 or category of table 2, tonnes, categories for β]. */
type Stock = readonly [rowOrCategory: number | string, tonnes: string, ...categories: string[]]

function substances(list: readonly Stock[]): SubstanceQuantity[] {
  return list.map(([where, tonnes, ...categories]) => ({
    quantity: { value: tonnes, unit: 't', density: '' },
    ...(typeof where === 'number' ? { row: where, categories } : { categories: [where] }),
  }))
}

/** Examples of the 2018 edition that are right as printed; `null`: the source does not ask for it. */
test.for<[string, readonly Stock[], number, string, string | null, number | null]>([
  ['SO2 in one production area, 60 people', [[4, '200']], 60, '10', '30', 3],
  ['two ammonia tanks in one dike are one unit', [[1, '12']], 1, '1.2', null, 4],
  ['petrol: each diked half is a unit by itself', [[66, '100']], 1, '0.5', null, null],
  ['potassium in one of two buildings', [[84, '0.5']], 1, '0.5', null, null],
  ['ammonia, 13 t', [[1, '13']], 1, '1.3', null, 4],
  ['chlorine, 10 t, α 1', [[12, '10']], 1, '2', '8', 4],
  ['benzene, 100 t, not above its boiling point, α 1', [[57, '100', 'W5.3']], 1, '2', '2', 4],
  ['chlorine just below', [[12, '4.9']], 0, '0.98', null, null],
  ['chlorine exactly at Q', [[12, '5']], 0, '1', '2', 4],
  [
    'chlorine and ammonia, nobody near',
    [
      [12, '5'],
      [1, '5'],
    ],
    0,
    '1.5',
    '2.5',
    4,
  ],
  ['chlorine, 100 people', [[12, '250']], 100, '50', '400', 1],
  // Printed by the tables of 2009; the critical quantities are the same in 2018.
  [
    '0.4 + 0.5 + 0.1 is 1',
    [
      [67, '200', 'W5.3'],
      [66, '100', 'W5.3'],
      [68, '1', 'W5.1'],
    ],
    0,
    '1',
    '0.525',
    4,
  ],
  [
    'petrol and diesel of a filling station',
    [
      [66, '26.64'],
      ['W5.4', '22.95'],
    ],
    0,
    '0.13779',
    null,
    null,
  ],
])('%s, as printed', ([, list, exposedPopulation, s, r, hazardLevel]) => {
  const result = evaluate({ substances: substances(list), exposedPopulation })
  expect(result).toMatchObject({ s, hazardLevel, majorHazard: hazardLevel !== null, issues: [] })
  if (r !== null) expect(result.r).toBe(r)
})

describe('what is printed wrong, or by another edition, is not reproduced', () => {
  test('50 t of ammonia alone can never be level 1', () => {
    const levels = [0, 1, 30, 50, 100].map(
      (exposedPopulation) =>
        identify({ substances: substances([[1, '50']]), exposedPopulation }).hazardLevel,
    )
    expect(levels).toEqual([4, 3, 3, 3, 3])
  })

  test('methanol has 500 t, not the 50 t of the printed solution', () => {
    const list = substances([
      [1, '50'],
      [65, '30', 'W5.3'],
      [57, '15', 'W5.3'],
    ])
    const result = identify({ substances: list, exposedPopulation: 1 })
    expect(result).toMatchObject({ s: '5.36', r: '10.36', hazardLevel: 3 })
    expect(result.lines[1]?.criticalQuantity).toBe('500')
  })

  test('styrene has 500 t: S is 1.1, not 6.5', () => {
    const list = substances([
      [58, '300', 'W5.4'],
      [63, '2', 'W5.1'],
      [68, '3', 'W5.1'],
    ])
    expect(identify({ substances: list, exposedPopulation: 1 })).toMatchObject({ s: '1.1' })
  })

  test('nitrocellulose has six rows since 2018: the row decides, where 2009 printed 0.9', () => {
    const withRow = (row: number) =>
      identify({
        substances: substances([
          [row, '5', 'W1.1'],
          [35, '1', 'W1.1'],
          [36, '0.2', 'W1.1'],
        ]),
        exposedPopulation: 0,
      }).s
    // Dry; wetted with a quarter of ethanol; wetted with a quarter of water.
    expect([withRow(37), withRow(39), withRow(41)]).toEqual(['5.4', '0.9', '0.5'])
  })

  test('without a population R is not graded, whatever an answer sheet says', () => {
    const list = substances([
      [1, '25'],
      [66, '150', 'W5.3'],
    ])
    const result = evaluate({ substances: list, exposedPopulation: null })
    expect(result).toMatchObject({ s: '3.25', r: null, hazardLevel: null, majorHazard: true })
    expect(result.issues.map(({ code }) => code)).toEqual(['population_missing'])
  })
})

test.for<[string, readonly Stock[], number, string, string, number]>([
  ['R exactly 10', [[1, '50']], 1, '5', '10', 3],
  ['R exactly 50, 29 people', [[12, '62.5']], 29, '12.5', '50', 2],
  ['99 people', [[12, '62.5']], 99, '12.5', '75', 2],
  ['100 people', [[12, '62.5']], 100, '12.5', '100', 1],
  ['30 people', [[1, '50']], 30, '5', '12', 3],
  [
    '0.7 + 0.2 + 0.1',
    [
      [65, '350', 'W5.3'],
      [57, '10', 'W5.3'],
      [59, '50', 'W5.3'],
    ],
    1,
    '1',
    '1',
    4,
  ],
  ['phosgene, Q 0.3', [[6, '0.3']], 100, '1', '40', 3],
])('at the edge: %s', ([, list, exposedPopulation, s, r, hazardLevel]) => {
  const result = identify({ substances: substances(list), exposedPopulation })
  expect(result).toMatchObject({ s, r, hazardLevel, exact: true })
})

/** n / d, never reduced. */
type Fraction = readonly [n: bigint, d: bigint]

function fraction(text: string): Fraction {
  const [whole = '', digits = ''] = text.split('.')
  return [BigInt(whole + digits), 10n ** BigInt(digits.length)]
}

function sum(fractions: readonly Fraction[]): Fraction {
  return fractions.reduce<Fraction>(([n, d], [m, e]) => [n * e + m * d, d * e], [0n, 1n])
}

function product(...fractions: readonly Fraction[]): Fraction {
  return fractions.reduce<Fraction>(([n, d], [m, e]) => [n * m, d * e], [1n, 1n])
}

function isAtLeast([n, d]: Fraction, bound: bigint): boolean {
  return n >= bound * d
}

/** Rounded half up to twelve places, as the texts of ours are. */
function decimal([n, d]: Fraction): string {
  const scaled = (2n * n * 10n ** 12n + d) / (2n * d)
  const text = scaled.toString().padStart(13, '0')
  return `${text.slice(0, -12)}.${text.slice(-12)}`.replace(/\.?0+$/, '')
}

const ALPHAS = [
  [100, '2'],
  [50, '1.5'],
  [30, '1.2'],
  [1, '1'],
  [0, '0.5'],
] as const

const anyQuantity = fc
  .record({
    digits: fc.bigInt({ min: 1n, max: 10n ** 11n }),
    places: fc.integer({ min: 0, max: 9 }),
    unit: fc.constantFrom('t', 'kg', 'm3'),
    density: fc.constantFrom('0.0899', '789', '1000', '13595.1'),
  })
  .map(({ digits, places, unit, density }): HazardQuantity & { unit: 't' | 'kg' | 'm3' } => {
    const text = digits.toString().padStart(places + 1, '0')
    const at = text.length - places
    const value = places === 0 ? text.slice(-9) : `${text.slice(0, at).slice(-5)}.${text.slice(at)}`
    return { value: /[1-9]/.test(value) ? value : '1', unit, density: unit === 'm3' ? density : '' }
  })

const anySubstance = fc.record({
  rowIndex: fc.integer({ min: 0, max: reference.table1.length - 1 }),
  isByCategory: fc.boolean(),
  categories: fc.uniqueArray(fc.integer({ min: 0, max: reference.table2.length - 1 }), {
    minLength: 1,
    maxLength: 3,
  }),
  quantity: anyQuantity,
})

test('S, R and level agree with a second calculation over any unit', () => {
  fc.assert(
    fc.property(
      fc.array(anySubstance, { minLength: 1, maxLength: 6 }),
      fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 1_000_000 })),
      (picked, exposedPopulation) => {
        const terms = picked.map(({ rowIndex, isByCategory, categories, quantity }) => {
          const rows = categories.flatMap((index) => reference.table2[index] ?? [])
          const row = reference.table1[rowIndex]
          const named = reference.table3.find(({ table1Row }) => table1Row === row?.row)
          const lowest = Math.min(...rows.map((one) => Number(one.criticalQuantity)))
          const largest = Math.max(...rows.map((one) => Number(one.beta)))
          const [n, d] = fraction(isByCategory ? String(lowest) : (row?.criticalQuantity ?? '1'))
          const beta = fraction(isByCategory || named === undefined ? String(largest) : named.beta)
          const thousandth: Fraction = [1n, 1_000n]
          const value = fraction(quantity.value)
          const q =
            quantity.unit === 't'
              ? value
              : quantity.unit === 'kg'
                ? product(value, thousandth)
                : product(value, fraction(quantity.density), thousandth)
          const s = product(q, [d, n])
          return { s, r: product(s, beta) }
        })
        const ours = evaluate({
          substances: picked.map(({ rowIndex, isByCategory, categories, quantity }, index) => ({
            quantity,
            name: `substance ${index}`,
            categories: categories.flatMap((at) => reference.table2[at]?.category ?? []),
            row: isByCategory ? undefined : reference.table1[rowIndex]?.row,
          })),
          exposedPopulation,
        })
        // Beyond what a unit can hold it is refused, which is another test's business.
        fc.pre(ours.issues.length === 0)
        const s = sum(terms.map((term) => term.s))
        const alpha = ALPHAS.find(([from]) => exposedPopulation >= from)?.[1] ?? '0.5'
        const r = product(sum(terms.map((term) => term.r)), fraction(alpha))
        const isMajor = isAtLeast(s, 1n)
        const level = isAtLeast(r, 100n) ? 1 : isAtLeast(r, 50n) ? 2 : isAtLeast(r, 10n) ? 3 : 4
        expect(ours).toMatchObject({
          s: decimal(s),
          majorHazard: isMajor,
          r: isMajor ? decimal(r) : null,
          hazardLevel: isMajor ? level : null,
        })
      },
    ),
    { numRuns: 400 },
  )
})
