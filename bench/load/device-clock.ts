/** No reading of a live device is older than this, so that none counts as late. */
const LIVE_SPAN_MS = 50_000

/**
 * The times of one device's readings, over all rounds: each is newer than all before, so that none is a
 * repeat or out of order. A live device can have only as many as there are milliseconds; one that
 * reads out its memory can send as fast as it likes.
 */
export class DeviceClock {
  readonly #liveSpanMs: number
  #lastMs: number

  private constructor(lastMs: number, liveSpanMs: number) {
    this.#lastMs = lastMs
    this.#liveSpanMs = liveSpanMs
  }

  static live(): DeviceClock {
    return new DeviceClock(0, LIVE_SPAN_MS)
  }

  /** Begins so long ago. */
  static backlog(agoMs: number): DeviceClock {
    return new DeviceClock(Date.now() - agoMs, Number.POSITIVE_INFINITY)
  }

  /** One that begins where this one is, and leaves it as it is. */
  beside(): DeviceClock {
    return new DeviceClock(this.#lastMs, this.#liveSpanMs)
  }

  /** Takes so many milliseconds; the first of them. */
  take(stepMs: number, nowMs: number): number {
    const first = Math.max(this.#lastMs + 1, nowMs - this.#liveSpanMs)
    this.#lastMs = first + stepMs - 1
    return first
  }
}
