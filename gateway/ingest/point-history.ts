import { PAYLOAD_LIMITS } from '#config/limits.ts'

/**
 * What ingest remembers of one point: the instants it has taken lately with their values, and the
 * newest time that the device gave. Bounded; the oldest entries go first.
 */
export class PointHistory {
  /** The newest time the device itself gave, of what was taken, and when it came. */
  newestSourceAtMs = Number.NEGATIVE_INFINITY
  newestTakenAtMs = Number.NEGATIVE_INFINITY
  /** The time that the device's clock stands still at, as far as we know. */
  stoodStillAtMs: number | null = null
  /** Older readings that came in a row, which may mean that the device's clock was set back. */
  step: ClockStep | null = null
  /** Instants; those that we gave instead of the device are negative. Parallel to `#values`. */
  readonly #instants: number[] = []
  readonly #values: number[] = []
  #next = 0
  #greatest = Number.NEGATIVE_INFINITY
  #lastGivenAtMs = Number.NEGATIVE_INFINITY

  setNewest(sourceAtMs: number, takenAtMs: number): void {
    this.newestSourceAtMs = sourceAtMs
    this.newestTakenAtMs = takenAtMs
    this.step = null
    this.stoodStillAtMs = null
  }

  /**
   * Whether this instant was taken, and if so, whether with this value: there, or in the milliseconds
   * right behind it where other values of the same instant were put.
   */
  find(atMs: number, value: number | boolean): 'absent' | 'same' | 'other' {
    // Nearly every reading is newer than all before it.
    if (atMs > this.#greatest) return 'absent'
    const end = this.freeInstantFrom(atMs)
    if (end === atMs) return 'absent'
    const wanted = Number(value)
    const isSame = this.#instants.some((instant, i) => {
      const at = Math.abs(instant)
      return at >= atMs && at < end && Object.is(this.#values[i], wanted)
    })
    return isSame ? 'same' : 'other'
  }

  /** The first instant from `fromMs` on that was not taken. */
  freeInstantFrom(fromMs: number): number {
    let free = fromMs
    while (free <= this.#greatest && this.#isTaken(free)) free += 1
    return free
  }

  #isTaken(atMs: number): boolean {
    return this.#instants.includes(atMs) || this.#instants.includes(-atMs)
  }

  /** Where a reading is put that came at `arrivedAtMs` without a time to be believed. */
  instantOnArrival(arrivedAtMs: number): number {
    return this.freeInstantFrom(Math.max(arrivedAtMs, this.#lastGivenAtMs + 1))
  }

  add(atMs: number, value: number | boolean, { isSourceTime }: { isSourceTime: boolean }): void {
    this.#instants[this.#next] = isSourceTime ? atMs : -atMs
    this.#values[this.#next] = Number(value)
    this.#next = (this.#next + 1) % PAYLOAD_LIMITS.duplicateMemoryPerPoint
    if (atMs > this.#greatest) this.#greatest = atMs
    if (!isSourceTime && atMs > this.#lastGivenAtMs) this.#lastGivenAtMs = atMs
  }

  /** As if what was taken at these instants had never come. */
  remove(instants: ReadonlySet<number>): void {
    const kept = this.#instants.flatMap((instant, i) =>
      instants.has(Math.abs(instant)) ? [] : [[instant, this.#values[i] ?? 0] as const],
    )
    this.#instants.length = 0
    this.#values.length = 0
    for (const [instant, value] of kept) {
      this.#instants.push(instant)
      this.#values.push(value)
    }
    this.#next = kept.length % PAYLOAD_LIMITS.duplicateMemoryPerPoint
    if (instants.has(this.newestSourceAtMs)) {
      this.newestSourceAtMs = Math.max(...this.#instants.filter((instant) => instant > 0))
    }
    this.step = null
  }
}

export interface ClockStep {
  readonly beganAtMs: number
  readonly lastSourceAtMs: number
  readonly readings: number
}
