import type { Reading, ReadingBatch } from '#alerting/reading.ts'

/** Who must have handled a batch before it may go. */
export const JOURNAL_CONSUMERS = ['engine', 'timeseries'] as const
export type JournalConsumer = (typeof JOURNAL_CONSUMERS)[number]

/**
 * `ok`; `full`: the disk (or the bound set for the journal) leaves no room; `failing`: the disk
 * refuses. In both of the latter appends wait, bounded by `pendingReadingsMax`, and are committed
 * by themselves when the disk takes writes again.
 */
export type JournalState = 'ok' | 'full' | 'failing'

export interface JournalStatus {
  readonly state: JournalState
  readonly reason: string | null
  readonly firstOffset: number
  /** The offset that the next batch will get. */
  readonly nextOffset: number
  readonly pendingReadings: number
  readonly bytes: number
  readonly consumers: Readonly<Record<JournalConsumer, number>>
}

/**
 * The log from which everything else follows. A port: today SQLite in a worker thread.
 *
 * `append` resolves when the readings are on disk (fsync done) and rejects with `CodedError`
 * `journal_full` when more wait than the bound allows, `journal_stopped` after `stop`. Readings of
 * one call stay together and in order; calls are committed in the order they were made.
 */
export interface Journal {
  start(): Promise<void>
  stop(): Promise<void>
  append(readings: readonly Reading[]): Promise<void>
  /**
   * Batches from `offset` on, in order, without end until `signal` aborts: first those on disk, then
   * each new one right after its commit. An offset that is no longer kept is a programmer's error:
   * nobody may release what they have not handled.
   */
  follow(offset: number, options: { readonly signal: AbortSignal }): AsyncIterable<ReadingBatch>
  /** The consumer has handled, durably, everything before `offset`. */
  release(consumer: JournalConsumer, offset: number): void
  /**
   * No reading that is still to come (or not yet handed to followers) arrived before this instant:
   * the time up to which timers may run. `nowMs` when nothing is pending.
   */
  watermarkMs(nowMs: number): number
  /** The last batches kept, for recognising repeats after a restart. */
  tail(): Promise<readonly ReadingBatch[]>
  status(): JournalStatus
  onStateChange(listener: (status: JournalStatus) => void): void
}
