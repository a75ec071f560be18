import type { Quality, ReadingBatch } from '#alerting/reading.ts'

/** A reading as it lies in the store. */
export interface StoredReading {
  readonly observedAtMs: number
  readonly arrivedAtMs: number
  readonly value: number | boolean
  readonly quality: Quality
  readonly marks: number
}

export const AGGREGATES = ['mean', 'min', 'max', 'last', 'count'] as const
export type Aggregate = (typeof AGGREGATES)[number]

export interface Bucket {
  /** Start of the bucket, UTC epoch ms, a multiple of `everyMs`. */
  readonly startMs: number
  /** Booleans count as 0 and 1. Only `good` and `uncertain` readings enter, except for `count`. */
  readonly value: number
  /** How many readings entered; a bucket that none entered is left out. */
  readonly count: number
}

export interface LatestReading extends StoredReading {
  readonly deviceId: string
  readonly point: string
}

/**
 * Where readings are kept for years. Identity of a stored reading is (device, point, observedAtMs):
 * the same written twice is stored once, the first value winning.
 *
 * The store keeps its own journal offset. `write` takes batches in order from `nextOffset()`;
 * what lies before `durableOffset()` survives a kill; after a restart `nextOffset()` may be smaller
 * than before and the batches are given again — the result is the same.
 */
export interface TimeSeriesStore {
  start(): Promise<void>
  stop(): Promise<void>
  nextOffset(): number
  durableOffset(): number
  /**
   * Resolves when the readings can be asked for. Offsets rise, with gaps where the journal has
   * them; batches before `nextOffset()` are passed over. One write at a time. After a rejection some
   * of the batches may be in, and `nextOffset()` may have gone back: begin again from there.
   */
  write(batches: readonly ReadingBatch[]): Promise<void>
  /** Readings with `fromMs <= observedAtMs < toMs` in order of time, at most `limit`. */
  query(
    request: RangeRequest & { readonly limit: number; readonly order?: 'asc' | 'desc' },
  ): Promise<readonly StoredReading[]>
  /** Buckets that hold at least one reading, in order of time. */
  aggregate(
    request: RangeRequest & { readonly everyMs: number; readonly fn: Aggregate },
  ): Promise<readonly Bucket[]>
  /** The newest reading of every point of one device, or of all. */
  latest(deviceId?: string): Promise<readonly LatestReading[]>
  /**
   * Forgets what was observed before `beforeMs`, for good: what arrives for that time later is not
   * kept either. Returns how many readings went (about).
   */
  retain(beforeMs: number): Promise<number>
  stats(): Promise<{ readonly readings: number; readonly bytes: number }>
}

export interface RangeRequest {
  readonly deviceId: string
  readonly point: string
  readonly fromMs: number
  readonly toMs: number
}
