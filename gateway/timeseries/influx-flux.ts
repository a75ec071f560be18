import assert from 'node:assert/strict'
import {
  type FluxTableColumn,
  type FluxTableMetaData,
  flux,
  fluxExpression,
  linesToTables,
  type ParameterizedQuery,
  stringToLines,
} from '@influxdata/influxdb-client'
import { HOUR_MS, MINUTE_MS } from './buckets.ts'
import { encodeName } from './influx-names.ts'
import {
  MEASUREMENT,
  PROGRESS_MEASUREMENT,
  ROLLUP_FIELD_NAMES,
  ROLLUP_FIELDS,
  ROLLUP_MEASUREMENT,
  TIME_MS_MAX,
  TIME_MS_MIN,
} from './influx-schema.ts'
import type { SeriesName } from './influx-server.ts'
import type { Resolution } from './time-series.ts'

/**
 * What InfluxDB 2 is asked and how it answers. InfluxDB 2 of one's own has no query parameters, so names
 * go through the `flux` template of the client, which makes string literals of them; numbers go through
 * `time`, `duration` and `integer`. Every question ends in a `yield` whose name tells its answer.
 */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export const ALWAYS: Span = { fromMs: TIME_MS_MIN, toMs: TIME_MS_MAX }

export function readingsQuery(
  bucket: string,
  question: SeriesName & Span & { readonly limit: number; readonly order: 'asc' | 'desc' },
): ParameterizedQuery {
  return flux`${from(bucket, question)}
  |> filter(fn: (r) => ${isSeries(question)})
  |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
  |> group()
  |> sort(columns: ["_time"], desc: ${question.order === 'desc'})
  |> limit(n: ${integer(question.limit)})
  |> yield(name: "readings")`
}

/** One answer a field of a bucket, named by it, of readings or of roll-ups. */
export function bucketsQuery(
  bucket: string,
  question: SeriesName & Span & { readonly everyMs: number; readonly resolution: Resolution },
): ParameterizedQuery {
  const { everyMs, resolution } = question
  return joined(
    ROLLUP_FIELD_NAMES.map((name) => {
      const { fn, of, again } = ROLLUP_FIELDS[name]
      const isRaw = resolution === 'raw'
      return flux`${from(bucket, question)}
  |> filter(fn: (r) => ${isSeries(question, measurementOf(resolution))} and r._field == ${isRaw ? of : name})
  |> ${windows(everyMs, isRaw ? fn : again)}
  |> yield(name: ${name})`
    }),
  )
}

/** Makes minutes of readings, or hours of minutes; answers only how many there are. */
export function rollUpQuery(
  places: { readonly from: string; readonly to: string; readonly organization: string },
  span: Span,
  what: { readonly resolution: 'minute' | 'hour'; readonly deviceId: string | null },
): ParameterizedQuery {
  const isOfReadings = what.resolution === 'minute'
  const source = measurementOf(isOfReadings ? 'raw' : 'minute')
  const device =
    what.deviceId === null ? flux`` : flux` and r.device == ${encodeName(what.deviceId)}`
  return joined(
    ROLLUP_FIELD_NAMES.map((name) => {
      const { fn, of, again } = ROLLUP_FIELDS[name]
      return flux`${from(places.from, span)}
  |> filter(fn: (r) => r._measurement == ${source}${device} and r._field == ${isOfReadings ? of : name})
  |> ${windows(isOfReadings ? MINUTE_MS : HOUR_MS, isOfReadings ? fn : again)}
  |> set(key: "_measurement", value: ${measurementOf(what.resolution)})
  |> set(key: "_field", value: ${name})
  |> to(bucket: ${places.to}, org: ${places.organization})
  |> group()
  |> count()
  |> yield(name: ${name})`
    }),
  )
}

/** The first reading of each series in the span. */
export function firstTimeQuery(bucket: string, span: Span): ParameterizedQuery {
  return flux`${from(bucket, span)}
  |> filter(fn: (r) => r._measurement == ${MEASUREMENT} and r._field == "arrived_at_ms")
  |> first()
  |> keep(columns: ["_time"])
  |> yield(name: "first")`
}

/** The newest of each field of each series. */
export function latestQuery(bucket: string, deviceId: string | null): ParameterizedQuery {
  const device = deviceId === null ? flux`` : flux` and r.device == ${encodeName(deviceId)}`
  return flux`${from(bucket, ALWAYS)}
  |> filter(fn: (r) => r._measurement == ${MEASUREMENT}${device})
  |> last()
  |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
  |> yield(name: "latest")`
}

/** One answer a series, named by its number. */
export function newestTimesQuery(
  bucket: string,
  series: readonly SeriesName[],
): ParameterizedQuery {
  return joined(
    series.map(
      (each, index) => flux`${from(bucket, ALWAYS)}
  |> filter(fn: (r) => ${isSeries(each)} and r._field == "arrived_at_ms")
  |> last()
  |> keep(columns: ["_time"])
  |> yield(name: ${String(index)})`,
    ),
  )
}

/** One answer a span, named by its number. */
export function storedTimesQuery(
  bucket: string,
  spans: readonly (SeriesName & Span)[],
): ParameterizedQuery {
  return joined(
    spans.map(
      (each, index) => flux`${from(bucket, { fromMs: each.fromMs, toMs: each.toMs + 1 })}
  |> filter(fn: (r) => ${isSeries(each)} and r._field == "arrived_at_ms")
  |> keep(columns: ["_time"])
  |> yield(name: ${String(index)})`,
    ),
  )
}

export function progressQuery(bucket: string, writerId: string): ParameterizedQuery {
  return flux`${from(bucket, ALWAYS)}
  |> filter(fn: (r) => r._measurement == ${PROGRESS_MEASUREMENT} and r.writer == ${encodeName(writerId)})
  |> last()
  |> yield(name: "progress")`
}

/** How many readings lie in the span. */
export function countQuery(bucket: string, span: Span): ParameterizedQuery {
  return flux`${from(bucket, span)}
  |> filter(fn: (r) => r._measurement == ${MEASUREMENT} and r._field == "arrived_at_ms")
  |> group()
  |> count()
  |> yield(name: "count")`
}

function from(bucket: string, { fromMs, toMs }: Span): ParameterizedQuery {
  return flux`from(bucket: ${bucket})
  |> range(start: ${time(fromMs)}, stop: ${time(toMs)})`
}

function windows(everyMs: number, fn: string): ParameterizedQuery {
  return flux`aggregateWindow(every: ${duration(everyMs)}, fn: ${fluxExpression(fn)}, createEmpty: false, timeSrc: "_start")`
}

function measurementOf(resolution: Resolution): string {
  return resolution === 'raw' ? MEASUREMENT : ROLLUP_MEASUREMENT[resolution]
}

function isSeries(
  { deviceId, point }: SeriesName,
  measurement: string = MEASUREMENT,
): ParameterizedQuery {
  return flux`r._measurement == ${measurement} and r.device == ${encodeName(deviceId)} and r.point == ${encodeName(point)}`
}

/** `time()` takes nanoseconds; times beyond those that InfluxDB can hold are its first or last. */
function time(atMs: number): ParameterizedQuery {
  const wholeMs = Math.min(Math.max(Math.ceil(atMs), TIME_MS_MIN), TIME_MS_MAX)
  return fluxExpression(`time(v: ${BigInt(wholeMs) * NANOSECONDS_PER_MS})`)
}

const NANOSECONDS_PER_MS = 1_000_000n

function duration(lengthMs: number): ParameterizedQuery {
  return fluxExpression(`${integer(lengthMs)}ms`)
}

function integer(value: number): ParameterizedQuery {
  assert(Number.isSafeInteger(value), 'Flux is given whole numbers.')
  return fluxExpression(String(value))
}

function joined(queries: readonly ParameterizedQuery[]): ParameterizedQuery {
  return fluxExpression(queries.map(String).join('\n\n'))
}

/** One row of an answer. */
export interface FluxRow {
  /** The name of the `yield` it comes from. */
  readonly result: string
  readonly timeMs: number
  /** Undefined when the row has no such column, null when it is empty. */
  value(column: string): unknown
}

/** What the server says when it fails after it has begun to answer 200. */
export class FluxFailure extends Error {}

/** Rows of an annotated CSV, in its order; throws `FluxFailure`. */
export function rowsOf(csv: string): readonly FluxRow[] {
  const rows: FluxRow[] = []
  let table: FluxTableMetaData | null = null
  let columns: ReadonlyMap<string, FluxTableColumn> = new Map()
  stringToLines(
    csv,
    linesToTables({
      next: (cells, meta) => {
        if (meta !== table) {
          table = meta
          columns = new Map(meta.columns.map((column) => [column.label, column]))
        }
        const ofTable = columns
        const value = (label: string): unknown => ofTable.get(label)?.get(cells)
        if (ofTable.has('error')) throw new FluxFailure(String(value('error')))
        const timeMs = Date.parse(String(value('_time') ?? ''))
        rows.push({ result: String(value('result')), timeMs, value })
      },
      error: (error) => {
        throw error
      },
      complete: () => undefined,
    }),
  )
  return rows
}
