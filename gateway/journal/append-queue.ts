import type { Reading } from '#alerting/reading.ts'
import type { Settled } from './journal.ts'

/** One call of `append` that waits for its commit. */
export interface PendingAppend {
  readonly readings: readonly Reading[]
  readonly queuedAtMs: number
  readonly settled: Settled
}

/** What was appended and is in no batch yet, in order of the calls. */
export class AppendQueue {
  #appends: PendingAppend[] = []
  #readings = 0

  get appends(): number {
    return this.#appends.length
  }

  get readings(): number {
    return this.#readings
  }

  get oldest(): PendingAppend | undefined {
    return this.#appends[0]
  }

  push(append: PendingAppend): void {
    this.#appends.push(append)
    this.#readings += append.readings.length
  }

  /** Whole calls from the front, up to so many readings; at least one call if there is any. */
  take(readingsMax: number): readonly PendingAppend[] {
    let count = 0
    let readings = 0
    for (const append of this.#appends) {
      if (count > 0 && readings + append.readings.length > readingsMax) break
      readings += append.readings.length
      count += 1
    }
    const taken = this.#appends.slice(0, count)
    this.#appends = this.#appends.slice(count)
    this.#readings -= readings
    return taken
  }
}
