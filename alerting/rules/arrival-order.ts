import type { Reading } from '../reading.ts'

/** Stored readings of a span of time: all that were observed in [the last chunk's end, `observedBeforeMs`). */
export interface StoredChunk {
  readonly readings: readonly Reading[]
  readonly observedBeforeMs: number
}

/** A device's clock may run ahead by this much before ingest takes the time of arrival instead. */
const AHEAD_MS_MAX = 30_000

/**
 * Readings lie in store by when they were observed and are judged by when they arrived. Gives them
 * out in order of arrival, each as soon as no earlier arrival can follow; of one instant, in order
 * of (observed, device, point). Keeps only what arrived after the span that was read.
 */
export async function* inArrivalOrder(
  chunks: AsyncIterable<StoredChunk>,
): AsyncIterable<readonly Reading[]> {
  let waiting: readonly Reading[] = []
  for await (const { readings, observedBeforeMs } of chunks) {
    const known = [...waiting, ...readings].sort(byArrival)
    const certainMs = observedBeforeMs - AHEAD_MS_MAX
    const end = known.findIndex(({ arrivedAtMs }) => arrivedAtMs >= certainMs)
    const certain = end < 0 ? known : known.slice(0, end)
    waiting = end < 0 ? [] : known.slice(end)
    if (certain.length > 0) yield certain
  }
  if (waiting.length > 0) yield waiting
}

function byArrival(one: Reading, other: Reading): number {
  return (
    one.arrivedAtMs - other.arrivedAtMs ||
    one.observedAtMs - other.observedAtMs ||
    compare(one.deviceId, other.deviceId) ||
    compare(one.point, other.point)
  )
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
