import type { HazardAssessment } from '../contract.ts'
import type { PdfBlock } from '../documents/pdf-document.ts'
import { quantityText } from './dossier-diff.ts'
import { type FormSubject, joined, levelText } from './form-subject.ts'
import { BOUNDARY_NAMES } from './form-words.ts'
import type { Snapshot } from './source-version.ts'
import { STANDARD } from './standard.ts'

/** 辨识、分级记录: the whole calculation, each figure with where it stands. */
export function identificationBlocks({ snapshot }: FormSubject): readonly PdfBlock[] {
  const { dossier, assessment } = snapshot
  const people = dossier.surroundings.exposedPopulation
  return [
    {
      kind: 'paragraph',
      text: `依据 ${assessment.standard}《${STANDARD.title.zh}》。各单元分别计算，以最重单元为准。设计最大量按 4.2.2 取值。`,
      tone: 'quiet',
    },
    ...dossier.units.flatMap((unit, index) =>
      unitBlocks(unit, { assessed: assessment.units[index], people }),
    ),
    { kind: 'heading', text: '结论' },
    {
      kind: 'fields',
      fields: [
        { label: 'S', value: assessment.s ?? '—' },
        { label: 'α', value: assessment.alpha ?? '—' },
        { label: 'R', value: assessment.r ?? '—' },
        { label: '级别', value: levelText(assessment) },
      ],
    },
    {
      kind: 'paragraph',
      text: `数据来源：${STANDARD.provenance.zh}`,
      tone: 'quiet',
    },
    { kind: 'signatures', labels: ['辨识人', '审核人', '日期'] },
  ]
}

function unitBlocks(
  unit: Snapshot['dossier']['units'][number],
  result: {
    readonly assessed: HazardAssessment['units'][number] | undefined
    readonly people: number | null
  },
): readonly PdfBlock[] {
  const { assessed, people } = result
  const lines = assessed?.lines ?? []
  const known = lines.filter((line) => line !== null)
  const boundary = unit.boundary === null ? '未填写' : BOUNDARY_NAMES[unit.boundary]
  const cautions = known.flatMap((line) =>
    line.cautions.map(({ zh }) => `※ ${line.name.zh}：未核实，${zh}。`),
  )
  return [
    {
      kind: 'heading',
      text: `单元：${unit.name}（界线：${joined([boundary, unit.boundaryNote])}）`,
    },
    {
      kind: 'table',
      columns: [
        { title: '物质', width: 2.2 },
        { title: '设计最大量 q (t)', width: 1.6, align: 'right' },
        { title: '临界量 Q (t)', width: 1.4, align: 'right' },
        { title: 'q/Q', width: 1.4, align: 'right' },
        { title: 'β', align: 'right' },
        { title: 'β·q/Q', width: 1.4, align: 'right' },
        { title: '出处', width: 2.4 },
      ],
      rows: known.map((line) => [
        line.name.zh,
        line.given.unit === 't' ? line.q : `${quantityText(line.given) ?? ''} = ${line.q}`,
        line.criticalQuantity,
        line.sTerm,
        line.beta ?? '—',
        line.rTerm ?? '—',
        sourceText(line),
      ]),
      whenEmpty: '没有可计算的物质',
    },
    ...cautions.map((text) => ({ kind: 'paragraph' as const, text, tone: 'quiet' as const })),
    ...formulaBlocks(assessed, people),
  ]
}

function formulaBlocks(
  assessed: HazardAssessment['units'][number] | undefined,
  people: number | null,
): readonly PdfBlock[] {
  if (assessed === undefined || assessed.s === null) return []
  const lines = assessed.lines.filter((line) => line !== null)
  const blocks: PdfBlock[] = [
    {
      kind: 'paragraph',
      text: `S = ${lines.map(({ sTerm }) => sTerm).join(' + ')} = ${assessed.s} ${assessed.majorHazard === true ? '≥ 1，构成重大危险源（4.2.1）' : '< 1，不构成重大危险源（4.2.1）'}`,
    },
  ]
  if (assessed.r === null) return blocks
  const terms = lines.map(({ rTerm }) => rTerm ?? '?').join(' + ')
  return [
    ...blocks,
    {
      kind: 'paragraph',
      text: `厂界外 500 m 内常住 ${people ?? '—'} 人，α = ${assessed.alpha}（表 5）`,
    },
    {
      kind: 'paragraph',
      text: `R = ${assessed.alpha} × (${terms}) = ${assessed.r}，${levelText(assessed)}（4.3，表 6）`,
    },
  ]
}

function sourceText(line: NonNullable<HazardAssessment['units'][number]['lines'][number]>): string {
  const { criticalQuantityFrom: q, betaFrom } = line
  const beta =
    betaFrom === null
      ? ''
      : betaFrom.table === 3
        ? 'β 表3'
        : betaFrom.table === 4
          ? `β 表4 ${betaFrom.entry}`
          : 'β 自定'
  return joined([q.table === 1 ? `Q 表1 第${q.entry}行` : `Q 表2 ${q.entry}`, beta])
}
