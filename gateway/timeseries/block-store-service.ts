import { statSync } from 'node:fs'
import { CodedError } from '#alerting/errors.ts'
import { dayOf, startOfDay } from './block-file.ts'
import { type Arrivals, BlockStore } from './block-store.ts'
import { BucketFold } from './bucket-fold.ts'
import { type Columns, copyColumns, createColumns } from './columns.ts'
import type { MergeRequest, Slice } from './run-merge.ts'
import { planSources } from './source-plan.ts'
import type {
  EncodedBatches,
  StoreAnswer,
  StoreFailure,
  StoreMessage,
  StoreProgress,
  StoreQuestion,
  StoreRequest,
} from './store-protocol.ts'
import type { BucketsAnswer, Horizons, SourceStretch } from './time-series.ts'

/** A long question gives way to others this often. */
const TURN_MS = 8

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * What the thread of the embedded store does with each question. Questions are begun in the order
 * they come. Reading goes in turns of a few milliseconds, and between turns writes are taken and
 * sealing, merging and forgetting go on a step at a time; only blocks are not deleted while
 * somebody reads.
 */
export class BlockStoreService {
  readonly #send: (message: StoreMessage) => void
  #path = ''
  #store: BlockStore | null = null
  #isClosed = false
  /** From the asker's numbers of series to ours. */
  readonly #seriesIds: number[] = []
  #readers = 0
  #isStepping = false
  #trouble: string | null = null
  /** Those who wait for the background work to be done. */
  #waiting: Waiting[] = []

  constructor(send: (message: StoreMessage) => void) {
    this.#send = send
  }

  async handle({ id, question }: StoreRequest): Promise<void> {
    try {
      const answer = await this.#answer(question)
      this.#send({ id, ok: true, answer, progress: this.#progress() })
    } catch (error) {
      const failure = failureOf(error)
      if (question.kind === 'write') this.#trouble = failure.message
      this.#send({ id, ok: false, failure, progress: this.#progress() })
    }
    this.#stepSoon()
  }

  #answer(question: StoreQuestion): StoreAnswer | Promise<StoreAnswer> {
    switch (question.kind) {
      case 'open':
        this.#path = question.path
        this.#store = new BlockStore(question.path, question.limits)
        return null
      case 'write':
        return this.#write(question)
      case 'backfill':
        return this.#backfill(question)
      case 'seal':
        this.#opened().seal()
        return null
      case 'query':
        return this.#query(question)
      case 'aggregate':
        return this.#aggregate(question)
      case 'latest':
        return this.#opened().latest(question.deviceId ?? undefined)
      case 'rollUp':
        return this.#rollUp(question.beforeMs)
      case 'retain':
        return this.#retain(question.before)
      case 'stats':
        return { readings: this.#opened().readings, bytes: bytesOf(this.#path) }
      case 'settle':
        return this.#settled().then(() => null)
      case 'close':
        return this.#close()
      default:
        return question satisfies never
    }
  }

  #write(encoded: EncodedBatches): null {
    const store = this.#opened()
    const arrivals = this.#arrivals(encoded)
    let start = 0
    for (const { offset, end } of encoded.batches) {
      store.take(offset, arrivals, start, end)
      start = end
    }
    return null
  }

  async #backfill(encoded: EncodedBatches): Promise<null> {
    const store = this.#opened()
    store.takeBeside(this.#arrivals(encoded), 0, encoded.columns.count)
    while (store.hotReadings > 0) {
      store.seal()
      await this.#settled()
    }
    return null
  }

  #arrivals({ newSeries, columns, seriesNumbers }: EncodedBatches): Arrivals {
    const store = this.#opened()
    for (const { deviceId, point } of newSeries) {
      this.#seriesIds.push(store.findOrAddSeries(deviceId, point))
    }
    const seriesIds = new Uint32Array(seriesNumbers.length)
    for (let index = 0; index < seriesIds.length; index += 1) {
      seriesIds[index] = this.#seriesIds[seriesNumbers[index] as number] as number
    }
    return { columns, seriesIds }
  }

  async #query(question: StoreQuestion & { readonly kind: 'query' }): Promise<Columns> {
    const { limit, descending } = question
    const slices: Slice[] = []
    let count = 0
    await this.#read(question, (slice) => {
      const room = limit - count
      const length = Math.min(room, slice.end - slice.start)
      slices.push(
        descending
          ? { ...slice, start: slice.end - length }
          : { ...slice, end: slice.start + length },
      )
      count += length
      return count < limit
    })
    const answer = createColumns(count)
    let position = 0
    for (const { columns, start, end } of descending ? slices.reverse() : slices) {
      copyColumns(columns, { start, end }, answer, position)
      position += end - start
    }
    return answer
  }

  async #aggregate(
    question: StoreQuestion & { readonly kind: 'aggregate' },
  ): Promise<BucketsAnswer> {
    const store = this.#opened()
    const seriesId = store.findSeries(question.deviceId, question.point)
    if (seriesId === undefined || question.fromMs >= question.toMs) {
      return { buckets: [], sources: [] }
    }
    const sources = planSources(question, store.coverage(seriesId, question))
    const fold = new BucketFold(question)
    const takeWhole = fold.addWhole.bind(fold)
    for (const { resolution, fromMs, toMs } of sources) {
      const stretch = { ...question, fromMs, toMs, takeWhole }
      if (resolution !== 'raw')
        await this.#readRollups(seriesId, { resolution, fromMs, toMs }, fold)
      else {
        await this.#read(stretch, (slice) => {
          fold.add(slice)
          return true
        })
      }
    }
    return { buckets: fold.finish(), sources }
  }

  async #readRollups(
    seriesId: number,
    { resolution, ...span }: SourceStretch,
    fold: BucketFold,
  ): Promise<void> {
    if (resolution === 'raw') return
    let turnEndsAtMs = performance.now() + TURN_MS
    for (const bucket of this.#opened().readRollups(seriesId, resolution, span)) {
      fold.addBucket(bucket)
      if (performance.now() < turnEndsAtMs) continue
      await nextTurn()
      this.#opened()
      turnEndsAtMs = performance.now() + TURN_MS
    }
  }

  /** Hands out slices until there are no more or `take` says that it has enough. */
  async #read(
    request: MergeRequest & { readonly deviceId: string; readonly point: string },
    take: (slice: Slice) => boolean,
  ): Promise<void> {
    const store = this.#opened()
    const seriesId = store.findSeries(request.deviceId, request.point)
    if (seriesId === undefined) return
    this.#readers += 1
    try {
      let turnEndsAtMs = performance.now() + TURN_MS
      for (const slice of store.read(seriesId, request)) {
        if (!take(slice)) return
        if (performance.now() < turnEndsAtMs) continue
        await nextTurn()
        // Closing waits for nobody: the file is gone, and so is the reader's answer.
        this.#opened()
        turnEndsAtMs = performance.now() + TURN_MS
      }
    } finally {
      this.#readers -= 1
    }
  }

  /** Of what is in memory too: it is sealed first. */
  async #rollUp(beforeMs: number): Promise<number> {
    const store = this.#opened()
    const before = store.rolledUp
    const wanted = store.nextOffset
    while (store.durableOffset < wanted) {
      store.seal()
      await this.#settled()
    }
    store.rollUp(dayOf(beforeMs))
    while (store.isRollingUp) await this.#settled()
    return store.rolledUp - before
  }

  async #retain(before: Horizons): Promise<number> {
    const store = this.#opened()
    // Nothing can come between the last roll-up and forgetting: both are in one turn.
    await this.#rollUp(startOfDay(dayOf(before.raw) + 1))
    const forgottenBefore = store.forgotten
    store.forget(before)
    while (store.isForgetting) await this.#settled()
    return store.forgotten - forgottenBefore
  }

  #close(): null {
    const store = this.#opened()
    this.#isClosed = true
    this.#rejectWaiting(unavailable('The store is closed.', 'closed'))
    store.close()
    return null
  }

  #opened(): BlockStore {
    if (this.#store === null || this.#isClosed)
      throw unavailable('The store is not open.', 'closed')
    return this.#store
  }

  #settled(): Promise<void> {
    const settled = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }))
    this.#stepSoon()
    return settled
  }

  #stepSoon(): void {
    if (this.#isStepping || this.#isClosed) return
    this.#isStepping = true
    setImmediate(() => {
      this.#isStepping = false
      this.#step()
    })
  }

  #step(): void {
    const store = this.#store
    if (store === null || this.#isClosed) return
    const durableBefore = store.durableOffset
    try {
      const hasWorked = store.step(this.#readers === 0)
      const isWell = hasWorked ? store.durableOffset !== durableBefore : !store.isResting
      const wasInTrouble = this.#trouble !== null
      if (isWell) this.#trouble = null
      if (store.durableOffset !== durableBefore || (isWell && wasInTrouble)) this.#tell()
      if (hasWorked) this.#stepSoon()
      // While somebody reads, work may be left over: their answer steps again.
      else if (store.isResting)
        this.#rejectWaiting(unavailable(this.#trouble ?? 'It rests.', 'failed'))
      else if (this.#readers === 0) this.#resolveWaiting()
    } catch (error) {
      this.#trouble = failureOf(error).message
      this.#tell()
      this.#rejectWaiting(error)
    }
  }

  #resolveWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { resolve } of waiting) resolve()
  }

  #rejectWaiting(error: unknown): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { reject } of waiting) reject(error)
  }

  #tell(): void {
    this.#send({ id: null, progress: this.#progress() })
  }

  #progress(): StoreProgress | null {
    const store = this.#store
    if (store === null) return null
    return {
      nextOffset: store.nextOffset,
      durableOffset: store.durableOffset,
      hotReadings: store.hotReadings,
      damagedBlocks: store.damagedBlocks,
      trouble: this.#trouble,
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function bytesOf(path: string): number {
  return [path, `${path}-wal`].reduce(
    (total, file) => total + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}

function unavailable(message: string, reason: string): CodedError {
  return new CodedError('timeseries_unavailable', message, { details: { reason } })
}

/** SQLite's primary result codes that ask different things of an operator. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [5, 'in_use'],
  [8, 'read_only'],
  [11, 'file_damaged'],
  [13, 'disk_full'],
  [26, 'file_damaged'],
])

function failureOf(error: unknown): StoreFailure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof CodedError) return { code: error.code, message, details: error.details }
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : null
  const reason = errcode === null ? 'failed' : (REASONS.get(errcode & 0xff) ?? 'disk_refuses')
  return { code: 'timeseries_unavailable', message, details: { reason, errcode, said: message } }
}
