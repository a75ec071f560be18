import { RESPONSIBLE_PERSONS } from '../contract/hazard-dossier.ts'
import { ARCHIVE_ITEMS } from '../contract/hazard-filings.ts'
import type { HazardAssessment, HazardForm } from '../contract.ts'
import type { PdfBlock, PdfDocument } from '../documents/pdf-document.ts'
import { quantityText } from './dossier-diff.ts'
import {
  ARCHIVE_ITEM_NAMES,
  ASSESSOR_NAMES,
  BOUNDARY_NAMES,
  KIND_NAMES,
  LEVEL_NAMES,
  PERSON_NAMES,
  VERSION_KIND_NAMES,
} from './form-words.ts'
import type { Snapshot, SourceVersion } from './source-version.ts'
import { STANDARD } from './standard.ts'

/**
 * The forms of a filing in Chinese, as an authority receives them. Their layout is ours: no official
 * template could be read. What is printed is a submission as it was, or the draft, marked as one.
 */
export interface FormSubject {
  readonly sourceId: string
  readonly enterprise: string
  readonly territory: readonly string[]
  readonly snapshot: Pick<Snapshot, 'dossier' | 'assessment' | 'documents'>
  /** Null: the draft. */
  readonly version: SourceVersion | null
}

export function hazardForm(form: HazardForm, subject: FormSubject): PdfDocument {
  const { title, blocks } = FORMS[form]
  const { version, snapshot, sourceId } = subject
  const watermark = watermarkOf(version)
  return {
    title,
    subtitle: `${subject.enterprise}　${snapshot.dossier.name}`,
    language: 'zh',
    footer: [
      `安哨 ${sourceId}`,
      version === null ? '草稿' : `第 ${version.version} 次提交`,
      ...(version?.number == null ? [] : [`备案编号 ${version.number}`]),
    ].join(' · '),
    ...(watermark === null ? {} : { watermark }),
    blocks: blocks(subject),
  }
}

const FORMS: Readonly<
  Record<
    HazardForm,
    { readonly title: string; readonly blocks: (subject: FormSubject) => readonly PdfBlock[] }
  >
> = {
  application: { title: '危险化学品重大危险源备案申请表', blocks: applicationBlocks },
  characteristics: { title: '危险化学品重大危险源基本特征表', blocks: characteristicsBlocks },
  identification: { title: '危险化学品重大危险源辨识、分级记录', blocks: identificationBlocks },
}

function watermarkOf(version: SourceVersion | null): string | null {
  if (version === null) return '草稿'
  switch (version.outcome) {
    case 'accepted':
      return null
    case 'pending':
      return '待审核'
    case 'returned':
      return '已退回'
    case 'withdrawn':
      return '已撤回'
    default:
      return version.outcome satisfies never
  }
}

function applicationBlocks(subject: FormSubject): readonly PdfBlock[] {
  const { snapshot, version } = subject
  const { dossier, assessment, documents } = snapshot
  return [
    { kind: 'heading', text: '一、申请单位与重大危险源' },
    {
      kind: 'fields',
      fields: [
        { label: '申请单位', value: subject.enterprise },
        { label: '所在辖区', value: subject.territory.join(' ') },
        { label: '重大危险源名称', value: dossier.name },
        { label: '类型', value: KIND_NAMES[dossier.kind] },
        { label: '地址', value: dossier.address },
        { label: '投用时间', value: dossier.inUseSince ?? '' },
        { label: '级别', value: levelText(assessment) },
        { label: 'R 值', value: assessment.r ?? '—' },
        { label: '申请类别', value: version === null ? '' : VERSION_KIND_NAMES[version.kind] },
        { label: '评估完成日期', value: dossier.assessment.completedOn ?? '' },
        {
          label: '评估方',
          value: [
            dossier.assessment.by === null ? '' : ASSESSOR_NAMES[dossier.assessment.by],
            dossier.assessment.assessor,
          ]
            .filter((part) => part !== '')
            .join('：'),
        },
        ...personFields(subject),
      ],
    },
    ...(version === null || version.snapshot.reason === ''
      ? []
      : [
          { kind: 'heading' as const, text: '核销理由' },
          { kind: 'paragraph' as const, text: version.snapshot.reason },
        ]),
    { kind: 'heading', text: '二、提交的档案' },
    {
      kind: 'table',
      columns: [
        { title: '档案项目', width: 3 },
        { title: '文件', width: 4 },
      ],
      rows: ARCHIVE_ITEMS.map((item) => [
        ARCHIVE_ITEM_NAMES[item],
        documents
          .filter((document) => document.item === item)
          .map(({ title, version: number }) => `${title}（第 ${number} 版）`)
          .join('；') || (GENERATED.has(item) ? '由登记内容生成' : '—'),
      ]),
      whenEmpty: '没有文件',
    },
    { kind: 'heading', text: '三、真实性声明' },
    {
      kind: 'paragraph',
      text: '本单位声明：所填内容和所附文件真实、完整，如有虚假愿承担法律责任。',
    },
    ...signatureBlocks(version),
    { kind: 'heading', text: '四、主管部门意见' },
    ...decisionBlocks(version),
    { kind: 'signatures', labels: ['经办人', '（盖章）日期'] },
  ]
}

const GENERATED: ReadonlySet<string> = new Set([
  'identification',
  'characteristics',
  'responsible-persons',
])

function signatureBlocks(version: SourceVersion | null): readonly PdfBlock[] {
  if (version === null) return [{ kind: 'signatures', labels: ['签署人', '（盖章）日期'] }]
  return [
    {
      kind: 'fields',
      fields: [
        { label: '签署人', value: version.signedName },
        { label: '提交时间', value: timeText(version.submittedAtMs) },
      ],
    },
    { kind: 'signatures', labels: ['（盖章）日期'] },
  ]
}

function decisionBlocks(version: SourceVersion | null): readonly PdfBlock[] {
  if (version === null || version.decidedAtMs === null) {
    return [{ kind: 'paragraph', text: '尚未作出决定。', tone: 'quiet' }]
  }
  const isAccepted = version.outcome === 'accepted'
  const word = isAccepted ? '准予' : version.outcome === 'returned' ? '退回' : '企业撤回'
  return [
    {
      kind: 'fields',
      fields: [
        { label: '决定', value: `${word}${VERSION_KIND_NAMES[version.kind]}` },
        { label: '备案编号', value: version.number ?? '—' },
        { label: '经办账号', value: version.decidedBy ?? '' },
        { label: '时间', value: timeText(version.decidedAtMs) },
      ],
    },
    ...(version.remarks.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            columns: [
              { title: '项目', width: 2 },
              { title: '意见', width: 4 },
            ],
            rows: version.remarks.map(({ item, text }) => [
              item === 'application' ? '申请整体' : ARCHIVE_ITEM_NAMES[item],
              text,
            ]),
            whenEmpty: '没有意见',
          },
        ]),
  ]
}

function characteristicsBlocks(subject: FormSubject): readonly PdfBlock[] {
  const { dossier, assessment } = subject.snapshot
  const { surroundings } = dossier
  const nearest = surroundings.targets
    .flatMap(({ distanceMetres }) => distanceMetres ?? [])
    .toSorted((one, other) => one - other)[0]
  return [
    { kind: 'heading', text: '一、基本情况' },
    {
      kind: 'fields',
      fields: [
        { label: '单位名称', value: subject.enterprise },
        { label: '重大危险源名称', value: dossier.name },
        { label: '地址', value: dossier.address },
        {
          label: '经纬度(WGS84)',
          value:
            dossier.position === null
              ? ''
              : `${dossier.position.longitude}, ${dossier.position.latitude}`,
        },
        { label: '类型', value: KIND_NAMES[dossier.kind] },
        { label: '投用时间', value: dossier.inUseSince ?? '' },
        { label: 'R 值', value: assessment.r ?? '—' },
        { label: '级别', value: levelText(assessment) },
        { label: '化工园区', value: dossier.chemicalPark === '' ? '否' : dossier.chemicalPark },
        {
          label: '最近防护目标',
          value: nearest === undefined ? '' : `${nearest} m`,
        },
        {
          label: '500 m 内人数',
          value:
            [surroundings.exposedPopulation, surroundings.countedOn]
              .filter((part) => part !== null)
              .join('（') + (surroundings.countedOn === null ? '' : ' 统计）'),
        },
        { label: '应急预案', value: dossier.emergency.planName },
      ],
    },
    { kind: 'heading', text: '二、主要装置、设施及生产（储存）规模' },
    { kind: 'paragraph', text: dossier.scale === '' ? '未填写' : dossier.scale },
    { kind: 'heading', text: '三、单元内危险化学品' },
    {
      kind: 'table',
      columns: [
        { title: '单元', width: 2 },
        { title: '化学品', width: 2 },
        { title: 'CAS / UN', width: 2 },
        { title: '状态、用途、工艺', width: 3 },
        { title: '温度 / 压力', width: 2 },
        { title: '设计最大量', width: 2, align: 'right' },
        { title: '临界量 t', width: 1.3, align: 'right' },
      ],
      rows: dossier.units.flatMap((unit, unitIndex) =>
        unit.substances.map((substance, index) => {
          const line = assessment.units[unitIndex]?.lines[index] ?? null
          return [
            unit.name,
            substance.name,
            joined([substance.cas, substance.un === '' ? '' : `UN ${substance.un}`]),
            joined([substance.physicalState, substance.purpose, substance.process]),
            joined([substance.temperature, substance.pressure]),
            quantityText(substance.quantity) ?? '',
            line?.criticalQuantity ?? '—',
          ]
        }),
      ),
      whenEmpty: '没有填写化学品',
    },
    ...surroundingBlocks(subject),
  ]
}

function surroundingBlocks({ snapshot }: FormSubject): readonly PdfBlock[] {
  const { dossier } = snapshot
  return [
    { kind: 'heading', text: '四、500 米内防护目标' },
    {
      kind: 'table',
      columns: [
        { title: '目标', width: 3 },
        { title: '类别', width: 2 },
        { title: '距厂界 m', align: 'right' },
        { title: '人数', align: 'right' },
        { title: '电话', width: 2 },
      ],
      rows: dossier.surroundings.targets.map((target) => [
        target.name,
        target.kind,
        String(target.distanceMetres ?? ''),
        String(target.people ?? ''),
        target.phone,
      ]),
      whenEmpty: '没有填写防护目标',
    },
    { kind: 'heading', text: '五、近三年事故' },
    {
      kind: 'table',
      columns: [
        { title: '日期', width: 2 },
        { title: '死亡', align: 'right' },
        { title: '受伤', align: 'right' },
        { title: '经过', width: 6 },
      ],
      rows: dossier.accidents.map((accident) => [
        accident.on ?? '',
        String(accident.deaths),
        String(accident.injured),
        accident.description,
      ]),
      whenEmpty: '无',
    },
    { kind: 'heading', text: '六、主要设备' },
    {
      kind: 'table',
      columns: [
        { title: '位号', width: 2 },
        { title: '名称', width: 3 },
        { title: '规格', width: 4 },
        { title: '数量', align: 'right' },
      ],
      rows: dossier.equipment.map((item) => [
        item.tag,
        item.name,
        item.specification,
        String(item.count ?? ''),
      ]),
      whenEmpty: '没有填写设备',
    },
  ]
}

function identificationBlocks({ snapshot }: FormSubject): readonly PdfBlock[] {
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

function personFields({ snapshot }: FormSubject) {
  return RESPONSIBLE_PERSONS.map((role) => {
    const { name, position, phone } = snapshot.dossier.persons[role]
    return { label: PERSON_NAMES[role], value: [name, position, phone].filter(Boolean).join(' ') }
  })
}

function levelText(figures: Pick<HazardAssessment, 'hazardLevel' | 'majorHazard'>): string {
  if (figures.hazardLevel !== null) return LEVEL_NAMES[figures.hazardLevel]
  return figures.majorHazard === false ? '不构成重大危险源' : '未定级'
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('，')
}

/** In the time of the machine, which stands where the authority does. */
function timeText(atMs: number): string {
  return new Date(atMs).toLocaleString('zh-CN', { hour12: false })
}
