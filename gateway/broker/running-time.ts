import type { Clock } from '#alerting/clock.ts'

const STEP_MS = 250

/**
 * Time during which this process really ran. It advances by one step a wake-up, however late that
 * comes: after the machine slept, the process was stopped, or somebody set the clock a day ahead, one
 * step has passed, and no connection is thrown out for a silence that was ours.
 *
 * One timer serves every deadline of the broker; whatever has one is looked at each step.
 */
export class RunningTime {
  readonly #clock: Clock
  readonly #step: () => void
  #nowMs = 0
  #cancel: (() => void) | null = null

  constructor(clock: Clock, step: () => void) {
    this.#clock = clock
    this.#step = step
  }

  get nowMs(): number {
    return this.#nowMs
  }

  start(): void {
    if (this.#cancel !== null) return
    const wake = () => {
      this.#cancel = this.#clock.wakeAt(this.#clock.nowMs() + STEP_MS, () => {
        this.#nowMs += STEP_MS
        wake()
        this.#step()
      })
    }
    wake()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
