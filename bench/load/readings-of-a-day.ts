// biome-ignore lint/style/noRestrictedImports: parts of the gateway are fed without the gateway around them.
import type { DeviceId, Reading, ReadingBatch } from '#alerting/reading.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import { ColumnBatch } from '#alerting/reading-columns.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import type { JournalStatus } from '#gateway/journal/journal.ts'
import { createRandom } from '#simulators/seeded-random.ts'

const READINGS_PER_BATCH = 1_000
const random = createRandom('readings of a day')

export interface DayOptions {
  readonly count: number
  readonly points: number
  readonly startMs: number
  /** Between two readings of a point; once a second unless told. */
  readonly everyMs?: number
  /** What the names of the devices begin with. */
  readonly prefix?: string
  readonly first?: number
}

/** Many points that report in turn, each a noisy level with two decimals. */
export class ReadingsOfADay {
  readonly count: number
  readonly points: number
  readonly startMs: number
  readonly #options: DayOptions

  constructor(options: DayOptions) {
    this.#options = options
    this.count = options.count
    this.points = options.points
    this.startMs = options.startMs
  }

  get #first(): number {
    return this.#options.first ?? 0
  }

  get batches(): number {
    return Math.ceil(this.count / READINGS_PER_BATCH)
  }

  /** Offsets begin at 1, as in a journal. */
  batchAt(offset: number): ReadingBatch {
    const before = (offset - 1) * READINGS_PER_BATCH
    const length = Math.min(READINGS_PER_BATCH, this.count - before)
    const first = this.#first + before
    return { offset, readings: Array.from({ length }, (_, index) => this.#at(first + index)) }
  }

  /** So many of them, from the one of this number on. */
  part(first: number, count: number): ReadingsOfADay {
    return new ReadingsOfADay({ ...this.#options, count, first: this.#first + first })
  }

  deviceAt(index: number): DeviceId {
    return `${this.#options.prefix ?? 'gas'}-${index}` as DeviceId
  }

  #at(number: number): Reading {
    const { points, startMs, everyMs = 1_000 } = this.#options
    const observedAtMs = startMs + Math.floor(number / points) * everyMs + (number % points)
    return {
      deviceId: this.deviceAt(number % points),
      point: 'lel',
      observedAtMs,
      arrivedAtMs: observedAtMs + 40 + (number % 7),
      value: Math.round(300 + 20 * Math.sin(number / 5_000) + random.next() * 50) / 100,
      quality: 'good',
      marks: 0,
    }
  }
}

/** What the writer of the time series asks of a journal: batches by columns, all made beforehand. */
export class EndlessJournal {
  readonly #batches: readonly ColumnBatch[]

  constructor(readings: ReadingsOfADay) {
    this.#batches = Array.from({ length: readings.batches }, (_, index) =>
      ColumnBatch.of(readings.batchAt(index + 1)),
    )
  }

  async *follow(offset: number, { signal }: { readonly signal: AbortSignal }) {
    for (const batch of this.#batches.slice(offset - 1)) {
      if (signal.aborted) return
      yield batch
    }
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  release(): number {
    return this.#batches.length
  }

  status(): JournalStatus {
    return {
      state: 'ok',
      reason: null,
      firstOffset: 1,
      nextOffset: this.#batches.length + 1,
      pendingReadings: 0,
      bytes: 0,
      consumers: { engine: 1, timeseries: 1 },
      damage: [],
    }
  }
}
