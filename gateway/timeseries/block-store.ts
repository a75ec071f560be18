import { BlockFile, dayOf, type StoreRow, startOfDay } from './block-file.ts'
import { ByteSink } from './byte-sink.ts'
import { ColumnRoom, type Columns } from './columns.ts'
import { HotTail } from './hot-tail.ts'
import type { MergeLimits } from './merge-plan.ts'
import { Merging, runOf } from './merging.ts'
import { RollingUp } from './rolling-up.ts'
import { type MergeRequest, mergeRuns, type Slice } from './run-merge.ts'
import { Sealing } from './sealing.ts'
import { SeriesDirectory } from './series-directory.ts'
import type { Coverage, Span } from './source-plan.ts'
import type { Bucket, Horizons, LatestReading } from './time-series.ts'

export interface BlockStoreLimits extends MergeLimits {
  readonly hotReadingsMax: number
  readonly dayGraceMs: number
}

/** Readings of many series in order of arrival, as one message brings them. */
export interface Arrivals {
  readonly columns: Columns
  readonly seriesIds: Uint32Array
}

/** One step of background work takes about this many readings: a few milliseconds. */
const READINGS_PER_STEP = 16_384
/** Of small merges more go in one transaction: neighbours share the pages that it writes. */
const READINGS_MERGED_PER_STEP = 65_536
const BLOCKS_FORGOTTEN_PER_STEP = 256
const ROLLUPS_FORGOTTEN_PER_STEP = 256

/**
 * The embedded store inside its thread: the hot tail in memory, sealed blocks in a file.
 *
 * - What arrives goes to the hot tail, and `nextOffset` moves on. The journal still keeps it.
 * - `seal` freezes the tail; another takes over. Steps encode the frozen one, and one transaction
 *   writes all its blocks together with the offset behind it: `durableOffset` moves on. A kill
 *   before leaves the file as it was, and the journal gives the readings again.
 * - Steps merge small blocks into larger ones, make roll-ups and delete what is forgotten.
 *
 * `step` does one small piece of that; whoever owns the store calls it while there is nothing more
 * urgent. Identity of a reading is (series, time): of several the one that arrived first is read,
 * wherever they lie; merging removes the others for good.
 */
export class BlockStore {
  readonly #limits: BlockStoreLimits
  readonly #file: BlockFile
  readonly #series = new SeriesDirectory()
  readonly #sink = new ByteSink()
  readonly #room = new ColumnRoom()
  readonly #merging: Merging
  readonly #rollingUp: RollingUp
  #store: StoreRow
  #seriesInFile = 0
  #nextOffset: number
  #hot: HotTail
  #spare: HotTail | null = null
  #sealing: Sealing | null = null
  #isResting = false
  #isForgetting = false
  #forgotten = 0
  #minutesGoneBeforeDay = Number.NEGATIVE_INFINITY
  #finishedBeforeDay = Number.NEGATIVE_INFINITY
  #lastArrivedAtMs = Number.NEGATIVE_INFINITY

  constructor(path: string, limits: BlockStoreLimits) {
    this.#limits = limits
    this.#file = new BlockFile(path)
    this.#store = this.#file.readStore()
    this.#nextOffset = this.#store.nextOffset
    this.#hot = new HotTail(limits.hotReadingsMax)
    this.#loadSeries()
    this.#merging = new Merging(this.#file, limits)
    this.#rollingUp = new RollingUp(this.#file)
    this.#finishPastDays()
  }

  /** Seals what there is and closes the file; after an error the file is closed all the same. */
  close(): void {
    try {
      this.#sealAll()
    } finally {
      this.#file.close()
    }
  }

  get nextOffset(): number {
    return this.#nextOffset
  }

  get durableOffset(): number {
    return this.#store.nextOffset
  }

  get hotReadings(): number {
    return this.#hot.count + (this.#sealing?.tail.count ?? 0)
  }

  /** A step failed; nothing more is tried until `seal` or `forget`, or until a full tail made it through. */
  get isResting(): boolean {
    return this.#isResting
  }

  get isForgetting(): boolean {
    return this.#isForgetting
  }

  get readings(): number {
    return this.#store.readings + this.hotReadings
  }

  /** How many readings `forget` has removed since the start, about. */
  get forgotten(): number {
    return this.#forgotten
  }

  get isRollingUp(): boolean {
    return this.#rollingUp.isUnderWay
  }

  /** How many days of a series were rolled up since the start. */
  get rolledUp(): number {
    return this.#rollingUp.made
  }

  get damagedBlocks(): number {
    return this.#merging.damagedBlocks
  }

  findSeries(deviceId: string, point: string): number | undefined {
    return this.#series.find(deviceId, point)
  }

  findOrAddSeries(deviceId: string, point: string): number {
    return this.#series.findOrAdd(deviceId, point)
  }

  latest(deviceId?: string): readonly LatestReading[] {
    for (const id of this.#series.idsOf(deviceId)) {
      for (const tail of this.#tails) {
        const newest = tail.newest(id)
        if (newest !== null) this.#series.observe(id, newest)
      }
    }
    return this.#series.latest(this.#store.forgottenBeforeMs, deviceId)
  }

  /**
   * Takes `arrivals[start, end)` as the batch `offset`; one that was taken before is passed over. When the
   * tail is full it is sealed on the spot; if the file refuses, this throws, and the batch may be given again.
   */
  take(offset: number, arrivals: Arrivals, start: number, end: number): void {
    if (offset < this.#nextOffset) return
    const { capacity } = this.#hot
    // A batch is sealed as a whole, so that what is durable ends with it; one larger than the
    // tail is not, and repeats of it after a kill are recognised by their times.
    if (end - start <= capacity && this.#hot.count + end - start > capacity) this.#makeRoom()
    this.takeBeside(arrivals, start, end)
    this.#nextOffset = offset + 1
  }

  /** Takes `arrivals[start, end)` without moving `nextOffset`: they are in no journal, and durable when they are sealed. */
  takeBeside(arrivals: Arrivals, start: number, end: number): void {
    const { observedAtMs, arrivedAtMs } = arrivals.columns
    const { forgottenBeforeMs } = this.#store
    let from = start
    for (let index = start; index < end; index += 1) {
      const arrived = arrivedAtMs[index] as number
      if (arrived > this.#lastArrivedAtMs) this.#lastArrivedAtMs = arrived
      if ((observedAtMs[index] as number) < forgottenBeforeMs) {
        this.#append(arrivals, from, index)
        from = index + 1
      }
    }
    this.#append(arrivals, from, end)
  }

  #append({ columns, seriesIds }: Arrivals, start: number, end: number): void {
    let from = start
    while (from < end) {
      if (this.#hot.count === this.#hot.capacity) this.#makeRoom()
      const to = Math.min(end, from + this.#hot.capacity - this.#hot.count)
      this.#hot.append(columns, seriesIds, from, to)
      from = to
    }
  }

  /** Begins to seal what is in memory; `step` does it. After a refusal, tries again. */
  seal(): void {
    this.#isResting = false
    if (this.#sealing === null && this.#hasUnsealed) this.#freeze()
  }

  /** Slices of one series in [fromMs, toMs), in order. What is sealed meanwhile changes nothing in them; merging would. */
  read(seriesId: number, request: MergeRequest): Generator<Slice> {
    const fromMs = Math.max(request.fromMs, this.#store.forgottenBeforeMs)
    const heads = this.#file.heads(seriesId, fromMs, request.toMs)
    const runs = heads.map((head) => runOf(this.#file, head))
    if (this.#sealing !== null) runs.push(...this.#sealing.tail.runs(seriesId, this.#sealing.age))
    runs.push(...this.#hot.runs(seriesId, this.#store.nextAge + 1))
    return mergeRuns(runs, { ...request, fromMs })
  }

  /** Where `readRollups` gives what `read` would, within the range, and what is gone. */
  coverage(seriesId: number, span: Span): Coverage {
    return this.#rollingUp.coverage(seriesId, span, {
      store: this.#store,
      hotDays: this.#hotDays(seriesId),
    })
  }

  readRollups(seriesId: number, resolution: 'minute' | 'hour', span: Span): Generator<Bucket> {
    return this.#rollingUp.read(seriesId, resolution, span)
  }

  /** Steps make the roll-ups of all days before `day` of what is sealed. */
  rollUp(day: number): void {
    if (day > this.#store.rolledBeforeDay) {
      const store = { ...this.#store, rolledBeforeDay: day }
      this.#file.writeStore(store, () =>
        this.#file.rollups.markDays(this.#store.rolledBeforeDay, day),
      )
      this.#store = store
    }
    this.#isResting = false
    this.#rollingUp.begin()
  }

  /**
   * From now on nothing observed before is known; steps give the room back. Whoever calls this has rolled up
   * what goes.
   */
  forget(before: Horizons): void {
    const { forgottenBeforeMs, minutesGoneBeforeMs, hoursGoneBeforeMs } = this.#store
    const store = {
      ...this.#store,
      forgottenBeforeMs: Math.max(before.raw, forgottenBeforeMs),
      minutesGoneBeforeMs: Math.max(startOfDay(dayOf(before.minute)), minutesGoneBeforeMs),
      hoursGoneBeforeMs: Math.max(startOfDay(dayOf(before.hour)), hoursGoneBeforeMs),
    }
    if (before.raw > forgottenBeforeMs) {
      this.#forgotten += this.#hot.countBefore(before.raw)
      this.#forgotten += this.#sealing?.tail.countBefore(before.raw) ?? 0
    }
    this.#file.writeStore(store)
    this.#store = store
    this.#isResting = false
    this.#isForgetting = true
  }

  /**
   * One small piece of work; false when there is none. Blocks are deleted only when `mayDelete`:
   * not while a reader is under way. Throws what the file throws, and then rests until `seal` or
   * `forget` is called.
   */
  step(mayDelete: boolean): boolean {
    if (this.#isResting) return false
    try {
      return (
        this.#sealSome() ||
        (mayDelete && (this.#forgetSome() || this.#rollSome() || this.#mergeSome()))
      )
    } catch (error) {
      this.#isResting = true
      throw error
    }
  }

  #sealSome(): boolean {
    if (this.#sealing === null) return false
    this.#sealing.encode(READINGS_PER_STEP, this.#sink, this.#room)
    if (this.#sealing.isEncoded) this.#commit(this.#sealing)
    return true
  }

  #forgetSome(): boolean {
    if (!this.#isForgetting) return false
    const beforeMs = this.#store.forgottenBeforeMs
    const heads = this.#file.outdated(beforeMs, BLOCKS_FORGOTTEN_PER_STEP)
    const readings = heads.reduce((total, head) => total + head.count, 0)
    const store = { ...this.#store, readings: this.#store.readings - readings }
    if (heads.length > 0) this.#file.replace({ outdated: heads, blocks: [], finals: [] }, store)
    this.#store = store
    this.#forgotten += readings
    const areRollupsLeft = this.#forgetSomeRollups()
    this.#isForgetting = heads.length === BLOCKS_FORGOTTEN_PER_STEP || areRollupsLeft
    return true
  }

  #forgetSomeRollups(): boolean {
    const minuteDay = dayOf(this.#store.minutesGoneBeforeMs)
    const hourDay = dayOf(this.#store.hoursGoneBeforeMs)
    let gone = 0
    this.#file.transact(() => {
      const limit = ROLLUPS_FORGOTTEN_PER_STEP
      gone = this.#file.rollups.forgetRows(hourDay, limit)
      gone += this.#file.rollups.forgetMinutes(this.#minutesGoneBeforeDay, minuteDay, limit)
    })
    if (gone === 0) this.#minutesGoneBeforeDay = minuteDay
    return gone > 0
  }

  #rollSome(): boolean {
    if (!this.#rollingUp.isUnderWay) return false
    this.#rollingUp.step(this.#store.forgottenBeforeMs, READINGS_PER_STEP)
    return true
  }

  #mergeSome(): boolean {
    if (!this.#merging.isDue) return false
    this.#store = this.#merging.step(this.#store, READINGS_MERGED_PER_STEP)
    return true
  }

  /** The full tail makes way: frozen at once, or as soon as the one before it is in the file. */
  #makeRoom(): void {
    while (this.#sealing !== null) this.#sealSome()
    this.#freeze()
  }

  #sealAll(): void {
    while (this.#sealing !== null) this.#sealSome()
    if (this.#hasUnsealed) this.#freeze()
    while (this.#sealing !== null) this.#sealSome()
  }

  get #hasUnsealed(): boolean {
    return this.#nextOffset > this.#store.nextOffset || this.#hot.count > 0
  }

  #freeze(): void {
    this.#sealing = new Sealing({
      tail: this.#hot,
      age: this.#store.nextAge,
      nextOffset: this.#nextOffset,
      forgottenBeforeMs: this.#store.forgottenBeforeMs,
      readingsPerBlockMax: this.#limits.readingsPerBlockMax,
    })
    this.#hot = this.#spare ?? new HotTail(this.#limits.hotReadingsMax)
    this.#spare = null
  }

  #commit(sealing: Sealing): void {
    const rows = this.#series.rows.slice(this.#seriesInFile + 1)
    const readings = sealing.blocks.reduce((total, block) => total + block.summary.count, 0)
    const store: StoreRow = {
      ...this.#store,
      nextOffset: sealing.nextOffset,
      nextAge: sealing.age + 1,
      readings: this.#store.readings + readings,
    }
    const newSeries = rows.filter((row) => row !== undefined)
    const staleDays = sealing.blocks
      .map(({ seriesId, summary }) => ({ seriesId, day: dayOf(summary.firstAtMs) }))
      .filter(({ day }) => day < store.rolledBeforeDay)
    const { blocks, latest } = sealing
    this.#file.seal({ newSeries, blocks, latest, staleDays, store })
    this.#store = store
    this.#isResting = false
    this.#seriesInFile += rows.length
    this.#sealing = null
    sealing.tail.clear()
    this.#spare = sealing.tail
    for (const block of sealing.blocks) this.#merging.sealed(block)
    for (const { seriesId, reading } of sealing.latest) this.#series.observeRow(seriesId, reading)
    this.#finishPastDays()
  }

  /** In the order in which they were filled. */
  get #tails(): readonly HotTail[] {
    return this.#sealing === null ? [this.#hot] : [this.#sealing.tail, this.#hot]
  }

  #hotDays(seriesId: number): readonly number[] {
    return this.#tails.flatMap((tail) =>
      tail.runs(seriesId, this.#store.nextAge).map(({ firstAtMs }) => dayOf(firstAtMs)),
    )
  }

  /** Once a day: what buffering devices brought has come, small blocks of past days are done with. */
  #finishPastDays(): void {
    const day = dayOf(this.#lastArrivedAtMs - this.#limits.dayGraceMs)
    if (day <= this.#finishedBeforeDay) return
    this.#finishedBeforeDay = day
    for (const due of this.#file.unfinished(day)) this.#merging.finish(due.seriesId, due.day)
  }

  #loadSeries(): void {
    const rows = this.#file.readSeries()
    this.#series.load(rows)
    this.#seriesInFile = rows.reduce((most, row) => Math.max(most, row.id), 0)
    for (const { id, latest } of rows) {
      if (latest === null) continue
      this.#series.observeRow(id, latest)
      this.#lastArrivedAtMs = Math.max(this.#lastArrivedAtMs, latest[1] ?? 0)
    }
  }
}
