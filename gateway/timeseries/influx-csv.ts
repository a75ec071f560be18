import type { FieldName } from './influx-schema.ts'
import { readingOf } from './influx-schema.ts'
import type { StoredReading } from './time-series.ts'

/**
 * Readings as InfluxDB 1 writes them in CSV, which costs both sides half of what JSON does. Two answers in
 * one text: `time,value,arrived_at_ms` of every point, and the fields that few points have. An answer
 * without rows has no header either, so it is told by its columns which one it is.
 */
const HEADER = 'name,tags,time,'

type Sparse = ReadonlyMap<number, ReadonlyMap<string, string>>

/** In the order of the answer; null for a point that is not a whole reading. Throws `InfluxCsvError`. */
export function readingsInCsv(text: string): readonly (StoredReading | null)[] {
  const tables = tablesIn(text)
  const dense = tables.find(({ columns }) => columns.includes('arrived_at_ms'))
  const sparse = sparseOf(tables.find(({ columns }) => columns.includes('quality')))
  return dense === undefined ? [] : denseRows(dense, sparse)
}

/** What a statement failed of, although the answer was 200. */
export class InfluxCsvError extends Error {}

interface CsvTable {
  readonly columns: readonly string[]
  readonly text: string
  /** Where its rows begin, and one past their end. */
  readonly start: number
  readonly end: number
}

function tablesIn(text: string): readonly CsvTable[] {
  if (text.startsWith('error')) throw new InfluxCsvError(text.slice('error'.length).trim())
  const tables: CsvTable[] = []
  let at = text.indexOf(HEADER)
  while (at !== -1) {
    const lineEnd = text.indexOf('\n', at)
    const next = text.indexOf(`\n${HEADER}`, lineEnd)
    const columns = text.slice(at + HEADER.length, lineEnd).split(',')
    tables.push({ columns, text, start: lineEnd + 1, end: next === -1 ? text.length : next + 1 })
    at = next === -1 ? -1 : next + 1
  }
  return tables
}

function sparseOf(table: CsvTable | undefined): Sparse {
  const rows = new Map<number, ReadonlyMap<string, string>>()
  if (table === undefined) return rows
  for (const line of table.text.slice(table.start, table.end).split('\n')) {
    const [, , time, ...cells] = line.split(',')
    if (time === undefined) continue
    const values = table.columns.map((column, index) => [column, cells[index] ?? ''] as const)
    rows.set(Number(time), new Map(values))
  }
  return rows
}

/** Walks over the text instead of taking it apart: hundreds of thousands of rows in one answer. */
function denseRows(
  { text, start, end }: CsvTable,
  sparse: Sparse,
): readonly (StoredReading | null)[] {
  const readings: (StoredReading | null)[] = []
  for (let at = start; at < end; ) {
    const lineEnd = indexOrEnd(text.indexOf('\n', at), end)
    if (lineEnd > at) {
      const timeAt = text.indexOf(',', text.indexOf(',', at) + 1) + 1
      const valueAt = text.indexOf(',', timeAt) + 1
      const arrivedAt = text.indexOf(',', valueAt) + 1
      const timeMs = Number(text.slice(timeAt, valueAt - 1))
      const value = text.slice(valueAt, arrivedAt - 1)
      const arrivedAtMs = Number(text.slice(arrivedAt, lineEnd))
      readings.push(rowOf({ timeMs, value, arrivedAtMs }, sparse.get(timeMs)))
    }
    at = lineEnd + 1
  }
  return readings
}

function indexOrEnd(index: number, end: number): number {
  return index === -1 || index > end ? end : index
}

function rowOf(
  row: { readonly timeMs: number; readonly value: string; readonly arrivedAtMs: number },
  more: ReadonlyMap<string, string> | undefined,
): StoredReading | null {
  const { timeMs, value, arrivedAtMs } = row
  if (more === undefined) {
    return value === ''
      ? null
      : { observedAtMs: timeMs, arrivedAtMs, value: Number(value), quality: 'good', marks: 0 }
  }
  return readingOf(timeMs, (name: FieldName) => {
    if (name === 'arrived_at_ms') return arrivedAtMs
    const text = name === 'value' ? value : (more.get(name) ?? '')
    if (text === '') return null
    if (name === 'quality') return text
    return name === 'is_boolean' ? text === 'true' : Number(text)
  })
}
