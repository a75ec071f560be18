import { marksIn, qualityIn, valueIn } from '#alerting/reading-columns.ts'
import type { StoredReading } from './time-series.ts'

/**
 * Readings of one point side by side, so that hundreds of thousands are a handful of buffers
 * instead of as many objects. `flags` as in `packFlags`.
 */
export interface Columns {
  readonly count: number
  readonly observedAtMs: Float64Array<ArrayBuffer>
  readonly arrivedAtMs: Float64Array<ArrayBuffer>
  readonly values: Float64Array<ArrayBuffer>
  readonly flags: Uint32Array<ArrayBuffer>
}

export function createColumns(count: number): Columns {
  return {
    count,
    observedAtMs: new Float64Array(count),
    arrivedAtMs: new Float64Array(count),
    values: new Float64Array(count),
    flags: new Uint32Array(count),
  }
}

export function sliceColumns(columns: Columns, start: number, end: number): Columns {
  return {
    count: end - start,
    observedAtMs: columns.observedAtMs.subarray(start, end),
    arrivedAtMs: columns.arrivedAtMs.subarray(start, end),
    values: columns.values.subarray(start, end),
    flags: columns.flags.subarray(start, end),
  }
}

/** Memory for columns that is used again: what was taken is good until the next is. */
export class ColumnRoom {
  #columns = createColumns(0)

  take(count: number): Columns {
    if (this.#columns.count < count) this.#columns = createColumns(2 * count)
    return sliceColumns(this.#columns, 0, count)
  }
}

/** Copies `from[start, end)` to `to` at `position`. */
export function copyColumns(
  from: Columns,
  range: { readonly start: number; readonly end: number },
  to: Columns,
  position: number,
): void {
  const { start, end } = range
  to.observedAtMs.set(from.observedAtMs.subarray(start, end), position)
  to.arrivedAtMs.set(from.arrivedAtMs.subarray(start, end), position)
  to.values.set(from.values.subarray(start, end), position)
  to.flags.set(from.flags.subarray(start, end), position)
}

export function readingAt(columns: Columns, index: number): StoredReading {
  const flags = columns.flags[index] ?? 0
  const value = columns.values[index] ?? 0
  return {
    observedAtMs: columns.observedAtMs[index] ?? 0,
    arrivedAtMs: columns.arrivedAtMs[index] ?? 0,
    value: valueIn(flags, value),
    quality: qualityIn(flags),
    marks: marksIn(flags),
  }
}

/** First index whose time is `atMs` or later, in times that rise. */
export function lowerBound(
  times: Float64Array,
  atMs: number,
  low = 0,
  high = times.length,
): number {
  let from = low
  let to = high
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((times[middle] ?? 0) < atMs) from = middle + 1
    else to = middle
  }
  return from
}
