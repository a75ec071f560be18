import {
  type BlockSummary,
  blockDamaged,
  decodeBlock,
  decodeBlockInto,
  encodeBlock,
  isBlockDamaged,
  summarize,
} from './block-codec.ts'
import { cutIntoBlocks } from './block-cut.ts'
import { type BlockFile, dayOf, type NewBlock, type StoreRow, startOfDay } from './block-file.ts'
import { ByteSink } from './byte-sink.ts'
import { ColumnRoom, type Columns, copyColumns, sliceColumns } from './columns.ts'
import {
  areEnough,
  type BlockHead,
  type MergeLimits,
  type MergePlan,
  planMerge,
  TIER,
} from './merge-plan.ts'
import { mergeRuns, type Run } from './run-merge.ts'

interface Due {
  readonly seriesId: number
  readonly day: number
  readonly reason: 'full' | 'finish'
}

/** Blocks that sealing made and no plan has taken yet. */
interface Waiting {
  readonly blocks: number
  readonly readings: number
}

/** What some plans come to, until one transaction carries them out. */
interface Outcome {
  readonly store: StoreRow
  readonly outdated: BlockHead[]
  readonly blocks: NewBlock[]
  readonly finals: BlockHead[]
  readings: number
}

/** To look whether something is to be done costs about as much as merging so many readings. */
const READINGS_PER_LOOK = 64

/** A stored block as a run of a merge, opened when it is reached. */
export function runOf(file: BlockFile, head: BlockHead & { readonly summary?: BlockSummary }): Run {
  return {
    age: head.age,
    firstAtMs: head.firstAtMs,
    lastAtMs: head.lastAtMs,
    ...(head.summary === undefined ? {} : { summary: head.summary }),
    open: () => decodeBlock(payloadOf(file, head), head.count),
  }
}

function payloadOf(file: BlockFile, head: BlockHead): Uint8Array {
  const payload = file.payload(head.id)
  if (payload === null) throw blockDamaged('The block has gone.')
  return payload
}

/**
 * Makes few large blocks of many small ones. A step carries out plans, each of one series and day, until
 * about so many readings are through, in one transaction: a transaction for each would write the
 * same pages of the file again and again.
 */
export class Merging {
  readonly #file: BlockFile
  readonly #limits: MergeLimits
  readonly #sink = new ByteSink()
  readonly #due = new Map<string, Due>()
  /** Of series and days that were looked at and had too few, so that they need no look until they have enough. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #room = new ColumnRoom()
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

  /** Of a day that is over. */
  finish(seriesId: number, day: number): void {
    this.#due.set(`${seriesId} ${day}`, { seriesId, day, reason: 'finish' })
  }

  /** A block that is in the file now. */
  sealed({ seriesId, tier, summary }: NewBlock): void {
    if (tier !== TIER.sealed) return
    const day = dayOf(summary.firstAtMs)
    const key = `${seriesId} ${day}`
    if (this.#due.has(key)) return
    const before = this.#waiting.get(key)
    if (before !== undefined) {
      const waiting = {
        blocks: before.blocks + 1,
        readings: before.readings + summary.count,
      }
      this.#waiting.set(key, waiting)
      if (!areEnough(waiting, this.#limits)) return
    }
    this.#due.set(key, { seriesId, day, reason: 'full' })
  }

  /** Carries out plans until about `readings` are through; returns what the store's row became. */
  step(store: StoreRow, readings: number): StoreRow {
    const outcome: Outcome = {
      store,
      outdated: [],
      blocks: [],
      finals: [],
      readings: store.readings,
    }
    let done = 0
    for (const [key, due] of this.#due) {
      if (done >= readings) break
      const startMs = startOfDay(due.day)
      const heads = this.#file.heads(due.seriesId, startMs, startOfDay(due.day + 1))
      const plan = planMerge(heads, due.reason, this.#limits)
      done += READINGS_PER_LOOK + totalOf(plan?.blocks ?? [])
      if (plan === null) this.#rest(key, heads)
      else if (plan.action === 'keep') outcome.finals.push(...plan.blocks)
      else this.#merge(due.seriesId, plan, outcome)
    }
    if (outcome.outdated.length === 0 && outcome.finals.length === 0) return store
    const after = { ...store, readings: outcome.readings }
    this.#file.replace(outcome, after)
    return after
  }

  /** There is nothing to do until more comes. */
  #rest(key: string, heads: readonly BlockHead[]): void {
    this.#due.delete(key)
    const small = heads.filter(({ tier }) => tier === TIER.sealed)
    // What has none is forgotten, or days of the past would gather here; it is looked at when one comes.
    if (small.length === 0) this.#waiting.delete(key)
    else this.#waiting.set(key, { blocks: small.length, readings: totalOf(small) })
  }

  #merge(
    seriesId: number,
    { blocks: heads, tier }: MergePlan & { readonly action: 'merge' },
    outcome: Outcome,
  ): void {
    try {
      const merged = this.#readTogether(heads, outcome.store.forgottenBeforeMs)
      const age = Math.max(...heads.map((head) => head.age))
      for (const piece of cutIntoBlocks(merged, this.#limits.readingsPerBlockMax)) {
        const payload = encodeBlock(piece, this.#sink, { isKept: tier === TIER.final })
        outcome.blocks.push({ seriesId, tier, age, summary: summarize(piece), payload })
      }
      outcome.outdated.push(...heads)
      outcome.readings += merged.count - totalOf(heads)
    } catch (error) {
      if (!isBlockDamaged(error)) throw error
      this.#damagedBlocks += 1
      outcome.finals.push(...heads)
    }
  }

  /** In memory that the next merge uses again. */
  #readTogether(heads: readonly BlockHead[], fromMs: number): Columns {
    const room = this.#room.take(totalOf(heads))
    const inOrder = heads.toSorted((a, b) => a.firstAtMs - b.firstAtMs)
    const isPlain = inOrder.every(
      ({ firstAtMs }, index) => firstAtMs > (inOrder[index - 1]?.lastAtMs ?? fromMs - 1),
    )
    return isPlain ? this.#readInRow(inOrder, room) : this.#readMerged(heads, room, fromMs)
  }

  /** Blocks of which each begins after the one before it. */
  #readInRow(heads: readonly BlockHead[], room: Columns): Columns {
    let count = 0
    for (const head of heads) {
      decodeBlockInto(payloadOf(this.#file, head), sliceColumns(room, count, count + head.count))
      count += head.count
    }
    return room
  }

  #readMerged(heads: readonly BlockHead[], room: Columns, fromMs: number): Columns {
    const runs = heads.map((head) => runOf(this.#file, head))
    let count = 0
    for (const { columns, start, end } of mergeRuns(runs, { fromMs, toMs: Infinity })) {
      copyColumns(columns, { start, end }, room, count)
      count += end - start
    }
    return sliceColumns(room, 0, count)
  }
}

function totalOf(heads: readonly BlockHead[]): number {
  return heads.reduce((total, head) => total + head.count, 0)
}
