import type { Depositor } from '../depositor.ts'

/** A message that is on its way to the disk. */
export interface PendingAppend<Rest> {
  depositor: Depositor
  ticket: number
  /** How many of its readings were taken. */
  accepted: number
  /** What is to be done besides; null, as nearly always: nothing. */
  rest: Rest | null
}

const CAPACITY_MIN = 1_024
const NOBODY: Depositor = { settled: () => undefined }

/**
 * What the journal took and has not settled yet, which it does in order: side by side in memory that is used
 * again, for an object for each would be carried about by every collection of garbage until the disk has answered.
 */
export class PendingAppends<Rest> {
  /** Rings, whose length is a power of two. */
  #depositors: Depositor[] = []
  #tickets: number[] = []
  #accepted: number[] = []
  #rests: (Rest | null)[] = []
  #begun = 0
  #settled = 0
  readonly #oldest: PendingAppend<Rest> = { depositor: NOBODY, ticket: 0, accepted: 0, rest: null }

  /** How many were pushed since the start. */
  get begun(): number {
    return this.#begun
  }

  /** How many of them were shifted. */
  get settled(): number {
    return this.#settled
  }

  push(depositor: Depositor, ticket: number, accepted: number, rest: Rest | null): void {
    if (this.#begun - this.#settled === this.#tickets.length) this.#grow()
    const place = this.#begun & (this.#tickets.length - 1)
    this.#depositors[place] = depositor
    this.#tickets[place] = ticket
    this.#accepted[place] = accepted
    this.#rests[place] = rest
    this.#begun += 1
  }

  /** The oldest; good until the next call. */
  shift(): Readonly<PendingAppend<Rest>> {
    const place = this.#settled & (this.#tickets.length - 1)
    const oldest = this.#oldest
    oldest.depositor = this.#depositors[place] as Depositor
    oldest.ticket = this.#tickets[place] as number
    oldest.accepted = this.#accepted[place] as number
    oldest.rest = this.#rests[place] as Rest | null
    // Nothing is held on to that has gone.
    this.#depositors[place] = NOBODY
    this.#rests[place] = null
    this.#settled += 1
    return oldest
  }

  #grow(): void {
    const capacity = Math.max(CAPACITY_MIN, this.#tickets.length * 2)
    this.#depositors = this.#grown(this.#depositors, capacity, NOBODY)
    this.#tickets = this.#grown(this.#tickets, capacity, 0)
    this.#accepted = this.#grown(this.#accepted, capacity, 0)
    this.#rests = this.#grown(this.#rests, capacity, null)
  }

  #grown<Item>(ring: readonly Item[], capacity: number, empty: Item): Item[] {
    const grown = new Array<Item>(capacity).fill(empty)
    for (let n = this.#settled; n < this.#begun; n += 1) {
      grown[n & (capacity - 1)] = ring[n & (ring.length - 1)] as Item
    }
    return grown
  }
}
