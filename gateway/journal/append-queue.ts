import type { Clock } from '#alerting/clock.ts'
import { ColumnBuilder } from '#alerting/reading-columns.ts'
import type { Depositor } from '../depositor.ts'

/** Calls in a row with one depositor and one ticket: all that a pipeline makes. */
export interface CallsInRow {
  readonly depositor: Depositor
  readonly ticket: number
  readonly count: number
}

/** The calls of `append` that will be one batch, their readings in columns already. */
export interface PendingBatch {
  readonly readings: ColumnBuilder
  /** In their order. */
  readonly calls: readonly CallsInRow[]
  /** How many there were. */
  readonly appends: number
  /** When the first of them was made. */
  readonly queuedAtMs: number
}

type Writable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }
type GrowingBatch = Writable<Omit<PendingBatch, 'calls'>> & { calls: Writable<CallsInRow>[] }

/** What was appended and is not being committed yet, in order of the calls, cut into batches. */
export class AppendQueue {
  readonly #clock: Clock
  readonly #readingsPerBatchMax: number
  readonly #batches: GrowingBatch[] = []
  #appends = 0
  #readings = 0
  /** As large as the batch before: most are alike. */
  #capacity = 1

  constructor(clock: Clock, readingsPerBatchMax: number) {
    this.#clock = clock
    this.#readingsPerBatchMax = readingsPerBatchMax
  }

  get appends(): number {
    return this.#appends
  }

  get readings(): number {
    return this.#readings
  }

  get oldest(): PendingBatch | undefined {
    return this.#batches[0]
  }

  /** Where the `count` readings of one call go: they stay in one batch, however many they are. */
  place(count: number, depositor: Depositor, ticket: number): ColumnBuilder {
    let batch = this.#batches.at(-1)
    if (batch === undefined || !this.#hasRoom(batch, count)) {
      const capacity = Math.max(this.#capacity, count)
      batch = {
        readings: new ColumnBuilder(capacity),
        calls: [],
        appends: 0,
        queuedAtMs: this.#clock.nowMs(),
      }
      this.#batches.push(batch)
    }
    const last = batch.calls.at(-1)
    if (last?.depositor === depositor && last.ticket === ticket) last.count += 1
    else batch.calls.push({ depositor, ticket, count: 1 })
    batch.appends += 1
    this.#appends += 1
    this.#readings += count
    return batch.readings
  }

  take(): PendingBatch | undefined {
    const batch = this.#batches.shift()
    if (batch === undefined) return undefined
    this.#appends -= batch.appends
    this.#readings -= batch.readings.length
    this.#capacity = batch.readings.length
    return batch
  }

  #hasRoom({ readings }: PendingBatch, more: number): boolean {
    return readings.length + more <= this.#readingsPerBatchMax
  }
}

/** Tells each who waits for the batch, as often as it called. */
export function settle({ calls }: Pick<PendingBatch, 'calls'>, error: Error | null): void {
  for (const { depositor, ticket, count } of calls) {
    for (let call = 0; call < count; call += 1) depositor.settled(ticket, error)
  }
}
