import { type Columns, createColumns } from './columns.ts'

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
  #seriesPresent: number[] = []
  #count = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.#arrivals = createColumns(capacity)
    this.#previous = new Int32Array(capacity)
    this.#newestOfSeries = new Int32Array(256).fill(NONE)
  }

  get count(): number {
    return this.#count
  }

  /** Every series that has an entry, in order of its first. */
  get seriesPresent(): readonly number[] {
    return this.#seriesPresent
  }

  /** There is room: the caller looks at `count` and `capacity`. */
  append(seriesId: number, from: Columns, index: number): void {
    const at = this.#count
    const { observedAtMs, arrivedAtMs, values, flags } = this.#arrivals
    observedAtMs[at] = from.observedAtMs[index] ?? 0
    arrivedAtMs[at] = from.arrivedAtMs[index] ?? 0
    values[at] = from.values[index] ?? 0
    flags[at] = from.flags[index] ?? 0
    if (seriesId >= this.#newestOfSeries.length) this.#growTo(seriesId)
    const newest = this.#newestOfSeries[seriesId] ?? NONE
    if (newest === NONE) this.#seriesPresent.push(seriesId)
    this.#previous[at] = newest
    this.#newestOfSeries[seriesId] = at
    this.#count = at + 1
  }

  /** A copy of one series, rising in time; of several with the same time the first to arrive. */
  collect(seriesId: number): Columns {
    let length = 0
    for (let at = this.#newestOf(seriesId); at !== NONE; at = this.#previous[at] ?? NONE)
      length += 1
    const entries = new Uint32Array(length)
    let position = length
    for (let at = this.#newestOf(seriesId); at !== NONE; at = this.#previous[at] ?? NONE) {
      position -= 1
      entries[position] = at
    }
    return this.#gather(this.#inOrderOfTime(entries))
  }

  countBefore(beforeMs: number): number {
    let count = 0
    for (let at = 0; at < this.#count; at++) {
      if ((this.#arrivals.observedAtMs[at] ?? 0) < beforeMs) count += 1
    }
    return count
  }

  clear(): void {
    for (const seriesId of this.#seriesPresent) this.#newestOfSeries[seriesId] = NONE
    this.#seriesPresent = []
    this.#count = 0
  }

  #newestOf(seriesId: number): number {
    return this.#newestOfSeries[seriesId] ?? NONE
  }

  #inOrderOfTime(entries: Uint32Array): Uint32Array {
    const times = this.#arrivals.observedAtMs
    const timeOf = (entry: number | undefined) => times[entry ?? 0] ?? 0
    let rises = true
    for (let index = 1; index < entries.length && rises; index++) {
      rises = timeOf(entries[index - 1]) < timeOf(entries[index])
    }
    if (rises) return entries
    // Entries are numbered by arrival: of equal times the first to arrive comes first and stays.
    entries.sort((a, b) => timeOf(a) - timeOf(b) || a - b)
    return entries.filter(
      (entry, index) => index === 0 || timeOf(entries[index - 1]) !== timeOf(entry),
    )
  }

  #gather(entries: Uint32Array): Columns {
    const { observedAtMs, arrivedAtMs, values, flags } = this.#arrivals
    const columns = createColumns(entries.length)
    for (let index = 0; index < entries.length; index++) {
      const at = entries[index] ?? 0
      columns.observedAtMs[index] = observedAtMs[at] ?? 0
      columns.arrivedAtMs[index] = arrivedAtMs[at] ?? 0
      columns.values[index] = values[at] ?? 0
      columns.flags[index] = flags[at] ?? 0
    }
    return columns
  }

  #growTo(seriesId: number): void {
    const grown = new Int32Array(Math.max(seriesId + 1, this.#newestOfSeries.length * 2)).fill(NONE)
    grown.set(this.#newestOfSeries)
    this.#newestOfSeries = grown
  }
}
