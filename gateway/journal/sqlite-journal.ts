import assert from 'node:assert/strict'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { Reading, ReadingBatch } from '#alerting/reading.ts'
import { ColumnBatch, type ColumnBuilder, type DeviceReadings } from '#alerting/reading-columns.ts'
import { JOURNAL_LIMITS } from '#config/limits.ts'
import type { Depositor } from '../depositor.ts'
import { AppendQueue, type PendingBatch, settle } from './append-queue.ts'
import { BatchPacker, memoryOf } from './batch-packer.ts'
import { CommitPacer } from './commit-pacer.ts'
import {
  JOURNAL_CONSUMERS,
  type Journal,
  type JournalConsumer,
  type JournalDamage,
  type JournalState,
  type JournalStatus,
} from './journal.ts'
import { stateOf, unavailable } from './journal-failure.ts'
import type { JournalLogger } from './journal-logger.ts'
import type { Extent } from './journal-protocol.ts'
import { JournalReader } from './journal-reader.ts'
import { RecentBatches } from './recent-batches.ts'
import { WorkerChannel } from './worker-channel.ts'

export interface SqliteJournalOptions {
  readonly path: string
  readonly clock: Clock
  readonly logger: JournalLogger
  /** Bound on the journal's file. */
  readonly bytesMax: number
  /** Free space on its disk that the journal leaves to the other parts. */
  readonly diskReserveBytes: number
}

interface Commit {
  readonly batch: ColumnBatch
  readonly pending: PendingBatch
}

/**
 * The journal on SQLite in a worker thread.
 *
 * Writing is one loop: appends gather in batches; when one is due and no commit runs, it is taken
 * out, handed to the worker, which encodes it, and, once committed, pushed to the recent batches, to the
 * followers and, last, acknowledged. While the disk refuses, that one batch is tried again about
 * once a second with the same offset, and the queue behind it fills up to its bound.
 *
 * Phases: `new` → `start` → `running` → `stop` → `stopping` (no appends; what waits is committed or,
 * when the disk refuses, rejected) → `stopped` (followers end).
 */
export class SqliteJournal implements Journal {
  readonly #clock: Clock
  readonly #logger: JournalLogger
  readonly #channel: WorkerChannel
  readonly #queue: AppendQueue
  readonly #pacer = new CommitPacer()
  readonly #packer = new BatchPacker()
  readonly #recent = new RecentBatches()
  readonly #reader: JournalReader
  readonly #consumers = new Map<JournalConsumer, number>()
  readonly #listeners: ((status: JournalStatus) => void)[] = []
  readonly #damage: JournalDamage[] = []
  #phase: 'new' | 'running' | 'stopping' | 'stopped' = 'new'
  #state: JournalState = 'ok'
  #reason: string | null = null
  #firstOffset = 1
  #nextOffset = 1
  #bytes = 0
  #commit: Commit | null = null
  #isCommitDue = false
  #cancelWake: (() => void) | null = null
  #endPause: (() => void) | null = null
  #cancelPrune: (() => void) | null = null
  #started: Promise<void> | null = null
  #stopped: Promise<void> | null = null
  #writing: Promise<void> = Promise.resolve()
  #pruning: Promise<void> = Promise.resolve()
  #skipping: Promise<void> = Promise.resolve()
  // Made once, for `#pump` is called for every message.
  readonly #commitNow = () => this.#startCommit()
  readonly #commitOldest = () => {
    this.#cancelWake = null
    this.#startCommit()
  }

  constructor({ path, clock, logger, bytesMax, diskReserveBytes }: SqliteJournalOptions) {
    this.#clock = clock
    this.#queue = new AppendQueue(clock, JOURNAL_LIMITS.readingsPerBatchMax)
    this.#logger = logger
    const onDamage = (damage: JournalDamage) => this.#noteDamage(damage)
    const options = { path, bytesMax, diskReserveBytes }
    this.#channel = new WorkerChannel({ clock, options, onDamage })
    this.#reader = new JournalReader({
      channel: this.#channel,
      recent: this.#recent,
      clock,
      logger,
      head: () => ({ nextOffset: this.#nextOffset, isStopped: this.#phase === 'stopped' }),
      onDamage,
    })
  }

  start(): Promise<void> {
    this.#started ??= this.#open()
    return this.#started
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#close()
    return this.#stopped
  }

  append(readings: readonly Reading[]): Promise<void> {
    if (readings.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const depositor = {
        settled: (_ticket: number, error: unknown) => (error === null ? resolve() : reject(error)),
      }
      this.#place(readings.length, depositor, 0).append(readings)
      this.#pump()
    })
  }

  deposit(readings: DeviceReadings, depositor: Depositor, ticket: number): void {
    this.#place(readings.length, depositor, ticket).appendOf(readings)
    this.#pump()
  }

  #place(count: number, depositor: Depositor, ticket: number): ColumnBuilder {
    if (this.#phase !== 'running') {
      throw new CodedError('journal_stopped', 'The journal is not running.')
    }
    const pending = this.#pendingReadings()
    if (pending + count > JOURNAL_LIMITS.pendingReadingsMax) throw this.#fullError(pending)
    return this.#queue.place(count, depositor, ticket)
  }

  follow(offset: number, { signal }: { readonly signal: AbortSignal }) {
    assert(
      offset >= this.#firstOffset,
      `batch ${offset} is gone, ${this.#firstOffset} is the first`,
    )
    return this.#reader.follow(offset, signal)
  }

  release(consumer: JournalConsumer, offset: number): void {
    if (offset > this.#nextOffset) this.#skipTo(offset)
    this.#consumers.set(consumer, Math.max(offset, this.#consumers.get(consumer) ?? 0))
    this.#pruneSoon()
  }

  watermarkMs(nowMs: number, nextOffset = this.#nextOffset): number {
    if (nextOffset < this.#nextOffset) {
      return Math.min(nowMs, this.#recent.get(nextOffset)?.columns.arrivedAtMs[0] ?? 0)
    }
    const oldestAtMs =
      this.#commit?.batch.columns.arrivedAtMs[0] ?? this.#queue.oldest?.readings.firstArrivedAtMs
    return Math.min(nowMs, oldestAtMs ?? nowMs)
  }

  async tail(): Promise<readonly ReadingBatch[]> {
    const outcome = await this.#reader.tail()
    if (!outcome.ok) throw unavailable(outcome.failure)
    return outcome.batches
  }

  backlog(): number {
    return this.#pendingReadings() / JOURNAL_LIMITS.pendingReadingsHeldAt
  }

  status(): JournalStatus {
    const offsetOf = (consumer: JournalConsumer) =>
      this.#consumers.get(consumer) ?? this.#firstOffset
    return {
      state: this.#state,
      reason: this.#reason,
      firstOffset: this.#firstOffset,
      nextOffset: this.#nextOffset,
      pendingReadings: this.#pendingReadings(),
      bytes: this.#bytes,
      consumers: { engine: offsetOf('engine'), timeseries: offsetOf('timeseries') },
      damage: [...this.#damage],
    }
  }

  onStateChange(listener: (status: JournalStatus) => void): void {
    this.#listeners.push(listener)
  }

  // Life.

  async #open(): Promise<void> {
    const outcome = await this.#channel.open()
    if (!outcome.ok) {
      await this.#channel.close()
      throw unavailable(outcome.failure)
    }
    this.#takeExtent(outcome.answer)
    this.#nextOffset = outcome.answer.nextOffset
    this.#phase = 'running'
  }

  async #close(): Promise<void> {
    if (this.#phase !== 'running') return
    this.#phase = 'stopping'
    this.#cancelWake?.()
    this.#cancelPrune?.()
    this.#endPause?.()
    while (this.#commit !== null || this.#queue.appends > 0) {
      this.#startCommit()
      await this.#writing
    }
    await Promise.all([this.#pruning, this.#skipping])
    this.#phase = 'stopped'
    this.#reader.wake()
    await this.#channel.close()
  }

  // Writing.

  /** Commits now, soon, or when the oldest append is as old as it may get. */
  #pump(): void {
    if (this.#commit !== null || this.#isCommitDue || this.#phase !== 'running') return
    const { oldest, appends, readings } = this.#queue
    if (oldest === undefined) return
    const isFull = readings >= JOURNAL_LIMITS.readingsPerBatchMax
    if (isFull || appends >= this.#pacer.appendsToWaitFor()) {
      this.#cancelWake?.()
      this.#cancelWake = null
      this.#isCommitDue = true
      // What else this turn of the event loop brings goes into the same batch.
      setImmediate(this.#commitNow)
      return
    }
    this.#cancelWake ??= this.#clock.wakeAt(
      oldest.queuedAtMs + this.#pacer.ageToWaitMs(),
      this.#commitOldest,
    )
  }

  #startCommit(): void {
    this.#isCommitDue = false
    if (this.#commit !== null) return
    const pending = this.#queue.take()
    if (pending === undefined) return
    const batch = new ColumnBatch(this.#nextOffset, pending.readings.columns())
    this.#commit = { batch, pending }
    this.#writing = this.#write(this.#commit)
  }

  async #write({ batch, pending }: Commit): Promise<void> {
    const beganAtMs = this.#clock.nowMs()
    for (;;) {
      const packed = this.#packer.pack(batch)
      const outcome = await this.#channel.request('commit', packed, memoryOf(packed))
      if (outcome.ok) {
        this.#bytes = outcome.answer.bytes
        break
      }
      this.#setState(stateOf(outcome.failure), outcome.failure.reason)
      if (this.#phase === 'stopping') {
        this.#refuse(pending)
        return
      }
      await this.#pauseUntilProbe()
    }
    this.#setState('ok', null)
    this.#commit = null
    this.#nextOffset = batch.offset + 1
    this.#recent.push(batch)
    this.#pacer.committed(pending.appends, this.#clock.nowMs() - beganAtMs)
    this.#reader.wake()
    settle(pending, null)
    this.#pump()
  }

  /** At the stop with a disk that refuses: nobody was promised anything yet. */
  #refuse(first: PendingBatch): void {
    this.#commit = null
    const error = new CodedError('journal_stopped', 'The journal stopped before it could write.')
    settle(first, error)
    for (let it = this.#queue.take(); it !== undefined; it = this.#queue.take()) settle(it, error)
  }

  #pauseUntilProbe(): Promise<void> {
    return new Promise((resolve) => {
      const atMs = this.#clock.nowMs() + JOURNAL_LIMITS.probeIntervalMs
      const end = () => {
        cancel()
        this.#endPause = null
        resolve()
      }
      const cancel = this.#clock.wakeAt(atMs, end)
      this.#endPause = end
    })
  }

  // Releasing.

  #skipTo(nextOffset: number): void {
    assert(this.#pendingReadings() === 0, 'consumers release before the first append')
    this.#nextOffset = nextOffset
    this.#skipping = this.#channel.request('skipTo', { nextOffset }).then((outcome) => {
      if (outcome.ok) this.#takeExtent(outcome.answer)
      else this.#logger.error({ nextOffset, ...outcome.failure }, 'a lost tail was not noted')
    })
  }

  #pruneSoon(): void {
    if (this.#phase !== 'running' || this.#cancelPrune !== null) return
    const released = this.#releasedBefore()
    if (released === null || released <= this.#firstOffset) return
    const atMs = this.#clock.nowMs() + JOURNAL_LIMITS.pruneIntervalMs
    this.#cancelPrune = this.#clock.wakeAt(atMs, () => {
      this.#pruning = this.#prune().finally(() => {
        this.#cancelPrune = null
      })
    })
  }

  async #prune(): Promise<void> {
    const committedBeforeMs = this.#clock.nowMs() - JOURNAL_LIMITS.tailKeptMs
    const beforeOffset = this.#releasedBefore() ?? 0
    while (this.#phase === 'running') {
      const outcome = await this.#channel.request('prune', { beforeOffset, committedBeforeMs })
      if (!outcome.ok) {
        // The next release tries again; a disk that refuses shows with the next commit.
        this.#logger.warn({ ...outcome.failure }, 'the journal could not be shortened')
        return
      }
      this.#takeExtent(outcome.answer)
      if (outcome.answer.isDone) return
    }
  }

  /** What all consumers have handled; null until each has said so since the start. */
  #releasedBefore(): number | null {
    const offsets = JOURNAL_CONSUMERS.map((consumer) => this.#consumers.get(consumer))
    return offsets.every((offset) => offset !== undefined) ? Math.min(...offsets) : null
  }

  // What others see.

  #takeExtent({ firstOffset, bytes }: Extent): void {
    this.#firstOffset = firstOffset
    this.#bytes = bytes
  }

  #pendingReadings(): number {
    return this.#queue.readings + (this.#commit?.batch.columns.length ?? 0)
  }

  #fullError(pendingReadings: number): CodedError {
    return new CodedError('journal_full', 'Too many readings wait for the disk already.', {
      details: { pendingReadings, state: this.#state, reason: this.#reason },
      hint: 'Free space on the disk of the data folder, or find out why it is slow.',
    })
  }

  #setState(state: JournalState, reason: string | null): void {
    this.#reason = reason
    if (state === this.#state) return
    this.#state = state
    if (state === 'ok') this.#logger.info({}, 'the journal writes again')
    else this.#logger.error({ state, reason }, 'the journal cannot write')
    this.#tellListeners()
  }

  #noteDamage(damage: JournalDamage): void {
    if (this.#damage.length < JOURNAL_LIMITS.damageRecordsMax) this.#damage.push(damage)
    this.#logger.error({ damage }, 'the journal is damaged')
    this.#tellListeners()
  }

  #tellListeners(): void {
    const status = this.status()
    for (const listener of this.#listeners) listener(status)
  }
}
