import type { PerformanceDto } from '../../gateway/contract.ts'

type Cell = string | number

/** Words of the report, in the language of the page. */
export interface CsvWords {
  readonly figure: (name: PerformanceDto['figures'][number]['name']) => string
  readonly verdict: (verdict: PerformanceDto['figures'][number]['verdict']) => string
  readonly grade: (grade: 1 | 2 | 3 | 4) => string
  readonly ruleName: (name: { readonly zh: string; readonly en: string }) => string
  readonly heads: Readonly<
    Record<'figures' | 'rate' | 'top' | 'response' | 'value' | 'good' | 'bound' | 'verdict', string>
  >
}

/** The report as one sheet: figures, causes, answers, and the rate in ten minutes. */
export function performanceCsv(report: PerformanceDto, words: CsvWords): string {
  const { heads } = words
  const rows: Cell[][] = [
    [report.from, report.to],
    [],
    [heads.figures, heads.value, heads.good, heads.bound, heads.verdict],
    ...report.figures.map(({ name, value, good, bound, verdict }) => [
      words.figure(name),
      round(value),
      good ?? '',
      bound ?? '',
      words.verdict(verdict),
    ]),
    [],
    [heads.top],
    ...report.top.map((cause) => [
      words.ruleName(cause.ruleName),
      cause.organizationName,
      cause.deviceName,
      cause.point,
      cause.count,
      round(100 * cause.share),
      round(100 * cause.runningShare),
    ]),
    [],
    [heads.response],
    ...report.responseByGrade.map((of) => [words.grade(of.grade), ...answersOf(of)]),
    ...report.responseByOrganization.map((of) => [of.name, ...answersOf(of)]),
    [],
    [heads.rate],
    ...report.perTenMinutes.map((count, index) => [
      new Date(Date.parse(report.from) + index * 600_000).toISOString(),
      count,
    ]),
  ]
  // Without the mark, Excel takes the Chinese for something else.
  return `\u{feff}${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`
}

function answersOf(
  of: PerformanceDto['responseByGrade'][number] | PerformanceDto['responseByOrganization'][number],
): Cell[] {
  return [of.answered, of.unanswered, of.medianSeconds ?? '', of.p95Seconds ?? '']
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** RFC 4180; what a spreadsheet would take for a formula gets an apostrophe in front. */
function cellOf(cell: Cell): string {
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
