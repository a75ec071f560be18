import { CodedError } from '#alerting/errors.ts'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import type { BlockSummary } from './block-codec.ts'
import { isUsable } from './columns.ts'
import type { Slice } from './run-merge.ts'
import type { Aggregate, Bucket } from './time-series.ts'

interface OpenBucket {
  readonly startMs: number
  total: number
  usable: number
  min: number
  max: number
  sum: number
  last: number
}

/** Folds readings, or summaries of whole blocks, that rise in time into buckets. */
export class BucketFold {
  readonly #everyMs: number
  readonly #fn: Aggregate
  readonly #buckets: Bucket[] = []
  #open: OpenBucket | null = null

  constructor(options: { readonly everyMs: number; readonly fn: Aggregate }) {
    this.#everyMs = options.everyMs
    this.#fn = options.fn
  }

  add({ columns, start, end }: Slice): void {
    let bucket = this.#open
    let endMs = bucket === null ? Number.NEGATIVE_INFINITY : bucket.startMs + this.#everyMs
    for (let index = start; index < end; index++) {
      const atMs = columns.observedAtMs[index] ?? 0
      if (bucket === null || atMs >= endMs) {
        bucket = this.#openAt(atMs)
        endMs = bucket.startMs + this.#everyMs
      }
      bucket.total += 1
      if (!isUsable(columns.flags[index] ?? 0)) continue
      const value = columns.values[index] ?? 0
      bucket.usable += 1
      bucket.sum += value
      bucket.last = value
      if (value < bucket.min) bucket.min = value
      if (value > bucket.max) bucket.max = value
    }
  }

  /** False when the block has to be opened: it reaches into another bucket, or its sum has no end. */
  addWhole(summary: BlockSummary): boolean {
    const isSummed = summary.min !== null && summary.max !== null && summary.sum !== null
    if (summary.usable > 0 && !isSummed) return false
    const startMs = this.#startOf(summary.firstAtMs)
    if (startMs !== this.#startOf(summary.lastAtMs)) return false
    const open = this.#open
    const bucket = open !== null && open.startMs === startMs ? open : this.#openAt(startMs)
    bucket.total += summary.count
    bucket.usable += summary.usable
    bucket.sum += summary.sum ?? 0
    bucket.last = summary.last ?? bucket.last
    bucket.min = Math.min(bucket.min, summary.min ?? bucket.min)
    bucket.max = Math.max(bucket.max, summary.max ?? bucket.max)
    return true
  }

  finish(): readonly Bucket[] {
    this.#close()
    return this.#buckets
  }

  #startOf(atMs: number): number {
    return Math.floor(atMs / this.#everyMs) * this.#everyMs
  }

  #openAt(atMs: number): OpenBucket {
    this.#close()
    this.#open = {
      startMs: this.#startOf(atMs),
      total: 0,
      usable: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      sum: 0,
      last: 0,
    }
    return this.#open
  }

  #close(): void {
    const bucket = this.#open
    this.#open = null
    if (bucket === null) return
    const count = this.#fn === 'count' ? bucket.total : bucket.usable
    if (count === 0) return
    if (this.#buckets.length === TIME_SERIES_LIMITS.bucketsPerQueryMax) {
      throw new CodedError(
        'timeseries_question_too_large',
        'The question makes too many buckets.',
        {
          details: { bucketsMax: TIME_SERIES_LIMITS.bucketsPerQueryMax },
          hint: 'Ask for a shorter range or longer buckets.',
        },
      )
    }
    this.#buckets.push({ startMs: bucket.startMs, value: valueIn(bucket, this.#fn), count })
  }
}

function valueIn(bucket: OpenBucket, fn: Aggregate): number {
  switch (fn) {
    case 'mean':
      return bucket.sum / bucket.usable
    case 'min':
      return bucket.min
    case 'max':
      return bucket.max
    case 'last':
      return bucket.last
    case 'count':
      return bucket.total
    default:
      return fn satisfies never
  }
}
