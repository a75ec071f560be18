import { CodedError } from '#alerting/errors.ts'
import { isUsable } from '#alerting/reading-columns.ts'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import type { BlockSummary } from './block-codec.ts'
import type { Slice } from './run-merge.ts'
import type { Bucket } from './time-series.ts'

interface OpenBucket {
  readonly startMs: number
  total: number
  usable: number
  min: number
  max: number
  sum: number
  last: number
}

/** Folds readings, summaries of whole blocks, or finer buckets, that rise in time into buckets. */
export class BucketFold {
  readonly #everyMs: number
  readonly #buckets: Bucket[] = []
  #open: OpenBucket | null = null

  constructor(options: { readonly everyMs: number }) {
    this.#everyMs = options.everyMs
  }

  add({ columns, start, end }: Slice): void {
    let bucket = this.#open
    let endMs = bucket === null ? Number.NEGATIVE_INFINITY : bucket.startMs + this.#everyMs
    for (let index = start; index < end; index++) {
      const atMs = columns.observedAtMs[index] ?? 0
      if (bucket === null || atMs >= endMs) {
        bucket = this.#openAt(this.#startOf(atMs))
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
    const { usable, min, max, sum, last } = summary
    const isSummed = min !== null && max !== null && sum !== null
    if (usable > 0 && !isSummed) return false
    const startMs = this.#startOf(summary.firstAtMs)
    if (startMs !== this.#startOf(summary.lastAtMs)) return false
    this.addBucket({ startMs, total: summary.count, usable, sum: sum ?? 0, min, max, last })
    return true
  }

  /** A finer bucket, which lies in one of these as a whole. */
  addBucket(finer: Bucket): void {
    const startMs = this.#startOf(finer.startMs)
    const open = this.#open
    const bucket = open !== null && open.startMs === startMs ? open : this.#openAt(startMs)
    bucket.total += finer.total
    bucket.usable += finer.usable
    bucket.sum += finer.sum
    bucket.last = finer.last ?? bucket.last
    bucket.min = Math.min(bucket.min, finer.min ?? bucket.min)
    bucket.max = Math.max(bucket.max, finer.max ?? bucket.max)
  }

  finish(): readonly Bucket[] {
    this.#close()
    return this.#buckets
  }

  #startOf(atMs: number): number {
    return Math.floor(atMs / this.#everyMs) * this.#everyMs
  }

  #openAt(startMs: number): OpenBucket {
    this.#close()
    this.#open = {
      startMs,
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
    if (this.#buckets.length === TIME_SERIES_LIMITS.bucketsPerQueryMax) throw tooManyBuckets()
    const { startMs, total, usable, sum, min, max, last } = bucket
    const isEmpty = usable === 0
    this.#buckets.push({
      startMs,
      total,
      usable,
      sum,
      min: isEmpty ? null : min,
      max: isEmpty ? null : max,
      last: isEmpty ? null : last,
    })
  }
}

export function tooManyBuckets(): CodedError {
  return new CodedError('timeseries_question_too_large', 'The question makes too many buckets.', {
    details: { bucketsMax: TIME_SERIES_LIMITS.bucketsPerQueryMax },
    hint: 'Ask for a shorter range or longer buckets.',
  })
}
