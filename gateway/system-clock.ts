import type { Clock } from '#alerting/clock.ts'

/** setTimeout overflows beyond 2^31 - 1 ms; longer waits are taken in hops. */
const TIMER_MS_MAX = 2_147_000_000

/** A wall clock this far ahead of ours was set by somebody; less is drift. */
const STEP_MS = 500

/**
 * Time of the machine that never runs backwards and never stands still. It advances with the
 * monotonic clock and follows the wall clock when that is set forward. When the wall clock is set
 * back it does not follow: delays keep their length and no instant is older than one stored before
 * it; `aheadOfWallMs` then says by how much, for the self-check, until the next start.
 */
export class SystemClock implements Clock {
  /** Added to the monotonic clock to give epoch time. */
  #offsetMs = Date.now() - performance.now()

  nowMs(): number {
    const wallMs = Date.now()
    if (wallMs - (performance.now() + this.#offsetMs) > STEP_MS) {
      this.#offsetMs = wallMs - performance.now()
    }
    return Math.floor(performance.now() + this.#offsetMs)
  }

  /** Called at start with the newest instant on disk: the clock may have been set back while we were down. */
  notBefore(instantMs: number): void {
    const missingMs = instantMs - this.nowMs()
    if (missingMs > 0) this.#offsetMs += missingMs
  }

  aheadOfWallMs(): number {
    return this.nowMs() - Date.now()
  }

  wakeAt(atMs: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout | undefined
    const wait = () => {
      const remainingMs = Math.max(0, Math.ceil(atMs - this.nowMs()))
      timer = setTimeout(hop, Math.min(remainingMs, TIMER_MS_MAX))
    }
    const hop = () => (this.nowMs() >= atMs ? callback() : wait())
    // Never within the caller's own stack, even when the instant has passed.
    wait()
    return () => clearTimeout(timer)
  }
}
