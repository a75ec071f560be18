import {
  describeLimit,
  describeSpread,
  type Figure,
  spreadOf,
  type Verdict,
  verdictsOf,
} from '../figure.ts'
import type { Report, Section } from './report.ts'

/**
 * The report as Markdown: what was not kept first, then a table a unit, our number beside each peer's,
 * and below it what was asked of it.
 */
export function reportText({ at, machine, options, isQuick, sections }: Report): string {
  const warning = isQuick ? 'A quick run of one short round: not to be quoted.\n\n' : ''
  const command = ['npm run bench', ...(options.length === 0 ? [] : ['--', ...options])].join(' ')
  const head = `# Measurements\n\n${at}, ${machine}. \`${command}\`\n\n${warning}Median (least … most) of the rounds, which take turns.\n`
  return [head, summaryOf(sections), ...sections.map(sectionText)].join('\n')
}

function summaryOf(sections: readonly Section[]): string {
  const all = sections.flatMap(({ title, figures }) =>
    figures.flatMap((figure) =>
      verdictsOf(figure).map((verdict) => ({ title, figure, ...verdict })),
    ),
  )
  const failed = sections.filter(({ failure }) => failure !== null)
  const broken = all.filter(({ isKept }) => !isKept)
  const lines = [
    `${all.length - broken.length} of ${all.length} limits are kept.\n`,
    ...broken.map(
      ({ title, figure: { name, unit }, ...verdict }) =>
        `- ${title}, ${name} (${unit}): ${verdictText(verdict)}`,
    ),
    ...failed.map(({ title, failure }) => `- ${title}: **ended with ${failure}**`),
    '',
  ]
  return lines.join('\n')
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
    ...figures.flatMap((figure) =>
      verdictsOf(figure).map(
        (verdict) => `- ${figure.name} (${figure.unit}): ${verdictText(verdict)}`,
      ),
    ),
    ...remarks.map((remark) => `\n${remark}`),
    ...(failure === null ? [] : [`\n**Ended with ${failure}.** It had printed:\n`, text]),
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
  const found = describeSpread(measured)
  return `${describeLimit(limit)} was asked, ${found} found, ${isKept ? 'kept' : '**not kept**'}`
}
