import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { ReadingBatch } from '#alerting/reading.ts'
import { columnsOf } from '#alerting/reading-columns.ts'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import type { Journal } from '../journal/journal.ts'
import type { TimeSeriesStore } from './time-series.ts'

/** `retrying`: the store refuses; the readings wait in the journal, nothing is thrown away. */
export type WriterState = 'ok' | 'retrying' | 'stopped'

/** What is journaled and not in the store yet. */
export interface WriterBacklog {
  readonly batches: number
  /** Exact for what has been read from the journal; beyond that batches of the usual size are assumed. */
  readonly readings: number
  /** Since the oldest of them arrived. */
  readonly ageMs: number
}

export interface WriterRefusal {
  /** The `reason` in the details of the store's error (`timeout`, `auth`, `disk_full`, …), else `unknown`. */
  readonly kind: string
  /** What the server or the disk said, in its own words; null: nothing beyond the kind. */
  readonly said: string | null
}

export interface WriterStatus {
  readonly state: WriterState
  /** Why the store took nothing last, while `retrying`. */
  readonly refusal: WriterRefusal | null
  readonly retryingSinceMs: number | null
  readonly backlog: WriterBacklog
}

/** All that is asked of a store here. */
export type WritableStore = Pick<TimeSeriesStore, 'nextOffset' | 'durableOffset' | 'write'>

export interface TimeSeriesWriterOptions {
  readonly journal: Pick<Journal, 'follow' | 'release' | 'status'>
  readonly store: WritableStore
  readonly clock: Clock
  /** From 0 to below 1; spreads retries, so that gateways do not come back all at once. */
  readonly random: () => number
}

type Step =
  | { readonly kind: 'batch'; readonly batch: ReadingBatch }
  | { readonly kind: 'end' }
  | { readonly kind: 'written' }
  | { readonly kind: 'failure'; readonly error: unknown }

const NOTHING = { batches: 0, readings: 0 }

/**
 * Carries readings from the journal to the store, whichever that is. It follows the journal from
 * `store.nextOffset()`, gathers batches until they are many or old enough, and writes; the next are
 * gathered while a write is under way, so that at most two writes' worth is in memory. A write that
 * fails is repeated for ever, waiting longer each time, always from where the store then says it is.
 * What is durable in the store is released in the journal. Nothing here holds up ingest or rules.
 */
export class TimeSeriesWriter {
  readonly #journal: TimeSeriesWriterOptions['journal']
  readonly #store: WritableStore
  readonly #clock: Clock
  readonly #random: () => number
  readonly #stop = new AbortController()
  readonly #listeners: ((status: WriterStatus) => void)[] = []
  #running: Promise<void> | null = null
  #state: WriterState = 'stopped'
  #refusal: WriterRefusal | null = null
  #retryingSinceMs: number | null = null
  #failures = 0
  #gathered: ReadingBatch[] = []
  #gatheredReadings = 0
  #gatheredSinceMs = 0
  #underWay = NOTHING
  /** Kept over a failed write, although the batches are read again then. */
  #oldestArrivedAtMs: number | null = null
  #batchesSeen = 0
  #readingsSeen = 0
  #releasedOffset = 0
  #cancelRelease: (() => void) | null = null

  constructor({ journal, store, clock, random }: TimeSeriesWriterOptions) {
    this.#journal = journal
    this.#store = store
    this.#clock = clock
    this.#random = random
  }

  /** Journal and store are started. Tells the journal at once how far the store is. */
  start(): void {
    if (this.#running !== null) return
    this.#change('ok', null)
    this.#release()
    this.#releaseLater()
    this.#running = this.#run()
  }

  /** Resolves when the write under way is over. What was not written stays in the journal. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#cancelRelease?.()
    await this.#running
    this.#release()
  }

  status(): WriterStatus {
    return {
      state: this.#state,
      refusal: this.#refusal,
      retryingSinceMs: this.#retryingSinceMs,
      backlog: this.#backlog(),
    }
  }

  /** Called after every change of `state`. */
  onStateChange(listener: (status: WriterStatus) => void): void {
    this.#listeners.push(listener)
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#carry()
        break
      } catch (error) {
        this.#failures += 1
        this.#change('retrying', refusalOf(error))
        await this.#wait(this.#retryDelayMs())
      }
    }
    this.#change('stopped', null)
  }

  /** Until the journal ends or this is stopped; throws what the store or the journal throws. */
  async #carry(): Promise<void> {
    const attempt = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, attempt.signal])
    // A store that is new, or was away, may ask for what the journal has let go already.
    const offset = Math.max(this.#store.nextOffset(), this.#journal.status().firstOffset)
    const batches = this.#journal.follow(offset, { signal })[Symbol.asyncIterator]()
    let next: Promise<Step> | null = pull(batches)
    let write: Promise<Step> | null = null
    this.#forgetGathered()
    try {
      while (next !== null || write !== null || this.#gathered.length > 0) {
        if (write === null && this.#isDue(next)) write = this.#write()
        const step = await this.#nextStep(next, write)
        if (step?.kind === 'failure' && !signal.aborted) throw step.error
        if (this.#stop.signal.aborted) return
        if (step?.kind === 'written') write = null
        if (step?.kind === 'end') next = null
        if (step?.kind === 'batch') {
          this.#keep(step.batch)
          next = pull(batches)
        }
      }
    } finally {
      attempt.abort()
      // Nobody is left who reads: the outcome of the last step does not matter any more.
      await next
      await write
    }
  }

  /** What happens first; null when what was gathered has become old enough. */
  async #nextStep(next: Promise<Step> | null, write: Promise<Step> | null): Promise<Step | null> {
    const isBounded = this.#isFull() && write !== null
    const steps = [isBounded ? null : next, write].filter((step) => step !== null)
    if (write !== null || this.#gathered.length === 0) return Promise.race(steps)
    let cancel: () => void = () => undefined
    const isOld = new Promise<null>((resolve) => {
      cancel = this.#clock.wakeAt(this.#gatheredSinceMs + TIME_SERIES_LIMITS.writeAgeMsMax, () =>
        resolve(null),
      )
    })
    try {
      return await Promise.race([...steps, isOld])
    } finally {
      cancel()
    }
  }

  #keep(batch: ReadingBatch): void {
    if (this.#gathered.length === 0) this.#gatheredSinceMs = this.#clock.nowMs()
    const { length, arrivedAtMs } = columnsOf(batch)
    this.#oldestArrivedAtMs ??= arrivedAtMs[0] ?? null
    this.#gathered.push(batch)
    this.#gatheredReadings += length
    this.#batchesSeen += 1
    this.#readingsSeen += length
  }

  /** Whether what was gathered is to be written: enough, old enough, or nothing follows. */
  #isDue(next: Promise<Step> | null): boolean {
    if (this.#gathered.length === 0) return false
    const isOld = this.#clock.nowMs() >= this.#gatheredSinceMs + TIME_SERIES_LIMITS.writeAgeMsMax
    return this.#isFull() || isOld || next === null
  }

  #isFull(): boolean {
    return this.#gatheredReadings >= TIME_SERIES_LIMITS.readingsPerWriteMax
  }

  #forgetGathered(): void {
    this.#gathered = []
    this.#gatheredReadings = 0
  }

  /** Begins the one write under way; what comes meanwhile is gathered for the next. Never rejects. */
  async #write(): Promise<Step> {
    const batches = this.#gathered
    this.#underWay = { batches: batches.length, readings: this.#gatheredReadings }
    this.#forgetGathered()
    try {
      await this.#store.write(batches)
    } catch (error) {
      return { kind: 'failure', error }
    } finally {
      this.#underWay = NOTHING
    }
    const [first] = this.#gathered
    this.#oldestArrivedAtMs = first === undefined ? null : (columnsOf(first).arrivedAtMs[0] ?? null)
    this.#failures = 0
    this.#change('ok', null)
    this.#release()
    return { kind: 'written' }
  }

  #release(): void {
    const durableOffset = this.#store.durableOffset()
    if (durableOffset <= this.#releasedOffset) return
    this.#releasedOffset = durableOffset
    this.#journal.release('timeseries', durableOffset)
  }

  /** Stores become durable by themselves, also when nothing new comes. */
  #releaseLater(): void {
    const atMs = this.#clock.nowMs() + TIME_SERIES_LIMITS.releaseIntervalMs
    this.#cancelRelease = this.#clock.wakeAt(atMs, () => {
      this.#release()
      this.#releaseLater()
    })
  }

  #retryDelayMs(): number {
    const { retryDelayMsMin, retryDelayMsMax } = TIME_SERIES_LIMITS
    const delayMs = Math.min(retryDelayMsMax, retryDelayMsMin * 2 ** (this.#failures - 1))
    return delayMs * (1 - this.#random() / 2)
  }

  #wait(durationMs: number): Promise<void> {
    const { signal } = this.#stop
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve()
        return
      }
      const cancel = this.#clock.wakeAt(this.#clock.nowMs() + durationMs, () => {
        signal.removeEventListener('abort', stopWaiting)
        resolve()
      })
      const stopWaiting = () => {
        cancel()
        resolve()
      }
      signal.addEventListener('abort', stopWaiting, { once: true })
    })
  }

  #backlog(): WriterBacklog {
    const { nextOffset } = this.#journal.status()
    const batches = Math.max(0, nextOffset - this.#store.nextOffset())
    const read = this.#gatheredReadings + this.#underWay.readings
    const unread = Math.max(0, batches - this.#gathered.length - this.#underWay.batches)
    const usual = this.#batchesSeen === 0 ? 1 : this.#readingsSeen / this.#batchesSeen
    const oldestAtMs = batches === 0 ? null : this.#oldestArrivedAtMs
    return {
      batches,
      readings: batches === 0 ? 0 : read + Math.round(unread * usual),
      ageMs: oldestAtMs === null ? 0 : Math.max(0, this.#clock.nowMs() - oldestAtMs),
    }
  }

  #change(state: WriterState, refusal: WriterRefusal | null): void {
    const before = this.#state
    this.#state = state
    this.#refusal = refusal
    if (state !== 'retrying') this.#retryingSinceMs = null
    else this.#retryingSinceMs ??= this.#clock.nowMs()
    if (state === before) return
    const status = this.status()
    for (const listener of this.#listeners) listener(status)
  }
}

/** Never rejects: whoever waits for it may be busy writing when it fails. */
async function pull(batches: AsyncIterator<ReadingBatch>): Promise<Step> {
  try {
    const step = await batches.next()
    return step.done === true ? { kind: 'end' } : { kind: 'batch', batch: step.value }
  } catch (error) {
    return { kind: 'failure', error }
  }
}

function refusalOf(error: unknown): WriterRefusal {
  if (!(error instanceof CodedError)) {
    return { kind: 'unknown', said: error instanceof Error ? error.message : String(error) }
  }
  const { reason, said } = error.details
  if (typeof reason !== 'string') return { kind: 'unknown', said: error.message }
  return { kind: reason, said: typeof said === 'string' ? said : null }
}
