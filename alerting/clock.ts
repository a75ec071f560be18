/**
 * The only source of time. `nowMs` is UTC epoch milliseconds and never runs backwards within one
 * process. `wakeAt` calls back once, at or after the given instant; the returned function cancels.
 */
export interface Clock {
  nowMs(): number
  wakeAt(atMs: number, callback: () => void): () => void
}
