import { RESPONSIBLE_PERSONS } from '../contract/hazard-dossier.ts'
import { ARCHIVE_ITEMS } from '../contract/hazard-filings.ts'
import type { PdfBlock } from '../documents/pdf-document.ts'
import { type FormSubject, levelText } from './form-subject.ts'
import {
  ARCHIVE_ITEM_NAMES,
  ASSESSOR_NAMES,
  KIND_NAMES,
  PERSON_NAMES,
  VERSION_KIND_NAMES,
} from './form-words.ts'
import type { SourceVersion } from './source-version.ts'

/** 备案申请表: who files what, with which archive, signed; and what the authority decided. */
export function applicationBlocks(subject: FormSubject): readonly PdfBlock[] {
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

function personFields({ snapshot }: FormSubject) {
  return RESPONSIBLE_PERSONS.map((role) => {
    const { name, position, phone } = snapshot.dossier.persons[role]
    return { label: PERSON_NAMES[role], value: [name, position, phone].filter(Boolean).join(' ') }
  })
}

/** In the time of the machine, which stands where the authority does. */
function timeText(atMs: number): string {
  return new Date(atMs).toLocaleString('zh-CN', { hour12: false })
}
