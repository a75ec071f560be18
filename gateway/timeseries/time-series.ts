import type { Quality, Reading, ReadingBatch } from '#alerting/reading.ts'

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

/**
 * From fine to coarse: the readings themselves, and their roll-ups by the minute and by the hour, which
 * are made by us and kept longer.
 */
export const RESOLUTIONS = ['raw', 'minute', 'hour'] as const
export type Resolution = (typeof RESOLUTIONS)[number]

/** Until when something is gone, or to be forgotten, for each resolution; UTC epoch ms. */
export type Horizons = Readonly<Record<Resolution, number>>

/** What the readings of a span come to. Sums and counts are kept, so that several buckets make a coarser one exactly. */
export interface Bucket {
  /** Start of the bucket, UTC epoch ms, a multiple of `everyMs`. */
  readonly startMs: number
  /** All readings of the bucket, whatever their quality; at least one. */
  readonly total: number
  /** Those of quality `good` and `uncertain`; only these enter the values below. Booleans count as 0 and 1. */
  readonly usable: number
  readonly sum: number
  /** Null when none was usable. */
  readonly min: number | null
  readonly max: number | null
  readonly last: number | null
}

/** A stretch of time and what it was answered from. */
export interface SourceStretch {
  readonly resolution: Resolution
  readonly fromMs: number
  readonly toMs: number
}

export interface BucketsAnswer {
  /** Those that hold at least one reading, in order of time. */
  readonly buckets: readonly Bucket[]
  /** In order of time, without gaps; neighbours differ in resolution. */
  readonly sources: readonly SourceStretch[]
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
  /**
   * Stores readings that do not come from the journal, e.g. from another store: the progress stays where
   * it is. They are durable when it resolves; given again they are the same readings. Not while
   * somebody writes.
   */
  backfill(readings: readonly Reading[]): Promise<void>
  /** Readings with `fromMs <= observedAtMs < toMs` in order of time, at most `limit`. */
  query(
    request: RangeRequest & { readonly limit: number; readonly order?: 'asc' | 'desc' },
  ): Promise<readonly StoredReading[]>
  /**
   * Readings with `fromMs <= observedAtMs < toMs` in buckets of `everyMs`. Each stretch is answered from
   * the coarsest resolution that serves: whose length divides `everyMs`, and whose roll-ups are
   * complete (see `rollUp`). Where the readings themselves are gone, roll-ups that reach over an end of the
   * range count as a whole.
   */
  aggregate(request: RangeRequest & { readonly everyMs: number }): Promise<BucketsAnswer>
  /** The newest reading of every point of one device, or of all. */
  latest(deviceId?: string): Promise<readonly LatestReading[]>
  /**
   * Makes the roll-ups of whole days (UTC) before `beforeMs` that are missing, or that late readings made
   * stale; the store may do more. Until then those stretches are answered from the readings, so that an
   * answer is right at any time. Safe to break off and to repeat. Returns how many pieces were made.
   */
  rollUp(beforeMs: number): Promise<number>
  /**
   * Forgets readings and roll-ups of what was observed before the instants given, for good: readings that
   * arrive for that time later are not kept either. Roll-ups are made of readings before they go.
   * Returns how many readings went (about).
   */
  retain(before: Horizons): Promise<number>
  stats(): Promise<{ readonly readings: number; readonly bytes: number }>
}

export interface RangeRequest {
  readonly deviceId: string
  readonly point: string
  readonly fromMs: number
  readonly toMs: number
}
