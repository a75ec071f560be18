import { createColumns, readingAt } from './columns.ts'
import type { LatestReading } from './time-series.ts'

/** A series as the file keeps it. */
export interface SeriesRow {
  readonly id: number
  readonly deviceId: string
  readonly point: string
}

/** A reading with what rarely changes packed, as in `Columns`. */
export interface FlatReading {
  readonly observedAtMs: number
  readonly arrivedAtMs: number
  readonly value: number
  readonly flags: number
}

/**
 * Which number a (device, point) has, and the newest reading of each. Numbers are given here and
 * reach the file with the first block that needs them.
 */
export class SeriesDirectory {
  readonly #idsOfDevice = new Map<string, Map<string, number>>()
  #rows: (SeriesRow | undefined)[] = []
  #newest = createColumns(256)
  #isKnown = new Uint8Array(256)

  load(rows: readonly SeriesRow[]): void {
    for (const row of rows) this.#add(row)
  }

  get rows(): readonly (SeriesRow | undefined)[] {
    return this.#rows
  }

  find(deviceId: string, point: string): number | undefined {
    return this.#idsOfDevice.get(deviceId)?.get(point)
  }

  findOrAdd(deviceId: string, point: string): number {
    const found = this.find(deviceId, point)
    if (found !== undefined) return found
    const id = Math.max(1, this.#rows.length)
    this.#add({ id, deviceId, point })
    return id
  }

  /** Of readings with one time the first to arrive stays. */
  observe(seriesId: number, reading: FlatReading): void {
    const newest = this.#newest
    const isNewer = reading.observedAtMs > (newest.observedAtMs[seriesId] ?? 0)
    if (this.#isKnown[seriesId] === 1 && !isNewer) return
    this.#isKnown[seriesId] = 1
    newest.observedAtMs[seriesId] = reading.observedAtMs
    newest.arrivedAtMs[seriesId] = reading.arrivedAtMs
    newest.values[seriesId] = reading.value
    newest.flags[seriesId] = reading.flags
  }

  /** As the file has it: observed at, arrived at, value, flags. */
  observeRow(seriesId: number, row: Float64Array): void {
    const [observedAtMs = 0, arrivedAtMs = 0, value = 0, flags = 0] = row
    this.observe(seriesId, { observedAtMs, arrivedAtMs, value, flags })
  }

  /** Of one device, or all. */
  idsOf(deviceId?: string): readonly number[] {
    return deviceId === undefined
      ? this.#rows.flatMap((row) => (row === undefined ? [] : [row.id]))
      : [...(this.#idsOfDevice.get(deviceId)?.values() ?? [])]
  }

  /** Of what was observed; what lies before `fromMs` is forgotten. */
  latest(fromMs: number, deviceId?: string): readonly LatestReading[] {
    return this.idsOf(deviceId).flatMap((id) => {
      const row = this.#rows[id]
      const isKept = (this.#newest.observedAtMs[id] ?? 0) >= fromMs
      if (row === undefined || this.#isKnown[id] !== 1 || !isKept) return []
      return [{ deviceId: row.deviceId, point: row.point, ...readingAt(this.#newest, id) }]
    })
  }

  #add(row: SeriesRow): void {
    let ids = this.#idsOfDevice.get(row.deviceId)
    if (ids === undefined) {
      ids = new Map()
      this.#idsOfDevice.set(row.deviceId, ids)
    }
    ids.set(row.point, row.id)
    this.#rows[row.id] = row
    if (row.id >= this.#isKnown.length) this.#growTo(row.id)
  }

  #growTo(seriesId: number): void {
    const size = Math.max(seriesId + 1, this.#isKnown.length * 2)
    const newest = createColumns(size)
    newest.observedAtMs.set(this.#newest.observedAtMs)
    newest.arrivedAtMs.set(this.#newest.arrivedAtMs)
    newest.values.set(this.#newest.values)
    newest.flags.set(this.#newest.flags)
    const isKnown = new Uint8Array(size)
    isKnown.set(this.#isKnown)
    this.#newest = newest
    this.#isKnown = isKnown
  }
}
