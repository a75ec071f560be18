import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadSettings } from '#config/load.ts'
import { RISK_SETTINGS } from './risk.suite.ts'
import {
  assessRisk,
  RISK_COLOURS,
  RISK_FACTORS,
  type RiskFactor,
  type RiskNode,
  riskTree,
} from './risk-model.ts'

const counted = (counts: Partial<Record<RiskFactor, number>>) =>
  new Map(Object.entries(counts) as [RiskFactor, number][])

describe('assessRisk, with the shipped settings', () => {
  test.for([
    // what there is                             | points | colour
    [{}, 0, 'blue'],
    [{ level4: 1 }, 15, 'blue'],
    [{ level3: 1 }, 25, 'yellow'],
    [{ level1: 1 }, 60, 'orange'],
    [{ level1: 3, level2: 5 }, 60, 'orange'], // sources alone never make it red
    [{ level1: 1, yellow: 2 }, 100, 'red'],
    [{ yellow: 1 }, 20, 'blue'],
    [{ yellow: 1, silent: 1 }, 25, 'yellow'],
    [{ orange: 1 }, 60, 'orange'],
    [{ red: 1 }, 100, 'red'],
    [{ red: 2 }, 150, 'red'],
    [{ silent: 1_000, fault: 1_000 }, 25, 'yellow'], // a power cut is no disaster
    [{ filing: 1, duty: 1 }, 30, 'yellow'],
  ] as const)('%o is %i points, %s', ([counts, points, colour]) => {
    expect(assessRisk(counted(counts), RISK_SETTINGS)).toMatchObject({ points, colour })
  })

  test('names each part with its number and points, and what a group is cut to', () => {
    const { groups } = assessRisk(counted({ level1: 1, level4: 2, silent: 1 }), RISK_SETTINGS)
    expect(groups).toEqual([
      {
        group: 'sources',
        points: 60,
        most: 60,
        parts: [
          { factor: 'level1', count: 1, points: 60 },
          { factor: 'level4', count: 2, points: 30 },
        ],
      },
      {
        group: 'devices',
        points: 5,
        most: 25,
        parts: [{ factor: 'silent', count: 1, points: 5 }],
      },
    ])
  })

  test('are what the gateway starts with', () => {
    const { snapshotMinutes: _, keptDays: __, ...weights } = loadSettings({}).risk
    expect(weights).toEqual(RISK_SETTINGS)
  })
})

const factors = Object.values(RISK_FACTORS).flat() as RiskFactor[]
const anyCounts = fc
  .array(fc.tuple(fc.constantFrom(...factors), fc.nat({ max: 40 })), { maxLength: 12 })
  .map((pairs) => new Map(pairs))

describe('assessRisk', () => {
  test('adds up: the points are the sum of the groups, each the sum of its parts up to its most', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const { points, groups } = assessRisk(counts, RISK_SETTINGS)
        expect(points).toBe(groups.reduce((sum, group) => sum + group.points, 0))
        for (const { points: added, most, parts } of groups) {
          expect(added).toBe(
            Math.min(
              most,
              parts.reduce((sum, part) => sum + part.points, 0),
            ),
          )
        }
      }),
    )
  })

  test('never gets milder by one thing more', () => {
    fc.assert(
      fc.property(anyCounts, fc.constantFrom(...factors), (counts, factor) => {
        const more = new Map(counts).set(factor, (counts.get(factor) ?? 0) + 1)
        const [before, after] = [counts, more].map((one) => assessRisk(one, RISK_SETTINGS))
        expect(after?.points).toBeGreaterThanOrEqual(before?.points ?? 0)
        expect(RISK_COLOURS.indexOf(after?.colour ?? 'blue')).toBeLessThanOrEqual(
          RISK_COLOURS.indexOf(before?.colour ?? 'red'),
        )
      }),
    )
  })
})

describe('riskTree', () => {
  const nodes: readonly RiskNode[] = [
    { id: 'district', parentId: null, kind: 'district' },
    { id: 'town-a', parentId: 'district', kind: 'town' },
    { id: 'town-b', parentId: 'district', kind: 'town' },
    { id: 'calm', parentId: 'town-a', kind: 'enterprise' },
    { id: 'burning', parentId: 'town-a', kind: 'enterprise' },
    { id: 'lost', parentId: 'nobody', kind: 'enterprise' },
  ]
  const counts = (id: string) =>
    counted(id === 'burning' ? { red: 1 } : id === 'calm' ? { level3: 1 } : {})
  const tree = riskTree(nodes, counts, RISK_SETTINGS)

  test('gives a town the colour, the points and the reasons of its worst enterprise', () => {
    for (const id of ['district', 'town-a']) {
      expect(tree.get(id)).toMatchObject({ colour: 'red', points: 100, worstId: 'burning' })
      expect(tree.get(id)?.groups).toEqual(tree.get('burning')?.groups)
    }
    expect(tree.get('town-b')).toMatchObject({ colour: 'blue', points: 0, worstId: 'town-b' })
  })

  test('counts the enterprises below by colour', () => {
    expect(tree.get('district')?.enterprises).toEqual({ red: 1, orange: 0, yellow: 1, blue: 0 })
    expect(tree.get('town-b')?.enterprises).toEqual({ red: 0, orange: 0, yellow: 0, blue: 0 })
  })

  test('judges also one whose parent is not there', () => {
    expect(tree.get('lost')?.colour).toBe('blue')
  })

  test('is the same whatever the order of its organizations', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...nodes], { minLength: nodes.length }), (shuffled) => {
        const other = riskTree(shuffled, counts, RISK_SETTINGS)
        expect(new Map([...other].sort())).toEqual(new Map([...tree].sort()))
      }),
    )
  })
})
