/**
 * Which blocks of one series and UTC day are merged next, as a pure function of what is there.
 *
 * Sealing makes small blocks of tier 0. Those of one tier become one of the next, or a final one, when they are
 * many or nearly fill a block (`full` set); when the day is over, whatever is small becomes `TIER.final` (`finish`). A straggler is merged with the final blocks it
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
    const set = fullSet(ofTier, limits)
    if (set === null) continue
    const blocks = closeOver(set, heads)
    if (totalOf(blocks) > limits.readingsPerMergeMax) return { action: 'keep', blocks: ofTier }
    const isLarge = totalOf(blocks) * 2 >= limits.readingsPerBlockMax
    return { action: 'merge', blocks, tier: isLarge ? TIER.final : tier + 1 }
  }
  return null
}

/** The oldest that are enough together. */
function fullSet(ofTier: readonly BlockHead[], limits: MergeLimits): readonly BlockHead[] | null {
  let readings = 0
  for (const [index, head] of ofTier.entries()) {
    readings += head.count
    const blocks = index + 1
    if (areEnough({ blocks, readings }, limits)) return ofTier.slice(0, blocks)
  }
  return null
}

/**
 * Whether so much of one tier is merged: every reading is written anew by each merge, so that the fewer tiers it
 * passes the better, and a small block costs readers little.
 */
export function areEnough(
  { blocks, readings }: { readonly blocks: number; readonly readings: number },
  { blocksPerMerge, readingsPerBlockMax }: MergeLimits,
): boolean {
  return blocks >= blocksPerMerge || readings * 4 >= readingsPerBlockMax * 3
}

function planFinish(heads: readonly BlockHead[], limits: MergeLimits): MergePlan | null {
  const chosen: BlockHead[] = []
  for (const head of byAge(heads.filter((each) => each.tier < TIER.final))) {
    if (chosen.length > 0 && totalOf(chosen) + head.count > limits.readingsPerMergeMax / 2) break
    chosen.push(head)
  }
  if (chosen.length === 0) return null
  const isApart = apartFrom(chosen)
  const finals = heads.filter((head) => head.tier === TIER.final && !isApart(head))
  const blocks = closeOver([...chosen, ...finals], heads)
  if (totalOf(blocks) > limits.readingsPerMergeMax) return { action: 'keep', blocks: chosen }
  return { action: 'merge', blocks, tier: TIER.final }
}

/** Draws in every block that overlaps the chosen in time and lies between them in age. */
function closeOver(chosen: readonly BlockHead[], heads: readonly BlockHead[]): BlockHead[] {
  const closed = [...chosen]
  let left = heads.filter((head) => !chosen.includes(head))
  for (;;) {
    const ageMin = Math.min(...closed.map((head) => head.age))
    const ageMax = Math.max(...closed.map((head) => head.age))
    const isApart = apartFrom(closed)
    const between = left.filter(
      (head) => head.age >= ageMin && head.age <= ageMax && !isApart(head),
    )
    if (between.length === 0) return closed
    closed.push(...between)
    left = left.filter((head) => !between.includes(head))
  }
}

/** Tells of a block whether it lies before or after all of `blocks`. */
function apartFrom(blocks: readonly BlockHead[]): (head: BlockHead) => boolean {
  const firstAtMs = Math.min(...blocks.map((block) => block.firstAtMs))
  const lastAtMs = Math.max(...blocks.map((block) => block.lastAtMs))
  return (head) => head.firstAtMs > lastAtMs || head.lastAtMs < firstAtMs
}

function byAge(heads: readonly BlockHead[]): BlockHead[] {
  return [...heads].sort((a, b) => a.age - b.age || a.firstAtMs - b.firstAtMs)
}

function totalOf(blocks: readonly BlockHead[]): number {
  return blocks.reduce((total, block) => total + block.count, 0)
}
