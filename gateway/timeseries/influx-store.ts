import assert from 'node:assert/strict'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { Reading, ReadingBatch } from '#alerting/reading.ts'
import { INFLUX_LIMITS, TIME_SERIES_LIMITS } from '#config/limits.ts'
import { tooManyBuckets } from './bucket-fold.ts'
import { HOUR_MS, joinBuckets } from './buckets.ts'
import { InfluxBatch, type RefusedReadings } from './influx-batch.ts'
import { isNotFound, unavailable } from './influx-errors.ts'
import { FirstWins } from './influx-first-wins.ts'
import { type RollupPiece, RollupState } from './influx-rollups.ts'
import { TIME_MS_MAX, TIME_MS_MIN } from './influx-schema.ts'
import type { InfluxServer } from './influx-server.ts'
import { planSources } from './source-plan.ts'
import type {
  BucketsAnswer,
  Horizons,
  LatestReading,
  RangeRequest,
  Resolution,
  StoredReading,
  TimeSeriesStore,
} from './time-series.ts'

export type RetentionDays = Readonly<Record<Resolution, number>>

export interface InfluxStoreOptions {
  readonly clock: Clock
  readonly logger: Pick<BaseLogger, 'warn' | 'error'>
  /**
   * Who writes: the progress is kept under this name. It must live and die with the journal, and two
   * gateways that write into one database need two.
   */
  readonly writerId: string
  /** What the journal holds at start; a stored progress beyond its end belongs to another journal. */
  readonly journal?: { readonly firstOffset: number; readonly nextOffset: number }
  /** Null: everything is kept until `retain`. */
  readonly retentionDays?: RetentionDays | null
  /**
   * Readings that InfluxDB refuses for good while it takes others; the progress passes them when the
   * returned promise resolves. May be told again after a crash or a failed write. Without it they
   * are logged as errors.
   */
  readonly onRefusedReadings?: (refused: readonly RefusedReadings[]) => void | Promise<void>
}

const NO_JOURNAL = { firstOffset: 1, nextOffset: Number.POSITIVE_INFINITY }

/**
 * The time series in InfluxDB, whichever version `server` speaks to. The journal is its buffer: a write
 * is tried once, and what fails is given again by the writer.
 *
 * A write is: the readings that are not there yet (see `FirstWins`), then the progress. A crash between
 * the two gives the same readings again, which are found to be there. InfluxDB acknowledges what is
 * in its write-ahead log, on disk; so whatever is acknowledged is durable.
 *
 * InfluxDB may be away when the gateway starts, or any time: `start` resolves all the same, and the
 * first write that gets through learns how far the writing was. Until then `nextOffset()` is the
 * beginning of the journal, and batches that turn out to be written are passed over.
 */
export class InfluxStore implements TimeSeriesStore {
  readonly #server: InfluxServer
  readonly #options: InfluxStoreOptions
  readonly #journal: NonNullable<InfluxStoreOptions['journal']>
  readonly #firstWins: FirstWins
  #nextOffset: number
  #durableOffset = 1
  readonly #rollups = new RollupState()
  #goneBefore: Horizons = {
    raw: Number.NEGATIVE_INFINITY,
    minute: Number.NEGATIVE_INFINITY,
    hour: Number.NEGATIVE_INFINITY,
  }
  #rollingUp: Promise<unknown> = Promise.resolve()
  #saving: Promise<unknown> = Promise.resolve()
  #savedOffset = 1
  #isConnected = false
  #connecting: Promise<void> | null = null
  #isStopped = false
  /** The server asked to be left alone until then. */
  #heldUntilMs = Number.NEGATIVE_INFINITY

  constructor(server: InfluxServer, options: InfluxStoreOptions) {
    this.#server = server
    this.#options = options
    this.#journal = options.journal ?? NO_JOURNAL
    this.#firstWins = new FirstWins(server)
    this.#nextOffset = this.#journal.firstOffset
  }

  /** Never rejects for the server's sake, and waits for it no longer than `startDurationMsMax`. */
  async start(): Promise<void> {
    const { clock, logger } = this.#options
    let cancel: () => void = () => undefined
    const isLate = new Promise<'late'>((resolve) => {
      cancel = clock.wakeAt(clock.nowMs() + INFLUX_LIMITS.startDurationMsMax, () => resolve('late'))
    })
    try {
      const outcome = await Promise.race([this.#connect(), isLate])
      if (outcome === 'late') logger.warn('InfluxDB is slow; starting without it')
    } catch (error) {
      logger.warn({ err: error }, 'InfluxDB cannot be used yet; readings wait in the journal')
    } finally {
      cancel()
    }
  }

  /** Breaks off what is under way: the journal has it. */
  stop(): Promise<void> {
    this.#isStopped = true
    this.#server.close()
    return Promise.resolve()
  }

  nextOffset(): number {
    return this.#nextOffset
  }

  durableOffset(): number {
    return this.#durableOffset
  }

  async write(batches: readonly ReadingBatch[]): Promise<void> {
    const { clock } = this.#options
    if (clock.nowMs() < this.#heldUntilMs) {
      const untilMs = this.#heldUntilMs
      throw unavailable('held', 'InfluxDB asked not to be written to for a while.', { untilMs })
    }
    try {
      await this.#connect()
      await this.#write(batches.filter(({ offset }) => offset >= this.#nextOffset))
    } catch (error) {
      // Somebody removed the database: the next write makes it again, and nothing is in it then.
      if (isNotFound(error)) this.#disconnect()
      this.#hold(error)
      throw error
    }
  }

  async backfill(readings: readonly Reading[]): Promise<void> {
    await this.#connect()
    const refusals = await this.#store(readings)
    if (refusals.length > 0) await this.#putAside(refusals)
    await this.#saveProgress()
  }

  async query(
    request: RangeRequest & { readonly limit: number; readonly order?: 'asc' | 'desc' },
  ): Promise<readonly StoredReading[]> {
    const { readingsPerQueryMax } = TIME_SERIES_LIMITS
    if (request.limit > readingsPerQueryMax) {
      throw new CodedError(
        'timeseries_question_too_large',
        'More readings are asked for than allowed.',
        { details: { readingsPerQueryMax }, hint: 'Ask for a shorter range, or for buckets.' },
      )
    }
    if (request.limit <= 0 || request.fromMs >= request.toMs) return []
    await this.#connect()
    return this.#wholeReadings({ ...request, order: request.order ?? 'asc' })
  }

  async aggregate(request: RangeRequest & { readonly everyMs: number }): Promise<BucketsAnswer> {
    assert(request.everyMs > 0, 'A bucket is longer than nothing.')
    if (request.fromMs >= request.toMs) return { buckets: [], sources: [] }
    await this.#connect()
    const sources = planSources(request, this.#rollups.coverage(request, this.#goneBefore))
    const answers = await Promise.all(
      sources.map((stretch) => this.#server.aggregate({ ...request, ...stretch })),
    )
    const buckets = joinBuckets(answers.flat())
    if (buckets.length > TIME_SERIES_LIMITS.bucketsPerQueryMax) throw tooManyBuckets()
    return { buckets, sources }
  }

  async latest(deviceId?: string): Promise<readonly LatestReading[]> {
    await this.#connect()
    const points = await this.#server.latest(deviceId ?? null)
    const latest = points.map(async ({ reading, ...series }) => {
      const always = { fromMs: TIME_MS_MIN, toMs: TIME_MS_MAX, limit: 1, order: 'desc' } as const
      const readings = reading === null ? await this.query({ ...series, ...always }) : [reading]
      return readings.map((each) => ({ ...series, ...each }))
    })
    return (await Promise.all(latest)).flat()
  }

  /** One at a time: the next one finds what is left. */
  rollUp(beforeMs: number): Promise<number> {
    const turn = this.#rollingUp.then(
      () => this.#rollUp(beforeMs),
      () => this.#rollUp(beforeMs),
    )
    this.#rollingUp = turn.catch(() => undefined)
    return turn
  }

  /** What comes for that time later is passed over from now on, then what is there goes. */
  async retain(before: Horizons): Promise<number> {
    await this.rollUp(Math.ceil(before.raw / HOUR_MS) * HOUR_MS)
    this.#goneBefore = {
      raw: Math.max(before.raw, this.#goneBefore.raw),
      minute: Math.max(before.minute, this.#goneBefore.minute),
      hour: Math.max(before.hour, this.#goneBefore.hour),
    }
    this.#rollups.forget(this.#goneBefore.raw)
    await this.#saveProgress()
    const gone = await this.#server.deleteReadingsBefore(before.raw)
    for (const resolution of ['minute', 'hour'] as const) {
      if (!Number.isFinite(before[resolution])) continue
      await this.#server.deleteRollupsBefore(resolution, before[resolution])
    }
    return gone
  }

  async stats(): Promise<{ readonly readings: number; readonly bytes: number }> {
    await this.#connect()
    return this.#server.stats()
  }

  /**
   * InfluxDB shows the fields of a point one by one while it is being written. Such a point is not
   * acknowledged yet and is left out, but must not take the place of one that is.
   */
  async #wholeReadings(
    request: RangeRequest & { readonly limit: number; readonly order: 'asc' | 'desc' },
  ): Promise<readonly StoredReading[]> {
    for (let limit = request.limit; ; limit *= 2) {
      const points = await this.#server.query({ ...request, limit })
      const readings = points.filter((reading) => reading !== null)
      if (readings.length >= request.limit || points.length < limit) {
        return readings.slice(0, request.limit)
      }
    }
  }

  async #write(batches: readonly ReadingBatch[]): Promise<void> {
    const lastOffset = batches.at(-1)?.offset
    if (lastOffset === undefined) return
    const refusals = await this.#store(batches.flatMap(({ readings }) => readings))
    if (refusals.length > 0) await this.#putAside(refusals)
    await this.#saveProgress(lastOffset + 1)
    this.#nextOffset = lastOffset + 1
    this.#durableOffset = this.#nextOffset
  }

  /** Those that are not there yet; returns what InfluxDB does not want. */
  async #store(readings: readonly Reading[]): Promise<readonly RefusedReadings[]> {
    const beforeMs = this.#goneBefore.raw
    const kept = Number.isFinite(beforeMs)
      ? readings.filter(({ observedAtMs }) => observedAtMs >= beforeMs)
      : readings
    // All of them: those that are there already may have come without the progress being saved.
    this.#rollups.mark(kept, beforeMs)
    const { news, remember } = await this.#firstWins.select(kept)
    const refusals = await new InfluxBatch(this.#server).write(news)
    remember(new Set(refusals.flatMap((refusal) => refusal.readings)))
    return refusals
  }

  async #putAside(refusals: readonly RefusedReadings[]): Promise<void> {
    const { onRefusedReadings, logger } = this.#options
    if (onRefusedReadings !== undefined) {
      await onRefusedReadings(refusals)
      return
    }
    for (const { readings, reason } of refusals) {
      logger.error({ readings, reason }, 'InfluxDB refuses readings for good')
    }
  }

  async #rollUp(beforeMs: number): Promise<number> {
    await this.#connect()
    const untilMs = Math.floor(beforeMs / HOUR_MS) * HOUR_MS
    let made = 0
    for (;;) {
      const piece = this.#rollups.nextStale(untilMs) ?? (await this.#nextPiece(untilMs))
      if (piece === null) break
      const done = this.#rollups.begin(piece)
      await this.#server.rollUp(piece)
      done()
      await this.#saveProgress()
      made += 1
    }
    return made
  }

  /** The next hours that were never made; where there are no readings, none. */
  async #nextPiece(untilMs: number): Promise<RollupPiece | null> {
    const { rolledBeforeMs } = this.#rollups
    if (rolledBeforeMs >= untilMs) return null
    // Readings that come for it from now on are marked.
    this.#rollups.begin({ fromMs: rolledBeforeMs, toMs: untilMs, deviceIds: null })
    const firstMs = await this.#server.firstTime(Math.max(rolledBeforeMs, TIME_MS_MIN))
    if (firstMs === null || firstMs >= untilMs) {
      this.#rollups.advance(untilMs)
      await this.#saveProgress()
      return null
    }
    const fromMs = Math.floor(firstMs / HOUR_MS) * HOUR_MS
    this.#rollups.advance(fromMs)
    const toMs = Math.min(fromMs + INFLUX_LIMITS.rollUpHoursMax * HOUR_MS, untilMs)
    return { fromMs, toMs, deviceIds: null }
  }

  /** One after the other: an older state must not come to lie over a newer one. */
  #saveProgress(nextOffset?: number): Promise<void> {
    const turn = this.#saving.then(() => {
      const retainedBeforeMs = this.#goneBefore.raw
      this.#savedOffset = nextOffset ?? this.#savedOffset
      return this.#server.saveProgress({
        nextOffset: this.#savedOffset,
        retainedBeforeMs: Number.isFinite(retainedBeforeMs) ? retainedBeforeMs : null,
        rollups: this.#rollups.toText(),
      })
    })
    this.#saving = turn.catch(() => undefined)
    return turn
  }

  #connect(): Promise<void> {
    if (this.#isStopped) {
      return Promise.reject(unavailable('stopped', 'The time series has stopped.', {}))
    }
    if (this.#isConnected) return Promise.resolve()
    this.#connecting ??= this.#learnProgress().finally(() => {
      this.#connecting = null
    })
    return this.#connecting
  }

  async #learnProgress(): Promise<void> {
    await this.#server.prepare()
    const progress = await this.#server.progress()
    const { firstOffset, nextOffset: journalEnd } = this.#journal
    const stored = progress?.nextOffset ?? 1
    // Of a journal that lost its end, or of another one: what is there is found when it is given again.
    const isOurs = stored <= Math.max(journalEnd, this.#nextOffset)
    this.#durableOffset = isOurs ? stored : 1
    this.#nextOffset = Math.max(firstOffset, this.#durableOffset)
    this.#savedOffset = this.#durableOffset
    const raw = progress?.retainedBeforeMs ?? this.#goneBefore.raw
    this.#goneBefore = { ...this.#goneBefore, raw }
    if (typeof progress?.rollups === 'string') this.#rollups.add(progress.rollups)
    this.#isConnected = true
  }

  #disconnect(): void {
    this.#isConnected = false
    this.#firstWins.forget()
    this.#rollups.clear()
  }

  #hold(error: unknown): void {
    if (!(error instanceof CodedError)) return
    const { retryAfterMs } = error.details
    if (typeof retryAfterMs !== 'number') return
    this.#heldUntilMs = this.#options.clock.nowMs() + retryAfterMs
  }
}
