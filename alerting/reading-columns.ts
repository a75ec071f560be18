import {
  type DeviceId,
  QUALITIES,
  type Quality,
  type Reading,
  type ReadingBatch,
} from './reading.ts'

/** A point of a device. */
export interface Series {
  readonly deviceId: DeviceId
  readonly point: string
}

/**
 * Readings side by side in a handful of buffers instead of as many objects: what waits for the disk,
 * and what was committed lately, is thus nothing that the garbage collector has to carry about. Every
 * series stands once, so that who handles a batch looks up what it knows of a series once a batch.
 */
export interface ReadingColumns {
  readonly length: number
  readonly series: readonly Series[]
  /** Index into `series`. */
  readonly seriesOf: Uint32Array<ArrayBuffer>
  readonly observedAtMs: Float64Array<ArrayBuffer>
  readonly arrivedAtMs: Float64Array<ArrayBuffer>
  /** A boolean is 0 or 1. */
  readonly values: Float64Array<ArrayBuffer>
  /** See `packFlags`. */
  readonly flags: Uint32Array<ArrayBuffer>
  /** `sourceAtMs` of the few readings that have one, by their index. */
  readonly sources: ReadonlyMap<number, number>
}

/**
 * A series as they keep it who bring readings of it again and again: it remembers where it stands in the
 * columns that are being filled, which else is looked up for every reading. One a series.
 */
export class SeriesHandle {
  readonly series: Series
  /** Which columns `place` is about; none has the number 0. */
  columns = 0
  /** Index into `ReadingColumns.series`. */
  place = 0

  constructor(series: Series) {
    this.series = series
  }
}

/**
 * Readings of one device that came together, on their way into columns. A view: whoever filled it may fill
 * it anew as soon as they are there.
 */
export interface DeviceReadings {
  readonly arrivedAtMs: number
  readonly length: number
  /** From here on one entry for each reading, and perhaps more that mean nothing. */
  readonly series: readonly SeriesHandle[]
  readonly observedAtMs: Float64Array
  /** A boolean is 0 or 1. */
  readonly values: Float64Array
  /** See `packFlags`. */
  readonly flags: Uint32Array
  /** `sourceAtMs` of the few readings that have one, by their index. */
  readonly sources: ReadonlyMap<number, number>
}

const BOOLEAN_BIT = 1
const QUALITY_SHIFT = 1
const QUALITY_MASK = 3
const MARKS_SHIFT = 3
const QUALITY_INDEX = { good: 0, uncertain: 1, bad: 2, calibrating: 3 } as const satisfies Record<
  Quality,
  number
>

/**
 * What rarely changes from reading to reading. Bit 0: the value is a boolean; bits 1–2: quality, as an
 * index into `QUALITIES`; from bit 3 on: the marks, of which there may be 29.
 */
export function packFlags(isBooleanValue: boolean, quality: Quality, marks: number): number {
  return (
    (isBooleanValue ? BOOLEAN_BIT : 0) |
    (QUALITY_INDEX[quality] << QUALITY_SHIFT) |
    (marks << MARKS_SHIFT)
  )
}

export function isBoolean(flags: number): boolean {
  return (flags & BOOLEAN_BIT) !== 0
}

/** Index into `QUALITIES`. */
export function qualityIndexIn(flags: number): number {
  return (flags >>> QUALITY_SHIFT) & QUALITY_MASK
}

export function qualityIn(flags: number): Quality {
  return QUALITIES[qualityIndexIn(flags)] as Quality
}

export function marksIn(flags: number): number {
  return flags >>> MARKS_SHIFT
}

/** The value of a column, as what it is. */
export function valueIn(flags: number, value: number): number | boolean {
  return isBoolean(flags) ? value !== 0 : value
}

/** Good and uncertain values are values; bad ones and those under calibration are not. */
export function isUsable(flags: number): boolean {
  return qualityIndexIn(flags) <= QUALITY_INDEX.uncertain
}

/** A good value that came in time and in order. */
export function isPlain(flags: number): boolean {
  return (flags & ~BOOLEAN_BIT) === 0
}

/** A batch by columns. */
export class ColumnBatch implements ReadingBatch {
  readonly offset: number
  readonly columns: ReadingColumns

  constructor(offset: number, columns: ReadingColumns) {
    this.offset = offset
    this.columns = columns
  }

  static of({ offset, readings }: ReadingBatch): ColumnBatch {
    const builder = new ColumnBuilder(readings.length)
    builder.append(readings)
    return new ColumnBatch(offset, builder.columns())
  }

  /** As objects, made anew at every call. */
  get readings(): readonly Reading[] {
    const { columns } = this
    return Array.from({ length: columns.length }, (_, index) => readingAt(columns, index))
  }
}

export function readingAt(columns: ReadingColumns, index: number): Reading {
  const { deviceId, point } = columns.series[columns.seriesOf[index] as number] as Series
  const flags = columns.flags[index] as number
  const reading = {
    deviceId,
    point,
    observedAtMs: columns.observedAtMs[index] as number,
    arrivedAtMs: columns.arrivedAtMs[index] as number,
    value: valueIn(flags, columns.values[index] as number),
    quality: qualityIn(flags),
    marks: marksIn(flags),
  }
  const sourceAtMs = columns.sources.get(index)
  return sourceAtMs === undefined ? reading : { ...reading, sourceAtMs }
}

/** Readings of the series that are wanted, as objects. */
export function readingsWhere(
  columns: ReadingColumns,
  isWanted: (series: Series) => boolean,
): readonly Reading[] {
  const wanted = columns.series.map(isWanted)
  if (!wanted.includes(true)) return []
  const readings: Reading[] = []
  for (let index = 0; index < columns.length; index += 1) {
    if (wanted[columns.seriesOf[index] as number]) readings.push(readingAt(columns, index))
  }
  return readings
}

/** A batch that was given as objects is put into columns first. */
export function columnsOf(batch: ReadingBatch): ReadingColumns {
  return (batch instanceof ColumnBatch ? batch : ColumnBatch.of(batch)).columns
}

/** Columns as they are filled; they grow as needed. */
export class ColumnBuilder {
  static #made = 0
  readonly #number: number
  readonly #series: Series[] = []
  readonly #places = new SeriesPlaces(this.#series)
  readonly #sources = new Map<number, number>()
  #length = 0
  #buffers: ReadingBuffers

  /** `capacity`: how many readings there will be, about. */
  constructor(capacity: number) {
    ColumnBuilder.#made += 1
    this.#number = ColumnBuilder.#made
    this.#buffers = createBuffers(Math.max(1, capacity))
  }

  get length(): number {
    return this.#length
  }

  get firstArrivedAtMs(): number | null {
    return this.#length === 0 ? null : (this.#buffers.arrivedAtMs[0] as number)
  }

  append(readings: readonly Reading[]): void {
    this.#makeRoom(readings.length)
    const { seriesOf, observedAtMs, arrivedAtMs, values, flags } = this.#buffers
    for (let n = 0; n < readings.length; n += 1) {
      const reading = readings[n] as Reading
      const index = this.#length
      const { deviceId, point } = reading
      seriesOf[index] = this.#places.of({ deviceId, point })
      observedAtMs[index] = reading.observedAtMs
      arrivedAtMs[index] = reading.arrivedAtMs
      values[index] = Number(reading.value)
      flags[index] = packFlags(typeof reading.value === 'boolean', reading.quality, reading.marks)
      if (reading.sourceAtMs !== undefined) this.#sources.set(index, reading.sourceAtMs)
      this.#length = index + 1
    }
  }

  /** The same without an object a reading, of which there are a hundred thousand a second. */
  appendOf(device: DeviceReadings): void {
    const { length } = device
    this.#makeRoom(length)
    const { seriesOf, observedAtMs, arrivedAtMs, values, flags } = this.#buffers
    const first = this.#length
    for (let n = 0; n < length; n += 1) {
      const index = first + n
      seriesOf[index] = this.#placeOf(device.series[n] as SeriesHandle)
      observedAtMs[index] = device.observedAtMs[n] as number
      arrivedAtMs[index] = device.arrivedAtMs
      values[index] = device.values[n] as number
      flags[index] = device.flags[n] as number
    }
    for (const [n, sourceAtMs] of device.sources) this.#sources.set(first + n, sourceAtMs)
    this.#length = first + length
  }

  /** What there is so far; nothing may be appended after it. */
  columns(): ReadingColumns {
    const { seriesOf, observedAtMs, arrivedAtMs, values, flags } = this.#buffers
    const end = this.#length
    return {
      length: end,
      series: this.#series,
      seriesOf: seriesOf.subarray(0, end),
      observedAtMs: observedAtMs.subarray(0, end),
      arrivedAtMs: arrivedAtMs.subarray(0, end),
      values: values.subarray(0, end),
      flags: flags.subarray(0, end),
      sources: this.#sources,
    }
  }

  #placeOf(handle: SeriesHandle): number {
    if (handle.columns !== this.#number) {
      handle.columns = this.#number
      handle.place = this.#places.ofHandle(handle)
    }
    return handle.place
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more
    const old = this.#buffers
    if (needed <= old.flags.length) return
    const grown = createBuffers(Math.max(needed, 2 * old.flags.length))
    grown.seriesOf.set(old.seriesOf)
    grown.observedAtMs.set(old.observedAtMs)
    grown.arrivedAtMs.set(old.arrivedAtMs)
    grown.values.set(old.values)
    grown.flags.set(old.flags)
    this.#buffers = grown
  }
}

/** Where each series stands in a list, to which it is added when it comes first. */
class SeriesPlaces {
  readonly #series: Series[]
  /** Of the first `#indexed` in the list; made once one is looked for by its names, which is seldom. */
  readonly #devices = new Map<string, Map<string, number>>()
  #indexed = 0

  constructor(series: Series[]) {
    this.#series = series
  }

  /** Found by its names. */
  of(series: Series): number {
    for (; this.#indexed < this.#series.length; this.#indexed += 1) this.#index(this.#indexed)
    const { deviceId, point } = series
    const known = this.#devices.get(deviceId)?.get(point)
    if (known !== undefined) return known
    this.#series.push(series)
    this.#index(this.#indexed)
    this.#indexed += 1
    return this.#indexed - 1
  }

  /** Of a handle that has no place yet: unless others came by their names, it is new. */
  ofHandle({ series }: SeriesHandle): number {
    return this.#indexed === 0 ? this.#series.push(series) - 1 : this.of(series)
  }

  #index(place: number): void {
    const { deviceId, point } = this.#series[place] as Series
    const points = this.#devices.get(deviceId)
    if (points === undefined) this.#devices.set(deviceId, new Map([[point, place]]))
    else points.set(point, place)
  }
}

export type ReadingBuffers = Pick<
  ReadingColumns,
  'seriesOf' | 'observedAtMs' | 'arrivedAtMs' | 'values' | 'flags'
>

/** All in one piece of memory, the wide ones first, so that each lies as its kind must. */
export function createBuffers(capacity: number): ReadingBuffers {
  const memory = new ArrayBuffer(capacity * (3 * 8 + 2 * 4))
  return {
    observedAtMs: new Float64Array(memory, 0, capacity),
    arrivedAtMs: new Float64Array(memory, capacity * 8, capacity),
    values: new Float64Array(memory, capacity * 16, capacity),
    seriesOf: new Uint32Array(memory, capacity * 24, capacity),
    flags: new Uint32Array(memory, capacity * 28, capacity),
  }
}
