import type { BlockStoreLimits } from './block-store.ts'
import type { Columns } from './columns.ts'
import type { BucketsAnswer, Horizons, LatestReading, RangeRequest } from './time-series.ts'

/** What the embedded store's two threads say to each other. Columns are transferred, not copied. */

/**
 * Readings of some batches, encoded once. Series are numbered by the sender in the order it first
 * met them; `newSeries` names those of them that the receiver has not heard of.
 */
export interface EncodedBatches {
  readonly newSeries: readonly { readonly deviceId: string; readonly point: string }[]
  /** Batch by batch: its offset, and one past its last reading in the columns. */
  readonly batches: readonly { readonly offset: number; readonly end: number }[]
  readonly columns: Columns
  readonly seriesNumbers: Uint32Array<ArrayBuffer>
}

/** Everything the thread can be asked. */
export type StoreQuestion =
  | { readonly kind: 'open'; readonly path: string; readonly limits: BlockStoreLimits }
  | ({ readonly kind: 'write' } & EncodedBatches)
  /** Readings beside the journal, sealed when answered. */
  | ({ readonly kind: 'backfill' } & EncodedBatches)
  /** Begins to seal; the progress tells when it is done. */
  | { readonly kind: 'seal' }
  | ({
      readonly kind: 'query'
      readonly limit: number
      readonly descending: boolean
    } & RangeRequest)
  | ({
      readonly kind: 'aggregate'
      readonly everyMs: number
    } & RangeRequest)
  | { readonly kind: 'latest'; readonly deviceId: string | null }
  | { readonly kind: 'rollUp'; readonly beforeMs: number }
  | { readonly kind: 'retain'; readonly before: Horizons }
  | { readonly kind: 'stats' }
  /** Answered when no background work is left. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'close' }

/** What each question is answered with; those not named here, with null. */
export interface StoreAnswers {
  readonly query: Columns
  readonly aggregate: BucketsAnswer
  readonly latest: readonly LatestReading[]
  readonly rollUp: number
  readonly retain: number
  readonly stats: { readonly readings: number; readonly bytes: number }
}
export type StoreAnswer = StoreAnswers[keyof StoreAnswers] | null
export type QuestionOf<Kind extends StoreQuestion['kind']> = Extract<
  StoreQuestion,
  { readonly kind: Kind }
>
export type AnswerTo<Kind extends StoreQuestion['kind']> = Kind extends keyof StoreAnswers
  ? StoreAnswers[Kind]
  : null

export interface StoreFailure {
  readonly code: string
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** How far the store is; comes with every answer and whenever it changes by itself. */
export interface StoreProgress {
  readonly nextOffset: number
  readonly durableOffset: number
  readonly hotReadings: number
  readonly damagedBlocks: number
  /** Why sealing, merging or forgetting rests; null when it does not. */
  readonly trouble: string | null
}

export interface StoreRequest {
  readonly id: number
  readonly question: StoreQuestion
}

/** `id` is null when the thread speaks unasked; `progress` when the store is not open. */
export type StoreMessage = { readonly progress: StoreProgress | null } & (
  | { readonly id: number; readonly ok: true; readonly answer: StoreAnswer }
  | { readonly id: number; readonly ok: false; readonly failure: StoreFailure }
  | { readonly id: null }
)
