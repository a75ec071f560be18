import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { Reading, ReadingBatch } from '#alerting/reading.ts'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import { ArrivalEncoder } from './arrival-encoder.ts'
import type { BlockStoreLimits } from './block-store.ts'
import { readingAt } from './columns.ts'
import type { AnswerTo, QuestionOf, StoreProgress, StoreQuestion } from './store-protocol.ts'
import { StoreThread } from './store-thread.ts'
import type {
  BucketsAnswer,
  Horizons,
  LatestReading,
  RangeRequest,
  StoredReading,
  TimeSeriesStore,
} from './time-series.ts'

export interface EmbeddedStoreOptions {
  /** The SQLite file; its folder is made when missing. */
  readonly path: string
  readonly clock: Clock
  readonly limits?: Partial<BlockStoreLimits & { readonly sealAgeMs: number }>
}

export interface EmbeddedStoreStatus {
  /** `failing`: what is new stays in memory and in the journal; it is tried again by itself. */
  readonly state: 'ok' | 'failing' | 'stopped'
  readonly reason: string | null
  readonly hotReadings: number
  /** Blocks that could not be read when they were to be merged. */
  readonly damagedBlocks: number
}

const NOTHING_YET: StoreProgress = {
  nextOffset: 1,
  durableOffset: 1,
  hotReadings: 0,
  damagedBlocks: 0,
  trouble: null,
}

/**
 * The time series without a server: compressed blocks of a point and a span in an SQLite file of
 * its own, written and read by a thread of its own (docs/decisions/0002). What is new lives in the
 * thread's memory and in the journal until it is sealed: when it is `sealAgeMs` old, when there is
 * enough of it, and at `stop`.
 *
 * A thread that dies (out of memory, a bug) is replaced at the next call. What it had in memory is
 * then missing, so the next `write` is refused once, and the writer begins again at `nextOffset()`.
 */
export class EmbeddedStore implements TimeSeriesStore {
  readonly #path: string
  readonly #clock: Clock
  readonly #limits: BlockStoreLimits & { readonly sealAgeMs: number }
  #thread: StoreThread | null = null
  #opening: Promise<StoreThread> | null = null
  #stopping: Promise<void> | null = null
  #encoder = new ArrivalEncoder()
  #progress = NOTHING_YET
  #memoryWasLost = false
  #cancelSeal: (() => void) | null = null

  constructor({ path, clock, limits }: EmbeddedStoreOptions) {
    this.#path = path
    this.#clock = clock
    this.#limits = { ...TIME_SERIES_LIMITS, ...limits }
  }

  async start(): Promise<void> {
    await this.#open()
  }

  /** Seals what is in memory. Rejects when the disk refuses; nothing is lost, the journal has it. */
  stop(): Promise<void> {
    this.#stopping ??= this.#close()
    return this.#stopping
  }

  nextOffset(): number {
    return this.#progress.nextOffset
  }

  durableOffset(): number {
    return this.#progress.durableOffset
  }

  /**
   * Resolves when the readings can be asked for; they are durable when `durableOffset()` is past
   * them. One write at a time. After a rejection some of the batches may be in: begin again at `nextOffset()`.
   */
  async write(batches: readonly ReadingBatch[]): Promise<void> {
    const thread = await this.#open()
    if (this.#memoryWasLost) {
      this.#memoryWasLost = false
      throw new CodedError('timeseries_unavailable', 'What was in memory has to be given again.', {
        details: { reason: 'memory_lost', nextOffset: this.nextOffset() },
      })
    }
    const encoded = this.#encoder.encode(batches, this.nextOffset())
    const { columns, seriesNumbers } = encoded
    await thread.ask({ kind: 'write', ...encoded }, [
      columns.observedAtMs.buffer,
      columns.arrivedAtMs.buffer,
      columns.values.buffer,
      columns.flags.buffer,
      seriesNumbers.buffer,
    ])
    this.#sealLater()
  }

  async backfill(readings: readonly Reading[]): Promise<void> {
    const thread = await this.#open()
    const encoded = this.#encoder.encode([{ offset: 1, readings }], 1)
    await thread.ask({ kind: 'backfill', ...encoded })
  }

  async query(
    request: RangeRequest & { readonly limit: number; readonly order?: 'asc' | 'desc' },
  ): Promise<readonly StoredReading[]> {
    const { deviceId, point, fromMs, toMs, limit } = request
    if (limit > TIME_SERIES_LIMITS.readingsPerQueryMax) throw tooManyReadings()
    if (limit <= 0) return []
    const descending = request.order === 'desc'
    const columns = await this.#ask({
      kind: 'query',
      deviceId,
      point,
      fromMs,
      toMs,
      limit,
      descending,
    })
    const { count } = columns
    return Array.from({ length: count }, (_, index) =>
      readingAt(columns, descending ? count - 1 - index : index),
    )
  }

  aggregate(request: RangeRequest & { readonly everyMs: number }): Promise<BucketsAnswer> {
    const { deviceId, point, fromMs, toMs, everyMs } = request
    assert(everyMs > 0, 'A bucket is longer than nothing.')
    return this.#ask({ kind: 'aggregate', deviceId, point, fromMs, toMs, everyMs })
  }

  latest(deviceId?: string): Promise<readonly LatestReading[]> {
    return this.#ask({ kind: 'latest', deviceId: deviceId ?? null })
  }

  rollUp(beforeMs: number): Promise<number> {
    return this.#ask({ kind: 'rollUp', beforeMs })
  }

  retain(before: Horizons): Promise<number> {
    return this.#ask({ kind: 'retain', before })
  }

  stats(): Promise<{ readonly readings: number; readonly bytes: number }> {
    return this.#ask({ kind: 'stats' })
  }

  /** Makes everything durable now and merges what is due: for benchmarks, back-ups and tests. */
  async settle(): Promise<void> {
    await this.#ask({ kind: 'seal' })
    await this.#ask({ kind: 'settle' })
  }

  status(): EmbeddedStoreStatus {
    const { trouble, hotReadings, damagedBlocks } = this.#progress
    if (this.#stopping !== null) {
      return { state: 'stopped', reason: null, hotReadings, damagedBlocks }
    }
    const isRunning = this.#thread !== null && !this.#thread.hasEnded
    const reason = isRunning ? trouble : 'The thread of the time series is not running.'
    return { state: reason === null ? 'ok' : 'failing', reason, hotReadings, damagedBlocks }
  }

  async #ask<Kind extends StoreQuestion['kind']>(
    question: QuestionOf<Kind>,
  ): Promise<AnswerTo<Kind>> {
    const thread = await this.#open()
    if (thread.waitingCount >= TIME_SERIES_LIMITS.waitingRequestsMax) {
      throw new CodedError('timeseries_unavailable', 'Too many questions wait.', {
        details: { reason: 'overloaded' },
      })
    }
    return thread.ask<Kind>(question)
  }

  #open(): Promise<StoreThread> {
    if (this.#stopping !== null) {
      const stopped = new CodedError('timeseries_unavailable', 'The time series has stopped.', {
        details: { reason: 'stopped' },
      })
      return Promise.reject(stopped)
    }
    if (this.#thread !== null && !this.#thread.hasEnded) return Promise.resolve(this.#thread)
    this.#opening ??= this.#openThread().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #openThread(): Promise<StoreThread> {
    this.#memoryWasLost = this.#thread !== null
    await mkdir(dirname(this.#path), { recursive: true })
    const thread = new StoreThread((progress) => {
      this.#progress = progress
    })
    this.#encoder = new ArrivalEncoder()
    const { sealAgeMs: _, ...limits } = this.#limits
    try {
      await thread.ask({ kind: 'open', path: this.#path, limits })
    } catch (error) {
      await thread.terminate()
      throw error
    }
    this.#thread = thread
    return thread
  }

  async #close(): Promise<void> {
    this.#cancelSeal?.()
    this.#cancelSeal = null
    const thread = this.#thread ?? (await this.#opening)
    if (thread === null || thread.hasEnded) return
    try {
      await thread.ask({ kind: 'close' })
    } finally {
      await thread.ended
    }
  }

  /** From the first reading that is only in memory, `sealAgeMs`; again while any is left then. */
  #sealLater(): void {
    if (this.#cancelSeal !== null || this.#stopping !== null) return
    if (this.#progress.nextOffset === this.#progress.durableOffset) return
    this.#cancelSeal = this.#clock.wakeAt(this.#clock.nowMs() + this.#limits.sealAgeMs, () => {
      this.#cancelSeal = null
      if (this.#thread === null || this.#thread.hasEnded) return
      // A refusal shows in the progress, and the next turn tries again.
      void this.#thread.ask({ kind: 'seal' }).then(
        () => this.#sealLater(),
        () => this.#sealLater(),
      )
    })
  }
}

function tooManyReadings(): CodedError {
  const { readingsPerQueryMax } = TIME_SERIES_LIMITS
  return new CodedError(
    'timeseries_question_too_large',
    'More readings are asked for than allowed.',
    {
      details: { readingsPerQueryMax },
      hint: 'Ask for a shorter range, or for buckets.',
    },
  )
}
