import type { Reading, ReadingBatch } from '#alerting/reading.ts'
import type { DeviceReadings } from '#alerting/reading-columns.ts'
import type { Depositor } from '../depositor.ts'

/** Who must have handled a batch before it may go. */
export const JOURNAL_CONSUMERS = ['engine', 'timeseries'] as const
export type JournalConsumer = (typeof JOURNAL_CONSUMERS)[number]

/**
 * `ok`; `full`: the disk (or the bound set for the journal) leaves no room; `failing`: the disk
 * refuses. In both of the latter appends wait, bounded by `pendingReadingsMax`, and are committed
 * by themselves when the disk takes writes again.
 */
export type JournalState = 'ok' | 'full' | 'failing'

/**
 * What was found broken on disk. Readings of `fromOffset` … `toOffset` (inclusive; null: unknown)
 * may be gone; everything readable was kept. What could not be read lies in the file `asidePath`,
 * or in the journal's own table of damaged batches when that is null.
 */
export interface JournalDamage {
  /** `unfinished_write`: also what a commit looks like that was cut off before it was acknowledged. */
  readonly kind: 'damaged_file' | 'damaged_batch' | 'missing_batches' | 'unfinished_write'
  readonly fromOffset: number | null
  readonly toOffset: number | null
  readonly foundAtMs: number
  readonly asidePath: string | null
  readonly detail: string
}

export interface JournalStatus {
  readonly state: JournalState
  readonly reason: string | null
  readonly firstOffset: number
  /** The offset that the next batch will get. */
  readonly nextOffset: number
  readonly pendingReadings: number
  readonly bytes: number
  readonly consumers: Readonly<Record<JournalConsumer, number>>
  /** Found since the start, oldest first, at most `JOURNAL_LIMITS.damageRecordsMax`. */
  readonly damage: readonly JournalDamage[]
}

/**
 * The log from which everything else follows. A port: today SQLite in a worker thread.
 *
 * `append` resolves when the readings are on disk (fsync done) and rejects with `CodedError`
 * `journal_full` when more wait than the bound allows, `journal_stopped` after `stop`. Readings of
 * one call stay together and in order; calls are committed in the order they were made.
 *
 * `deposit` is the same without a promise a call or an object a reading, for those who call it a
 * hundred thousand times a second: it throws when it refuses at once, and else tells the depositor later,
 * in order of the calls. An error told to it means that the journal has stopped: it takes nothing after it.
 */
export interface Journal {
  start(): Promise<void>
  stop(): Promise<void>
  append(readings: readonly Reading[]): Promise<void>
  deposit(readings: DeviceReadings, depositor: Depositor, ticket: number): void
  /**
   * Batches from `offset` on, in order, without end until `signal` aborts: first those on disk, then
   * each new one right after its commit. An offset that is no longer kept is a programmer's error:
   * nobody may release what they have not handled. Offsets rise; one is left out only where damage
   * was found and reported. Ends when the journal stops.
   */
  follow(offset: number, options: { readonly signal: AbortSignal }): AsyncIterable<ReadingBatch>
  /**
   * The consumer has handled, durably, everything before `offset`. Consumers keep their own offsets
   * and call this at start, before the first `append`: nothing is deleted until all have, and an
   * offset beyond the journal's end means that the journal lost its tail — it then goes on from
   * there, so that no offset is ever given twice, and reports `missing_batches`.
   */
  release(consumer: JournalConsumer, offset: number): void
  /**
   * No reading that is still to come arrived before this instant: the time up to which timers may
   * run. `nowMs` when nothing is pending. A consumer names the next batch it has not handled, so
   * that batches committed but not yet handed to it count as still to come; 0 when it is so far
   * behind that this cannot be told. Without `nextOffset` only what is not committed counts.
   */
  watermarkMs(nowMs: number, nextOffset?: number): number
  /** The last batches kept, for recognising repeats after a restart. */
  tail(): Promise<readonly ReadingBatch[]>
  /** How much waits for the disk: from 1 on, who can make others wait should; beyond it appends are refused one day. */
  backlog(): number
  status(): JournalStatus
  /** Called after every change of `state` and every new entry in `damage`. */
  onStateChange(listener: (status: JournalStatus) => void): void
}
