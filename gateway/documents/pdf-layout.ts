import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import type { PdfBlock, PdfColumn, PdfDocument, PdfField, PdfTable } from './pdf-document.ts'

const INK = '#1f2329'
const QUIET = '#646a73'
const LINE = '#c9cdd4'
const SHADE = '#f2f3f5'
const IMAGE_HEIGHT_MAX = 260
/** Inside the margins of an A4 page, in points. */
const PAGE_WIDTH = { portrait: 515, landscape: 762 }

/** The document in the words of the library that sets it. */
export function layOut(document: PdfDocument): TDocumentDefinitions {
  const { title, subtitle, footer, language, watermark, orientation = 'portrait' } = document
  return {
    info: { title, creator: 'Vigil 安哨' },
    pageSize: 'A4',
    pageOrientation: orientation,
    pageMargins: [40, 44, 40, 48],
    defaultStyle: { font: 'NotoSansHans', fontSize: 9.5, lineHeight: 1.25, color: INK },
    ...(watermark === undefined ? {} : { watermark: { text: watermark, opacity: 0.08 } }),
    footer: (page, pages) => ({
      margin: [40, 12, 40, 0],
      fontSize: 8,
      color: QUIET,
      columns: [
        { text: printable(footer) },
        { text: pageNumber(language, page, pages), alignment: 'right', width: 90 },
      ],
    }),
    content: [
      { text: printable(title), fontSize: 17, bold: true, alignment: 'center' },
      ...(subtitle === undefined
        ? []
        : [{ text: printable(subtitle), color: QUIET, alignment: 'center' as const }]),
      { text: '', margin: [0, 0, 0, 10] },
      ...document.blocks.map((block) => contentOf(block, orientation)),
    ],
  }
}

/**
 * The embedded font has no raised or lowered figures; a formula stays readable without (H₂S → H2S).
 * Control characters would be boxes.
 */
export function printable(text: string): string {
  return text
    .replace(/[\u2070-\u209c\u00b2\u00b3\u00b9]/g, (figure) =>
      figure === '²' || figure === '³' ? figure : figure.normalize('NFKC'),
    )
    .replace(/(?![\n\t])\p{Cc}/gu, '')
}

function contentOf(block: PdfBlock, orientation: 'portrait' | 'landscape'): Content {
  switch (block.kind) {
    case 'heading':
      return { text: printable(block.text), fontSize: 12, bold: true, margin: [0, 10, 0, 5] }
    case 'paragraph':
      return {
        text: printable(block.text),
        margin: [0, 0, 0, 6],
        bold: block.tone === 'strong',
        color: block.tone === 'quiet' ? QUIET : INK,
      }
    case 'fields':
      return fieldsContent(block.fields, block.columns ?? 2)
    case 'table':
      return tableContent(block)
    case 'image':
      return imageContent(block, PAGE_WIDTH[orientation])
    case 'signatures':
      return {
        columns: block.labels.map((label) => ({ text: `${printable(label)}：` })),
        columnGap: 20,
        margin: [0, 26, 0, 8],
      }
    case 'page-break':
      return { text: '', pageBreak: 'after' }
    default:
      return block satisfies never
  }
}

function fieldsContent(fields: readonly PdfField[], columns: 1 | 2): Content {
  const cells = fields.map(({ label, value }): TableCell[] => [
    { text: printable(label), color: QUIET, fillColor: SHADE },
    { text: printable(value) },
  ])
  const rows: TableCell[][] = []
  for (let index = 0; index < cells.length; index += columns) {
    const row = cells.slice(index, index + columns).flat()
    while (row.length < columns * 2) row.push('')
    rows.push(row)
  }
  if (rows.length === 0) return ''
  const widths = Array.from({ length: columns }, () => [92, '*']).flat()
  return { table: { widths, body: rows, dontBreakRows: true }, layout: GRID, margin: [0, 0, 0, 8] }
}

function tableContent({ columns, rows, whenEmpty }: PdfTable): Content {
  if (rows.length === 0) return { text: printable(whenEmpty), color: QUIET, margin: [0, 0, 0, 8] }
  const heads = columns.map(
    ({ title, align = 'left' }): TableCell => ({
      text: printable(title),
      bold: true,
      fillColor: SHADE,
      alignment: align,
    }),
  )
  const body = rows.map((row) =>
    columns.map(
      ({ align = 'left' }, index): TableCell => ({
        text: printable(row[index] ?? ''),
        alignment: align,
      }),
    ),
  )
  return {
    table: { headerRows: 1, widths: widthsOf(columns), body: [heads, ...body] },
    layout: GRID,
    fontSize: 8.5,
    margin: [0, 0, 0, 8],
  }
}

/** Shares become per cent of what all shares are together. */
function widthsOf(columns: readonly PdfColumn[]): (string | number)[] {
  const hasAuto = columns.some(({ width }) => width === 'auto')
  const shares = columns.reduce((sum, { width = 1 }) => sum + (width === 'auto' ? 0 : width), 0)
  return columns.map(({ width = 1 }) => {
    if (width === 'auto') return 'auto'
    return hasAuto ? '*' : `${(100 * width) / shares}%`
  })
}

function imageContent(block: Extract<PdfBlock, { kind: 'image' }>, width: number): Content {
  const { bytes, mediaType, caption, heightMax = IMAGE_HEIGHT_MAX } = block
  const image = `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`
  return {
    stack: [
      { image, fit: [width, heightMax] },
      ...(caption === undefined ? [] : [{ text: printable(caption), color: QUIET, fontSize: 8 }]),
    ],
    margin: [0, 0, 0, 8],
  }
}

function pageNumber(language: 'zh' | 'en', page: number, pages: number): string {
  return language === 'zh' ? `第 ${page} 页，共 ${pages} 页` : `Page ${page} of ${pages}`
}

const GRID = {
  hLineWidth: () => 0.5,
  vLineWidth: () => 0.5,
  hLineColor: () => LINE,
  vLineColor: () => LINE,
  paddingTop: () => 3,
  paddingBottom: () => 3,
}
