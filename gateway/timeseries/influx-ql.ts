import assert from 'node:assert/strict'
import { FieldType, type ISchemaOptions } from 'influx'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import { HOUR_MS, MINUTE_MS } from './buckets.ts'
import { encodeName } from './influx-names.ts'
import {
  FIELDS,
  type FieldName,
  MEASUREMENT,
  PROGRESS_MEASUREMENT,
  ROLLUP_FIELD_NAMES,
  ROLLUP_FIELDS,
  ROLLUP_MEASUREMENT,
  type RollupField,
  readingOf,
  TIME_MS_MAX,
  TIME_MS_MIN,
} from './influx-schema.ts'
import type { SeriesName } from './influx-server.ts'
import type { Resolution, StoredReading } from './time-series.ts'

/** What InfluxDB 1 is asked and how it answers. Names travel as bound parameters only, numbers through `ms` and `integer`. */

export const POLICY = 'vigil'
/** A retention policy for each resolution: they are kept for different times. */
export const POLICIES = { raw: POLICY, minute: 'vigil_minutes', hour: 'vigil_hours' } as const
export const FROM = `FROM "${POLICY}"."${MEASUREMENT}"`
const PLACES: Readonly<Record<Resolution, string>> = {
  raw: `"${POLICY}"."${MEASUREMENT}"`,
  minute: `"${POLICIES.minute}"."${ROLLUP_MEASUREMENT.minute}"`,
  hour: `"${POLICIES.hour}"."${ROLLUP_MEASUREMENT.hour}"`,
}
export const FROM_PROGRESS = `FROM "${POLICY}"."${PROGRESS_MEASUREMENT}"`
export const SELECT_FIELDS = `SELECT ${FIELDS.map((field) => `"${field}"`).join(', ')}`

const ROLLUP_LENGTH_MS = { minute: MINUTE_MS, hour: HOUR_MS } as const
const SELECT_ROLLUP = `SELECT ${ROLLUP_FIELD_NAMES.map((name) => `"${name}"`).join(', ')}`

/** One more than allowed, so that more can be told from enough. */
export const BUCKETS_ASKED_MAX = TIME_SERIES_LIMITS.bucketsPerQueryMax + 1

/** The answer to one statement; the first column of a table is the time in milliseconds. */
export interface Statement {
  readonly error?: string
  readonly series?: readonly Table[]
}

interface Table {
  readonly columns: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  readonly values?: readonly Row[]
}

type Row = readonly unknown[]

/** Values of `$name` in a statement. */
export type Parameters = Readonly<Record<string, string>>

/** How the package `influx` is to write our fields: a number of JavaScript may be either. */
export function schemaOf(database: string): readonly ISchemaOptions[] {
  const { FLOAT, INTEGER, STRING, BOOLEAN } = FieldType
  return [
    {
      database,
      measurement: MEASUREMENT,
      tags: ['device', 'point'],
      fields: {
        value: FLOAT,
        unusable: FLOAT,
        is_boolean: BOOLEAN,
        quality: STRING,
        marks: INTEGER,
        arrived_at_ms: INTEGER,
      } satisfies Record<FieldName, FieldType>,
    },
    {
      database,
      measurement: PROGRESS_MEASUREMENT,
      tags: ['writer'],
      fields: { next_offset: INTEGER, retained_before_ms: INTEGER, rollups: STRING },
    },
  ]
}

/**
 * What every usable reading has, and what few have: two statements cost half of one with all fields. The
 * rare is asked for last, because a point that is being written shows its fields one by one.
 */
export function readingsStatements(
  question: { readonly fromMs: number; readonly toMs: number },
  { order, limit }: { readonly order: 'asc' | 'desc'; readonly limit: number },
): readonly [usual: string, rare: string] {
  const rest =
    `${FROM} WHERE ${isSeries(0)} AND ${isWithin(question)}` +
    ` ORDER BY time ${order === 'desc' ? 'DESC' : 'ASC'} LIMIT ${integer(limit)}`
  return [
    `SELECT "value", "arrived_at_ms" ${rest}`,
    `SELECT "unusable", "is_boolean", "quality", "marks" ${rest}`,
  ]
}

/** Each field of a bucket, made of readings or of finer roll-ups, under its own name. */
function selectBucket(from: Resolution): string {
  const columns = ROLLUP_FIELD_NAMES.map((name: RollupField) => {
    const { fn, of, again } = ROLLUP_FIELDS[name]
    return from === 'raw' ? `${fn}("${of}") AS "${name}"` : `${again}("${name}") AS "${name}"`
  })
  return `SELECT ${columns.join(', ')}`
}

/** Roll-ups as long as a bucket are the buckets: read as they lie, they cost a third of being folded again. */
export function bucketsStatement(
  question: { readonly fromMs: number; readonly toMs: number; readonly everyMs: number },
  resolution: Resolution,
): string {
  const { everyMs } = question
  const isRollup = resolution !== 'raw' && everyMs === ROLLUP_LENGTH_MS[resolution]
  const from = `FROM ${PLACES[resolution]} WHERE ${isSeries(0)} AND ${isWithin(question)}`
  const limit = `LIMIT ${integer(BUCKETS_ASKED_MAX)}`
  return isRollup
    ? `${SELECT_ROLLUP} ${from} ${limit}`
    : `${selectBucket(resolution)} ${from} GROUP BY time(${ms(everyMs)}) fill(none) ${limit}`
}

/** Minutes of readings, then hours of the minutes; of `devices` devices whose names are parameters, or of all for 0. */
export function rollUpStatements(
  span: { readonly fromMs: number; readonly toMs: number },
  devices: number,
): readonly string[] {
  const names = Array.from({ length: devices }, (_, index) => `"device" = $d${index}`)
  const ofDevices = devices === 0 ? '' : ` AND (${names.join(' OR ')})`
  const statement = (from: 'raw' | 'minute', to: 'minute' | 'hour', everyMs: number) =>
    `${selectBucket(from)} INTO ${PLACES[to]} FROM ${PLACES[from]}` +
    ` WHERE ${isWithin(span)}${ofDevices} GROUP BY time(${ms(everyMs)}), "device", "point" fill(none)`
  return [statement('raw', 'minute', MINUTE_MS), statement('minute', 'hour', HOUR_MS)]
}

/** The condition that a point belongs to the series whose names are the parameters of this number. */
export function isSeries(index: number): string {
  return `"device" = $d${index} AND "point" = $p${index}`
}

export function parametersOf(series: readonly SeriesName[]): Parameters {
  return Object.fromEntries(
    series.flatMap(({ deviceId, point }, index) => [
      [`d${index}`, encodeName(deviceId)],
      [`p${index}`, encodeName(point)],
    ]),
  )
}

export function isWithin({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  return `time >= ${ms(Math.ceil(fromMs))} AND time < ${ms(Math.ceil(toMs))}`
}

/** An instant or a length; instants beyond those that InfluxDB can hold are its first or last. */
export function ms(value: number): string {
  return `${integer(Math.min(Math.max(value, TIME_MS_MIN), TIME_MS_MAX))}ms`
}

export function integer(value: number): string {
  assert(Number.isSafeInteger(value), 'InfluxQL is given whole numbers.')
  return String(value)
}

/** Rows by the names of their columns. */
export function recordsOf(
  statement: Statement | undefined,
): readonly ((column: string) => unknown)[] {
  return (statement?.series ?? []).flatMap(({ columns, values }) => {
    const indexes = new Map(columns.map((column, index) => [column, index]))
    return (values ?? []).map((row) => (column: string) => row[indexes.get(column) ?? -1])
  })
}

export function rowsOf(statement: Statement | undefined): readonly Row[] {
  return (statement?.series ?? []).flatMap(({ values }) => values ?? [])
}

export function firstRow(statement: Statement | undefined): Row | undefined {
  return rowsOf(statement)[0]
}

/** Null for a point that is not a whole reading. */
export function readingsIn({ columns, values }: Table): readonly (StoredReading | null)[] {
  const indexes = new Map(columns.map((column, index) => [column, index]))
  return (values ?? []).map((row) =>
    readingOf(Number(row[0]), (name) => row[indexes.get(name) ?? -1]),
  )
}

/** One day is added, because InfluxDB drops by the shard and refuses what is beyond. */
export function durationOf(retentionDays: number | null): string {
  return retentionDays === null ? 'INF' : `${integer((retentionDays + 1) * 24)}h`
}

/** Of `720h0m0s` or of `0s`, which is for ever. */
export function hoursIn(duration: string): number {
  return Number(/^(\d+)h/.exec(duration)?.[1] ?? 0)
}

export function bytesOf(shards: Statement | undefined, database: string): number {
  const policies: readonly unknown[] = Object.values(POLICIES)
  const ofUs = (shards?.series ?? []).filter(
    ({ tags }) => tags?.database === database && policies.includes(tags.retentionPolicy),
  )
  return ofUs
    .map(({ columns, values }) => Number(values?.[0]?.[columns.indexOf('diskBytes')] ?? 0))
    .reduce((sum, bytes) => sum + bytes, 0)
}
