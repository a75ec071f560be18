import { JOURNAL_LIMITS } from '#config/limits.ts'

/** How many batches the pacer looks back, and how often it waits in full to find out. */
const MEMORY_BATCHES = 32
/** Weight of the newest commit in how long one takes. */
const NEWEST_WEIGHT = 1 / 8
/** However long commits take, what comes at one time goes together. */
const AGE_MS_MIN = 1

/**
 * Decides how many appends a batch waits for before its age alone (`ageToWaitMs`) commits it: as
 * many as the largest of the last batches held, for those who were just answered are about to send
 * again. A lone publisher that waits for each acknowledgement is thus committed at once, a hundred
 * of them together as soon as all are there. Each 32nd batch waits its full time, to learn whether
 * more would come; so a steady stream of many devices settles at one commit per full wait
 * and does not wear the disk with one commit a reading.
 */
export class CommitPacer {
  readonly #sizes: number[] = []
  #batches = 0
  #largest = 0
  #commitMs = 0

  appendsToWaitFor(): number {
    return this.#batches % MEMORY_BATCHES === MEMORY_BATCHES - 1
      ? Number.POSITIVE_INFINITY
      : this.#largest
  }

  /** The commit itself comes after the wait: both together are to last no longer than `commitAgeMsMax`. */
  ageToWaitMs(): number {
    return Math.max(AGE_MS_MIN, JOURNAL_LIMITS.commitAgeMsMax - this.#commitMs)
  }

  committed(appends: number, tookMs: number): void {
    this.#commitMs += (tookMs - this.#commitMs) * NEWEST_WEIGHT
    this.#sizes[this.#batches % MEMORY_BATCHES] = appends
    this.#batches += 1
    this.#largest = Math.max(...this.#sizes)
  }
}
