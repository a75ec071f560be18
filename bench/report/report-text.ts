import {
  describeNumber,
  describeSpread,
  type Figure,
  spreadOf,
  type Verdict,
  verdictsOf,
} from '../figure.ts'
import type { Report, Section } from './report.ts'

/** The report as Markdown: a table a unit, our number beside each peer's, and below it what was asked of it. */
export function reportText({ at, machine, isQuick, sections }: Report): string {
  const warning = isQuick ? 'A quick run of one short round: not to be quoted.\n\n' : ''
  const head = `# Measurements\n\n${at}, ${machine}.\n\n${warning}Median (least … most) of the rounds, which take turns.\n`
  return [head, ...sections.map(sectionText)].join('\n')
}

function sectionText(section: Section): string {
  const { title, figures, remarks, failure, text } = section
  const units = [...new Set(figures.map(({ unit }) => unit))]
  const parts = [
    `## ${title}\n`,
    ...units.map((unit) =>
      tableOf(
        unit,
        figures.filter((figure) => figure.unit === unit),
      ),
    ),
    ...figures.flatMap(({ name, ...figure }) =>
      verdictsOf({ name, ...figure }).map((verdict) => `- ${name}: ${verdictText(verdict)}`),
    ),
    ...(figures.length === 0 ? [text] : []),
    ...remarks.map((remark) => `\n${remark}`),
    ...(failure === null ? [] : [`\n**Ended with ${failure}.**`]),
  ]
  return `${parts.join('\n')}\n`
}

function tableOf(unit: string, figures: readonly Figure[]): string {
  const who = [...new Set(figures.flatMap(({ columns }) => columns.map((column) => column.who)))]
  const rows = figures.map(({ name, columns }) => {
    const cells = who.map((each) => {
      const column = columns.find((candidate) => candidate.who === each)
      return column === undefined ? '' : describeSpread(spreadOf(column.rounds))
    })
    return `| ${[name, ...cells].join(' | ')} |`
  })
  const line = `| ${['---', ...who.map(() => '---')].join(' | ')} |`
  return [`| ${[unit, ...who].join(' | ')} |`, line, ...rows, ''].join('\n')
}

function verdictText({ limit, measured, isKept }: Verdict): string {
  const of = limit.peer === null ? '' : ` × ${limit.peer}`
  const bound = `${limit.is} ${describeNumber(limit.bound)}${of}`
  return `${bound} was asked, ${describeSpread(measured)} found, ${isKept ? 'kept' : '**not kept**'}`
}
