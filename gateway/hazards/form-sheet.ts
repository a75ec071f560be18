import type { PdfBlock, PdfDocument } from '../documents/pdf-document.ts'

type Row = readonly (string | number)[]

/** The same form as a sheet to fill further: what is a table on paper is rows and columns here. */
export function sheetOfForm(form: PdfDocument): {
  readonly name: string
  readonly widths: readonly number[]
  readonly rows: readonly Row[]
  readonly boldRows: readonly number[]
} {
  const rows: Row[] = [[form.title], [form.subtitle ?? ''], []]
  const boldRows = [0]
  for (const block of form.blocks) {
    for (const { cells, isBold } of rowsOf(block)) {
      if (isBold) boldRows.push(rows.length)
      rows.push(cells)
    }
  }
  rows.push([], [form.footer])
  if (form.watermark !== undefined) rows.push([form.watermark])
  return { name: form.title.slice(0, NAME_LENGTH_MAX), widths: WIDTHS, rows, boldRows }
}

const WIDTHS = [24, 30, 24, 30, 18, 18, 18]
/** What a sheet may be called. */
const NAME_LENGTH_MAX = 31

interface Line {
  readonly cells: Row
  readonly isBold: boolean
}

function rowsOf(block: PdfBlock): readonly Line[] {
  switch (block.kind) {
    case 'heading':
      return [plain([]), { cells: [block.text], isBold: true }]
    case 'paragraph':
      return [plain([block.text])]
    case 'fields':
      return pairs(block.fields.map(({ label, value }) => [label, value] as const))
    case 'table':
      if (block.rows.length === 0) return [plain([block.whenEmpty])]
      return [
        { cells: block.columns.map(({ title }) => title), isBold: true },
        ...block.rows.map((row) => plain(row)),
      ]
    case 'signatures':
      return [plain([]), plain(block.labels.map((label) => `${label}：`))]
    case 'image':
    case 'page-break':
      return []
    default:
      return block satisfies never
  }
}

function pairs(fields: readonly (readonly [string, string])[]): readonly Line[] {
  const lines: Line[] = []
  for (let index = 0; index < fields.length; index += 2) {
    lines.push(plain([...(fields[index] ?? []), ...(fields[index + 1] ?? [])]))
  }
  return lines
}

function plain(cells: Row): Line {
  return { cells, isBold: false }
}
