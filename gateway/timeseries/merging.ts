import {
  type BlockSummary,
  blockDamaged,
  decodeBlock,
  encodeBlock,
  isBlockDamaged,
  summarize,
} from './block-codec.ts'
import { cutIntoBlocks } from './block-cut.ts'
import { type BlockFile, type NewBlock, type StoreRow, startOfDay } from './block-file.ts'
import { ByteSink } from './byte-sink.ts'
import { type Columns, copyColumns, createColumns, sliceColumns } from './columns.ts'
import { type BlockHead, type MergeLimits, planMerge, TIER } from './merge-plan.ts'
import { mergeRuns, type Run } from './run-merge.ts'

interface Due {
  readonly seriesId: number
  readonly day: number
  readonly reason: 'full' | 'finish'
}

/** A stored block as a run of a merge, opened when it is reached. */
export function runOf(file: BlockFile, head: BlockHead & { readonly summary?: BlockSummary }): Run {
  return {
    age: head.age,
    firstAtMs: head.firstAtMs,
    lastAtMs: head.lastAtMs,
    ...(head.summary === undefined ? {} : { summary: head.summary }),
    open: () => {
      const payload = file.payload(head.id)
      if (payload === null) throw blockDamaged('The block has gone.')
      return decodeBlock(payload, head.count)
    },
  }
}

/** Makes few large blocks of many small ones, one plan of one series and day at a step. */
export class Merging {
  readonly #file: BlockFile
  readonly #limits: MergeLimits
  readonly #sink = new ByteSink()
  readonly #due = new Map<string, Due>()
  #damagedBlocks = 0

  constructor(file: BlockFile, limits: MergeLimits) {
    this.#file = file
    this.#limits = limits
  }

  get isDue(): boolean {
    return this.#due.size > 0
  }

  /** Blocks met while merging that could not be read. They stay; asking for them is an error. */
  get damagedBlocks(): number {
    return this.#damagedBlocks
  }

  add(due: Due): void {
    const key = `${due.seriesId} ${due.day}`
    if (due.reason === 'finish' || !this.#due.has(key)) this.#due.set(key, due)
  }

  /** Carries out one plan, one transaction; returns what the store's row became. */
  step(store: StoreRow): StoreRow {
    const [first] = this.#due
    if (first === undefined) return store
    const [key, due] = first
    const startMs = startOfDay(due.day)
    const heads = this.#file.heads(due.seriesId, startMs, startOfDay(due.day + 1))
    const plan = planMerge(heads, due.reason, this.#limits)
    if (plan === null) {
      this.#due.delete(key)
      return store
    }
    if (plan.action === 'keep') {
      this.#file.finalize(plan.blocks)
      return store
    }
    try {
      return this.#merge(due.seriesId, plan.blocks, { tier: plan.tier, store })
    } catch (error) {
      if (!isBlockDamaged(error)) throw error
      this.#damagedBlocks += 1
      this.#file.finalize(plan.blocks)
      return store
    }
  }

  #merge(
    seriesId: number,
    heads: readonly BlockHead[],
    { tier, store }: { readonly tier: number; readonly store: StoreRow },
  ): StoreRow {
    const before = heads.reduce((total, head) => total + head.count, 0)
    const merged = this.#readTogether(heads, before, store.forgottenBeforeMs)
    const age = Math.max(...heads.map((head) => head.age))
    const blocks: NewBlock[] = cutIntoBlocks(merged, this.#limits.readingsPerBlockMax).map(
      (piece) => ({
        seriesId,
        tier,
        age,
        summary: summarize(piece),
        payload: encodeBlock(piece, this.#sink, { isKept: tier === TIER.final }),
      }),
    )
    const after = { ...store, readings: store.readings - before + merged.count }
    this.#file.replace(heads, blocks, after)
    return after
  }

  #readTogether(heads: readonly BlockHead[], countMax: number, fromMs: number): Columns {
    const merged = createColumns(countMax)
    let count = 0
    const runs = heads.map((head) => runOf(this.#file, head))
    for (const { columns, start, end } of mergeRuns(runs, { fromMs, toMs: Infinity })) {
      copyColumns(columns, { start, end }, merged, count)
      count += end - start
    }
    return sliceColumns(merged, 0, count)
  }
}
