import { describe, expect, test } from 'vitest'
import { type BlockHead, planMerge, TIER } from './merge-plan.ts'

const LIMITS = { blocksPerMerge: 3, readingsPerBlockMax: 100, readingsPerMergeMax: 300 }

/** `id` is the age as well, unless said otherwise. */
function head(
  id: number,
  [firstAtMs, lastAtMs]: readonly [number, number],
  overrides: Partial<BlockHead> = {},
): BlockHead {
  return { id, age: id, tier: TIER.sealed, firstAtMs, lastAtMs, count: 10, ...overrides }
}

const final = { tier: TIER.final, count: 90 }

describe('planMerge', () => {
  test.each<[string, 'full' | 'finish', readonly BlockHead[], unknown]>([
    ['nothing while there are few', 'full', [head(1, [0, 9]), head(2, [10, 19])], null],
    [
      'the oldest of a tier that is full, to the next tier',
      'full',
      [head(4, [30, 39]), head(3, [20, 29]), head(2, [10, 19]), head(1, [0, 9])],
      { action: 'merge', ids: [1, 2, 3], tier: 1 },
    ],
    [
      'a block that is nearly full before there are many',
      'full',
      [head(1, [0, 9], { count: 40 }), head(2, [10, 19], { count: 35 })],
      { action: 'merge', ids: [1, 2], tier: TIER.final },
    ],
    [
      'nothing of a block that is not nearly full',
      'full',
      [head(1, [0, 9], { count: 40 }), head(2, [10, 19], { count: 34 })],
      null,
    ],
    [
      'to a final block when half full',
      'full',
      [1, 2, 3].map((id) => head(id, [id * 10, id * 10 + 9], { count: 20 })),
      { action: 'merge', ids: [1, 2, 3], tier: TIER.final },
    ],
    [
      'a block in as well that lies between the merged ones in time and age',
      'full',
      [head(1, [0, 9]), head(2, [5, 25], { tier: 1 }), head(3, [10, 19]), head(4, [20, 29])],
      { action: 'merge', ids: [1, 2, 3, 4], tier: 1 },
    ],
    [
      'not one that lies elsewhere in time',
      'full',
      [head(1, [0, 9]), head(2, [50, 59], { tier: 1 }), head(3, [10, 19]), head(4, [20, 29])],
      { action: 'merge', ids: [1, 3, 4], tier: 1 },
    ],
    ['nothing of a day that is finished', 'finish', [head(1, [0, 9], final)], null],
    [
      'whatever is small when the day is over, beside what is final already',
      'finish',
      [head(1, [0, 9], final), head(2, [10, 19]), head(3, [20, 29], { tier: 1 })],
      { action: 'merge', ids: [2, 3], tier: TIER.final },
    ],
    [
      'a straggler into the final block it falls into',
      'finish',
      [head(1, [0, 9], final), head(2, [10, 19], final), head(3, [12, 13])],
      { action: 'merge', ids: [2, 3], tier: TIER.final },
    ],
    [
      'nothing that is too much for one step: it stays as it is',
      'finish',
      [1, 2, 3, 4]
        .map((id) => head(id, [0, 99], id < 4 ? final : {}))
        .map((each) => ({ ...each, count: 95 })),
      { action: 'keep', ids: [4] },
    ],
  ])('takes %s', (_, reason, heads, expected) => {
    const plan = planMerge(heads, reason, LIMITS)
    const ids = plan?.blocks.map((block) => block.id).sort((a, b) => a - b)
    if (plan === null) expect(plan).toEqual(expected)
    else if (plan.action === 'keep') expect({ action: plan.action, ids }).toEqual(expected)
    else expect({ action: plan.action, ids, tier: plan.tier }).toEqual(expected)
  })
})
