import type { Reading } from '#alerting/reading.ts'
import type { RollupPiece } from './influx-rollups.ts'
import type { Bucket, RangeRequest, Resolution, StoredReading } from './time-series.ts'

export interface SeriesName {
  readonly deviceId: string
  readonly point: string
}

/** A stretch of one series, both ends included. */
export interface SeriesSpan extends SeriesName {
  readonly fromMs: number
  readonly toMs: number
}

export interface LatestPoint extends SeriesName {
  readonly reading: StoredReading | null
}

/** What is known of one writer's progress. */
export interface InfluxProgress {
  readonly nextOffset: number
  /** Nothing observed before is kept; null: there was no such decision yet. */
  readonly retainedBeforeMs: number | null
  /** Of `RollupState`; null: nothing was rolled up yet. */
  readonly rollups: string | null
}

/**
 * What became of one request with readings.
 * `refused`: some or all were not taken; `dropped` is how many, when the server says so. Which ones it
 * does not say. What was taken may be given again.
 */
export type InsertOutcome =
  | { readonly kind: 'stored' }
  | { readonly kind: 'refused'; readonly dropped: number | null; readonly reason: string }
  | { readonly kind: 'too_large' }

/**
 * What a version of InfluxDB must answer for `InfluxStore`. Every call is one or more requests that are
 * made once: repeating is the writer's. Rejects with `CodedError` `timeseries_unavailable` (away, slow,
 * overloaded) or `timeseries_refused` (rights, names, schema); no message holds a password or a token.
 */
export interface InfluxServer {
  /** Makes what is missing: database and retention policy, or bucket. */
  prepare(): Promise<void>
  progress(): Promise<InfluxProgress | null>
  saveProgress(progress: InfluxProgress): Promise<void>
  insert(readings: readonly Reading[]): Promise<InsertOutcome>
  /** When each series was last observed, in the order asked; null: it is not there. */
  newestTimes(series: readonly SeriesName[]): Promise<readonly (number | null)[]>
  /** Times at which each span holds a reading, in the order asked. */
  storedTimes(spans: readonly SeriesSpan[]): Promise<readonly (readonly number[])[]>
  /** In order of time, at most `limit`; null for a point that is not (yet) a whole reading. */
  query(
    request: RangeRequest & { readonly limit: number; readonly order: 'asc' | 'desc' },
  ): Promise<readonly (StoredReading | null)[]>
  /** From readings or from roll-ups of one resolution, whose length divides `everyMs`. */
  aggregate(
    request: RangeRequest & { readonly everyMs: number; readonly resolution: Resolution },
  ): Promise<readonly Bucket[]>
  /** When the first reading at or after `fromMs` was observed, of all series. */
  firstTime(fromMs: number): Promise<number | null>
  /** Makes minutes and hours of the readings of full hours, in place of what was made before. */
  rollUp(piece: RollupPiece): Promise<void>
  /** The newest point of every series; `reading` is null when it is not (yet) a whole reading. */
  latest(deviceId: string | null): Promise<readonly LatestPoint[]>
  /** How many readings there were before, about. */
  deleteReadingsBefore(beforeMs: number): Promise<number>
  deleteRollupsBefore(resolution: 'minute' | 'hour', beforeMs: number): Promise<void>
  stats(): Promise<{ readonly readings: number; readonly bytes: number }>
  /** Breaks off what is under way. */
  close(): void
}
