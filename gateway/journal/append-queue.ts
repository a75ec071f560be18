import type { Clock } from '#alerting/clock.ts'
import { ColumnBuilder } from '#alerting/reading-columns.ts'
import type { Depositor } from '../depositor.ts'

/** The calls of `append` that will be one batch, their readings in columns already. */
export interface PendingBatch {
  readonly readings: ColumnBuilder
  /** One a call, in order, and the ticket of each. */
  readonly depositors: readonly Depositor[]
  readonly tickets: readonly number[]
  /** When the first of them was made. */
  readonly queuedAtMs: number
}

/** What was appended and is not being committed yet, in order of the calls, cut into batches. */
export class AppendQueue {
  readonly #clock: Clock
  readonly #readingsPerBatchMax: number
  #batches: (PendingBatch & { readonly depositors: Depositor[]; readonly tickets: number[] })[] = []
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
        depositors: [],
        tickets: [],
        queuedAtMs: this.#clock.nowMs(),
      }
      this.#batches.push(batch)
    }
    batch.depositors.push(depositor)
    batch.tickets.push(ticket)
    this.#appends += 1
    this.#readings += count
    return batch.readings
  }

  take(): PendingBatch | undefined {
    const batch = this.#batches.shift()
    if (batch === undefined) return undefined
    this.#appends -= batch.tickets.length
    this.#readings -= batch.readings.length
    this.#capacity = batch.readings.length
    return batch
  }

  #hasRoom({ readings }: PendingBatch, more: number): boolean {
    return readings.length + more <= this.#readingsPerBatchMax
  }
}

/** Tells each who waits for the batch. */
export function settle(
  { depositors, tickets }: Pick<PendingBatch, 'depositors' | 'tickets'>,
  error: Error | null,
): void {
  for (let call = 0; call < tickets.length; call += 1) {
    depositors[call]?.settled(tickets[call] as number, error)
  }
}
