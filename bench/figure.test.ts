import { describe, expect, it } from 'vitest'
import {
  type Column,
  describeLimit,
  describeNumber,
  type Limit,
  mostOf,
  quantileOf,
  spreadOf,
  verdictsOf,
} from './figure.ts'

const verdictOf = (limit: Limit, columns: readonly Column[]) => {
  const figure = { name: 'a figure', unit: 'ms', better: 'less', columns, limits: [limit] } as const
  return verdictsOf(figure)[0]
}

describe('a verdict', () => {
  const columns = [
    { who: 'vigil', rounds: [10, 30, 20] },
    { who: 'peer', rounds: [5, 10, 20] },
  ]

  it.each([
    // how ours is held beside the peer's | measured
    [{ peer: 'peer', is: 'at most', bound: 2 }, { min: 1, median: 2, max: 3 }, true],
    [{ peer: 'peer', is: 'at most', bound: 1.9 }, { min: 1, median: 2, max: 3 }, false],
    [{ peer: 'peer', is: 'at least', bound: 2 }, { min: 1, median: 2, max: 3 }, true],
    [
      { peer: 'peer', as: 'difference', is: 'at most', bound: 5 },
      { min: 0, median: 5, max: 20 },
      true,
    ],
    [{ peer: null, is: 'at most', bound: 19 }, { min: 10, median: 20, max: 30 }, false],
  ] as const)('of %j divides the numbers of one round', (limit, measured, isKept) => {
    expect(verdictOf(limit, columns)).toEqual({ limit, measured, isKept })
  })

  it('is not given beside a peer that is not there', () => {
    expect(verdictOf({ peer: 'nobody', is: 'at most', bound: 1 }, columns)).toBeUndefined()
  })

  it('is not kept by a measurement without a number', () => {
    const empty = [{ who: 'vigil', rounds: [] }]
    expect(verdictOf({ peer: null, is: 'at most', bound: 1 }, empty)?.isKept).toBe(false)
  })
})

it.each([
  [{ peer: null, is: 'at least', bound: 100 }, '≥ 100'],
  [{ peer: 'bare aedes', is: 'at most', bound: 1.2 }, '≤ 1.2 × bare aedes'],
  [{ peer: 'bare aedes', as: 'difference', is: 'at most', bound: 5 }, '≤ bare aedes + 5'],
] as const)('%j is told as %s', (limit, text) => {
  expect(describeLimit(limit)).toBe(text)
})

it('tells numbers by the digits that count', () => {
  expect([0.0312, 1.234, 12.34, 1_234.5].map(describeNumber)).toEqual([
    '0.0312',
    '1.23',
    '12.3',
    '1,235',
  ])
})

it('finds the spread, the quantile and the most of each round', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 })
  expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5)
  expect(quantileOf([5, 1, 4, 2, 3], 0.5)).toBe(3)
  expect(
    mostOf([
      [1, 5],
      [3, 2],
    ]),
  ).toEqual([3, 5])
})
