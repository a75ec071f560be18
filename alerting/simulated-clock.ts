import type { Clock } from './clock.ts'

interface Wake {
  readonly atMs: number
  readonly order: number
  readonly callback: () => void
}

/**
 * A clock that stands still until a test moves it. Due callbacks run in the order of their instants,
 * each seeing its own instant as now.
 */
export class SimulatedClock implements Clock {
  #nowMs: number
  #order = 0
  readonly #wakes = new Set<Wake>()

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  wakeAt(atMs: number, callback: () => void): () => void {
    const wake: Wake = { atMs, order: this.#order++, callback }
    this.#wakes.add(wake)
    return () => {
      this.#wakes.delete(wake)
    }
  }

  /** How many callbacks wait; 0 after a stop that left nothing open. */
  get waiting(): number {
    return this.#wakes.size
  }

  nextWakeAtMs(): number | null {
    return this.#first()?.atMs ?? null
  }

  /** Moves on to the instant; promises that callbacks resolve are given the time to go on in between. */
  async advanceTo(atMs: number): Promise<void> {
    await settled()
    for (;;) {
      const wake = this.#first()
      if (wake === null || wake.atMs > atMs) break
      this.#wakes.delete(wake)
      this.#nowMs = Math.max(this.#nowMs, wake.atMs)
      wake.callback()
      await settled()
    }
    this.#nowMs = Math.max(this.#nowMs, atMs)
    await settled()
  }

  async advanceBy(durationMs: number): Promise<void> {
    await this.advanceTo(this.#nowMs + durationMs)
  }

  #first(): Wake | null {
    let first: Wake | null = null
    for (const wake of this.#wakes) {
      if (
        first === null ||
        wake.atMs < first.atMs ||
        (wake.atMs === first.atMs && wake.order < first.order)
      ) {
        first = wake
      }
    }
    return first
  }
}

/** Two turns of the event loop: every promise that can go on by itself has done so. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
  }
}
