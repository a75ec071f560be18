import { cutByDay } from './block-cut.ts'
import { type Columns, copyColumns, createColumns } from './columns.ts'
import type { Run } from './run-merge.ts'
import type { FlatReading } from './series-directory.ts'

const NONE = -1

/**
 * The readings that are not in a sealed block yet: fixed columns in order of arrival, and for each series
 * a chain from its newest entry backwards. Memory is what the capacity says, however many series
 * there are; taking a reading is a handful of stores, and one series is read along its chain.
 */
export class HotTail {
  readonly capacity: number
  readonly #arrivals: Columns
  readonly #previous: Int32Array
  #newestOfSeries: Int32Array
  #entriesOfSeries: Int32Array
  #seriesPresent: number[] = []
  #count = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.#arrivals = createColumns(capacity)
    this.#previous = new Int32Array(capacity)
    this.#newestOfSeries = new Int32Array(256).fill(NONE)
    this.#entriesOfSeries = new Int32Array(256)
  }

  get count(): number {
    return this.#count
  }

  /** Every series that has an entry, in order of its first. */
  get seriesPresent(): readonly number[] {
    return this.#seriesPresent
  }

  /** Takes `from[start, end)`. There is room: the caller looks at `count` and `capacity`. */
  append(from: Columns, seriesIds: Uint32Array, start: number, end: number): void {
    const first = this.#count
    copyColumns(from, { start, end }, this.#arrivals, first)
    const previous = this.#previous
    for (let index = start; index < end; index += 1) {
      const at = first + index - start
      const seriesId = seriesIds[index] as number
      if (seriesId >= this.#newestOfSeries.length) this.#growTo(seriesId)
      const newest = this.#newestOfSeries[seriesId] as number
      if (newest === NONE) this.#seriesPresent.push(seriesId)
      previous[at] = newest
      this.#newestOfSeries[seriesId] = at
      this.#entriesOfSeries[seriesId] = (this.#entriesOfSeries[seriesId] as number) + 1
    }
    this.#count = first + end - start
  }

  /** One series, rising in time, copied to what `makeRoom` gives; of several with the same time the first to arrive. */
  collect(seriesId: number, makeRoom: (count: number) => Columns): Columns {
    const from = this.#arrivals
    const length = this.#entriesOfSeries[seriesId] ?? 0
    const to = makeRoom(length)
    let timeAfter = Number.POSITIVE_INFINITY
    let at = this.#newestOf(seriesId)
    for (let index = length - 1; index >= 0; index -= 1) {
      const time = from.observedAtMs[at] as number
      if (time >= timeAfter) return this.#collectUnordered(seriesId, makeRoom)
      timeAfter = time
      to.observedAtMs[index] = time
      to.arrivedAtMs[index] = from.arrivedAtMs[at] as number
      to.values[index] = from.values[at] as number
      to.flags[index] = from.flags[at] as number
      at = this.#previous[at] as number
    }
    return to
  }

  /** One series as a merge takes it, a run for each day. Copies: what comes later is not in them. */
  runs(seriesId: number, age: number): Run[] {
    return cutByDay(this.collect(seriesId, createColumns)).map((columns) => ({
      age,
      firstAtMs: columns.observedAtMs[0] as number,
      lastAtMs: columns.observedAtMs[columns.count - 1] as number,
      open: () => columns,
    }))
  }

  /** The newest reading of one series; of several with the same time the first to arrive. */
  newest(seriesId: number): FlatReading | null {
    const { observedAtMs, arrivedAtMs, values, flags } = this.#arrivals
    let newest = this.#newestOf(seriesId)
    if (newest === NONE) return null
    for (let at = newest; at !== NONE; at = this.#previous[at] as number) {
      if ((observedAtMs[at] as number) >= (observedAtMs[newest] as number)) newest = at
    }
    return {
      observedAtMs: observedAtMs[newest] as number,
      arrivedAtMs: arrivedAtMs[newest] as number,
      value: values[newest] as number,
      flags: flags[newest] as number,
    }
  }

  countBefore(beforeMs: number): number {
    let count = 0
    for (let at = 0; at < this.#count; at++) {
      if ((this.#arrivals.observedAtMs[at] ?? 0) < beforeMs) count += 1
    }
    return count
  }

  clear(): void {
    for (const seriesId of this.#seriesPresent) {
      this.#newestOfSeries[seriesId] = NONE
      this.#entriesOfSeries[seriesId] = 0
    }
    this.#seriesPresent = []
    this.#count = 0
  }

  #newestOf(seriesId: number): number {
    return this.#newestOfSeries[seriesId] ?? NONE
  }

  #collectUnordered(seriesId: number, makeRoom: (count: number) => Columns): Columns {
    const from = this.#arrivals
    const timeOf = (entry: number | undefined) => from.observedAtMs[entry ?? 0] ?? 0
    const entries: number[] = []
    for (let at = this.#newestOf(seriesId); at !== NONE; at = this.#previous[at] as number)
      entries.push(at)
    // Entries are numbered by arrival: of equal times the first to arrive comes first and stays.
    entries.sort((a, b) => timeOf(a) - timeOf(b) || a - b)
    const kept = entries.filter(
      (entry, index) => index === 0 || timeOf(entries[index - 1]) !== timeOf(entry),
    )
    const to = makeRoom(kept.length)
    for (const [index, at] of kept.entries()) {
      to.observedAtMs[index] = from.observedAtMs[at] as number
      to.arrivedAtMs[index] = from.arrivedAtMs[at] as number
      to.values[index] = from.values[at] as number
      to.flags[index] = from.flags[at] as number
    }
    return to
  }

  #growTo(seriesId: number): void {
    const size = Math.max(seriesId + 1, this.#newestOfSeries.length * 2)
    const newest = new Int32Array(size).fill(NONE)
    const entries = new Int32Array(size)
    newest.set(this.#newestOfSeries)
    entries.set(this.#entriesOfSeries)
    this.#newestOfSeries = newest
    this.#entriesOfSeries = entries
  }
}
