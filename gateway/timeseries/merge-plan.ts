/**
 * Which blocks of one series and UTC day are merged next, as a pure function of what is there.
 *
 * Sealing makes small blocks of tier 0. Eight of one tier become one of the next (`full` set); when
 * the day is over, whatever is small becomes `TIER.final` (`finish`). A straggler is merged with the final blocks it
 * falls between. What is merged becomes one age; so that the first-written reading keeps winning, no block
 * left outside may overlap the merged ones and be between them in age. Such a block is drawn in.
 */
export const TIER = { sealed: 0, final: 3 } as const

export interface BlockHead {
  readonly id: number
  readonly tier: number
  readonly age: number
  readonly firstAtMs: number
  readonly lastAtMs: number
  readonly count: number
}

export interface MergeLimits {
  readonly blocksPerMerge: number
  readonly readingsPerBlockMax: number
  readonly readingsPerMergeMax: number
}

export type MergePlan =
  | { readonly action: 'merge'; readonly blocks: readonly BlockHead[]; readonly tier: number }
  /** Merging would cost more than it gains: they stay as they are, for good. */
  | { readonly action: 'keep'; readonly blocks: readonly BlockHead[] }

export function planMerge(
  heads: readonly BlockHead[],
  reason: 'full' | 'finish',
  limits: MergeLimits,
): MergePlan | null {
  return reason === 'finish' ? planFinish(heads, limits) : planFull(heads, limits)
}

function planFull(heads: readonly BlockHead[], limits: MergeLimits): MergePlan | null {
  for (let tier: number = TIER.sealed; tier < TIER.final; tier++) {
    const ofTier = byAge(heads.filter((head) => head.tier === tier))
    if (ofTier.length < limits.blocksPerMerge) continue
    const blocks = closeOver(ofTier.slice(0, limits.blocksPerMerge), heads)
    if (totalOf(blocks) > limits.readingsPerMergeMax) return { action: 'keep', blocks: ofTier }
    const isLarge = totalOf(blocks) * 2 >= limits.readingsPerBlockMax
    return { action: 'merge', blocks, tier: isLarge ? TIER.final : tier + 1 }
  }
  return null
}

function planFinish(heads: readonly BlockHead[], limits: MergeLimits): MergePlan | null {
  const chosen: BlockHead[] = []
  for (const head of byAge(heads.filter((each) => each.tier < TIER.final))) {
    if (chosen.length > 0 && totalOf(chosen) + head.count > limits.readingsPerMergeMax / 2) break
    chosen.push(head)
  }
  if (chosen.length === 0) return null
  const finals = heads.filter((head) => head.tier === TIER.final && overlaps(head, chosen))
  const blocks = closeOver([...chosen, ...finals], heads)
  if (totalOf(blocks) > limits.readingsPerMergeMax) return { action: 'keep', blocks: chosen }
  return { action: 'merge', blocks, tier: TIER.final }
}

/** Draws in every block that overlaps the chosen in time and lies between them in age. */
function closeOver(chosen: readonly BlockHead[], heads: readonly BlockHead[]): BlockHead[] {
  const closed = [...chosen]
  for (;;) {
    const ageMin = Math.min(...closed.map((head) => head.age))
    const ageMax = Math.max(...closed.map((head) => head.age))
    const between = heads.filter(
      (head) =>
        head.age >= ageMin &&
        head.age <= ageMax &&
        !closed.includes(head) &&
        overlaps(head, closed),
    )
    if (between.length === 0) return closed
    closed.push(...between)
  }
}

function overlaps(head: BlockHead, blocks: readonly BlockHead[]): boolean {
  const firstAtMs = Math.min(...blocks.map((block) => block.firstAtMs))
  const lastAtMs = Math.max(...blocks.map((block) => block.lastAtMs))
  return head.firstAtMs <= lastAtMs && head.lastAtMs >= firstAtMs
}

function byAge(heads: readonly BlockHead[]): BlockHead[] {
  return [...heads].sort((a, b) => a.age - b.age || a.firstAtMs - b.firstAtMs)
}

function totalOf(blocks: readonly BlockHead[]): number {
  return blocks.reduce((total, block) => total + block.count, 0)
}
