import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { writeCsvStream } from 'hucre/csv'
import { type WriteSheet, writeXlsx, writeXlsxStream } from 'hucre/xlsx'

export type SpreadsheetCell = string | number | boolean | null

export interface SpreadsheetColumn {
  readonly title: string
  /** In characters. */
  readonly width?: number
}

/** Rows as they come, so that an export of any length takes little memory. */
export interface RowSource {
  /** Name of the sheet; what a sheet may not be called is taken out. */
  readonly name: string
  readonly columns: readonly SpreadsheetColumn[]
  readonly rows: AsyncIterable<SpreadsheetCell[]>
}

export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
export const CSV_TYPE = 'text/csv; charset=utf-8'

/** More rows than a sheet holds go on in a second sheet, with the titles again. */
export function xlsxStream({ name, columns, rows }: RowSource): Readable {
  return nodeStream(
    writeXlsxStream(rows, {
      name: sheetName(name),
      columns: columns.map(({ title, width = 16 }) => ({ header: title, width })),
      freezePane: { rows: 1 },
    }),
  )
}

/**
 * RFC 4180, with a byte order mark: without it Excel reads Chinese as something else. A text that a
 * spreadsheet would take for a formula gets an apostrophe in front.
 */
export function csvStream({ columns, rows }: Omit<RowSource, 'name'>): Readable {
  const headers = columns.map(({ title }) => title)
  return nodeStream(writeCsvStream(rows, { headers, bom: true, escapeFormulae: true }))
}

/** One sheet of a form: rows as they are to stand, some of them in bold. */
export interface FormSheet {
  readonly name: string
  readonly widths: readonly number[]
  readonly rows: readonly (readonly SpreadsheetCell[])[]
  /** Indices of rows that are titles. */
  readonly boldRows?: readonly number[]
}

/** A small workbook with several sheets, whole. */
export async function xlsxForm(sheets: readonly FormSheet[]): Promise<Buffer> {
  const used = new Set<string>()
  const bytes = await writeXlsx({
    sheets: sheets.map((sheet) => writeSheet(sheet, distinct(sheetName(sheet.name), used))),
  })
  return Buffer.from(bytes)
}

function writeSheet({ widths, rows, boldRows = [] }: FormSheet, name: string): WriteSheet {
  const bold = new Set(boldRows)
  const cells: NonNullable<WriteSheet['cells']> = new Map()
  for (const [row, values] of rows.entries()) {
    if (!bold.has(row)) continue
    for (const [column, value] of values.entries()) {
      cells.set(`${row},${column}`, { value, style: { font: { bold: true } } })
    }
  }
  return {
    name,
    columns: widths.map((width) => ({ width })),
    rows: rows.map((row) => [...row]),
    cells,
  }
}

const SHEET_NAME_LENGTH_MAX = 31

/** Excel refuses a file whose sheets have other names. */
function sheetName(name: string): string {
  const allowed = name.replace(/[\\/?*[\]:]/g, ' ').replace(/^'+|'+$/g, '')
  return allowed.slice(0, SHEET_NAME_LENGTH_MAX).trim() || 'Vigil'
}

function distinct(name: string, used: Set<string>): string {
  let own = name
  for (let count = 2; used.has(own.toLowerCase()); count += 1) {
    const ending = ` ${count}`
    own = name.slice(0, SHEET_NAME_LENGTH_MAX - ending.length) + ending
  }
  used.add(own.toLowerCase())
  return own
}

function nodeStream(stream: unknown): Readable {
  // The same class at run time; the types of the two worlds differ in their iterators only.
  return Readable.fromWeb(stream as ReadableStream<Uint8Array>)
}
