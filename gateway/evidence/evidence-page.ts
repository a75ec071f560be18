import { EVIDENCE_LIMITS } from '#config/limits.ts'
import type { TimelineEntryDto } from '../contract.ts'
import type { PdfBlock, PdfDocument, PdfTable } from '../documents/pdf-document.ts'
import type { EvidenceDocument, EvidencePoint } from './evidence.ts'

type Language = 'zh' | 'en'
const UTC_OFFSET_MS = 8 * 3_600_000

export interface EvidencePage {
  readonly evidence: EvidenceDocument
  readonly sha256: string
  readonly timeline: readonly TimelineEntryDto[]
  readonly photos: readonly {
    readonly caption: string
    readonly mediaType: 'image/jpeg' | 'image/png'
    readonly bytes: Uint8Array
  }[]
  readonly language: Language
}

const WORDS = {
  zh: {
    title: '报警证据',
    drill: '演练',
    alarm: '一、报警',
    device: '二、设备状态（报警时）',
    rule: '三、规则（报警时版本）',
    timeline: '四、时间线',
    told: '五、通知',
    readings: '六、读数（报警前后各 10 分钟）',
    photos: '七、现场照片',
    what: '报警',
    place: '地点',
    grade: '级别',
    value: '数值',
    setpoint: '定值',
    raised: '开始',
    returned: '恢复',
    closed: '结束',
    name: '设备',
    id: '编号',
    location: '位置',
    status: '状态',
    seen: '最后上报',
    version: '版本',
    condition: '条件',
    at: '时间',
    who: '人员',
    event: '事件',
    note: '说明',
    channel: '渠道',
    type: '类型',
    text: '内容',
    fate: '结果',
    quality: '质量',
    none: '没有记录',
    unknown: '已无法查到',
    incomplete: '报警后 10 分钟尚未结束，证据还不完整。',
    cut: '读数过多，仅列出一部分。',
    sign: ['值班人员', '安全管理人员', '监管人员'],
    system: '系统',
    grades: { 1: '红色（特别重大）', 2: '橙色（重大）', 3: '黄色（较大）', 4: '蓝色（一般）' },
  },
  en: {
    title: 'Evidence of an alarm',
    drill: 'DRILL',
    alarm: '1. Alarm',
    device: '2. State of the device at the alarm',
    rule: '3. Rule, in the version of the alarm',
    timeline: '4. Time line',
    told: '5. Who was told',
    readings: '6. Readings, ten minutes before and after',
    photos: '7. Photos',
    what: 'Alarm',
    place: 'Place',
    grade: 'Grade',
    value: 'Value',
    setpoint: 'Set-point',
    raised: 'Raised',
    returned: 'Returned',
    closed: 'Closed',
    name: 'Device',
    id: 'Id',
    location: 'Location',
    status: 'Status',
    seen: 'Last heard',
    version: 'Version',
    condition: 'Condition',
    at: 'Time',
    who: 'Who',
    event: 'What',
    note: 'Note',
    channel: 'Channel',
    type: 'Type',
    text: 'Text',
    fate: 'Outcome',
    quality: 'Quality',
    none: 'Nothing',
    unknown: 'Not known any more',
    incomplete: 'The ten minutes after the alarm are not over: the evidence is not complete.',
    cut: 'Too many readings: only a part is listed.',
    sign: ['Operator', 'Safety manager', 'Authority'],
    system: 'system',
    grades: { 1: 'Red', 2: 'Orange', 3: 'Yellow', 4: 'Blue' },
  },
} as const

/** The evidence as a printed page; the hash at its foot is that of the JSON, which stands in the time line. */
export function evidencePage(page: EvidencePage): PdfDocument {
  const { evidence, sha256, language } = page
  const { alarm } = evidence
  const words = WORDS[language]
  return {
    title: words.title,
    subtitle: `${alarm.title[language]} · ${alarm.deviceName}`,
    language,
    footer: `${alarm.id} · SHA-256 ${sha256.slice(0, 32)}…`,
    ...(alarm.drill ? { watermark: words.drill } : {}),
    blocks: [
      ...(evidence.isComplete
        ? []
        : [{ kind: 'paragraph', text: words.incomplete, tone: 'strong' } as const]),
      ...alarmBlocks(page),
      ...deviceBlocks(page),
      ...ruleBlocks(page),
      ...timelineBlocks(page),
      ...readingBlocks(page),
      ...photoBlocks(page),
      { kind: 'paragraph', text: `SHA-256 ${sha256}`, tone: 'quiet' },
      { kind: 'signatures', labels: words.sign },
    ],
  }
}

function alarmBlocks({ evidence: { alarm }, language }: EvidencePage): readonly PdfBlock[] {
  const words = WORDS[language]
  const figure = (value: number | boolean | null) =>
    value === null ? '–' : `${String(value)}${alarm.unit === null ? '' : ` ${alarm.unit}`}`
  const place = [...alarm.territory, alarm.organizationName, alarm.siteName].join(' / ')
  return [
    { kind: 'heading', text: words.alarm },
    {
      kind: 'fields',
      columns: 2,
      fields: [
        { label: words.what, value: alarm.title[language] },
        { label: words.grade, value: words.grades[alarm.grade] },
        { label: words.place, value: place },
        { label: words.id, value: alarm.id },
        { label: words.value, value: figure(alarm.value) },
        { label: words.setpoint, value: figure(alarm.setpoint) },
        { label: words.raised, value: local(alarm.raisedAt) },
        { label: words.returned, value: local(alarm.returnedAt) },
        { label: words.closed, value: local(alarm.closedAt) },
      ],
    },
  ]
}

function deviceBlocks({ evidence: { device }, language }: EvidencePage): readonly PdfBlock[] {
  const words = WORDS[language]
  if (device === null) return [heading(words.device), quiet(words.unknown)]
  return [
    heading(words.device),
    {
      kind: 'fields',
      columns: 2,
      fields: [
        { label: words.name, value: device.name },
        { label: words.id, value: device.id },
        { label: words.location, value: device.location },
        { label: words.status, value: device.status },
        { label: words.seen, value: local(device.lastSeenAt) },
      ],
    },
  ]
}

function ruleBlocks({ evidence: { rule }, language }: EvidencePage): readonly PdfBlock[] {
  const words = WORDS[language]
  if (rule === null) return [heading(words.rule), quiet(words.unknown)]
  return [
    heading(words.rule),
    {
      kind: 'fields',
      columns: 1,
      fields: [
        { label: words.name, value: `${rule.name[language]} (${rule.id})` },
        { label: words.version, value: String(rule.version) },
        { label: words.condition, value: JSON.stringify(rule.condition) },
      ],
    },
  ]
}

function timelineBlocks({ timeline, evidence, language }: EvidencePage): readonly PdfBlock[] {
  const words = WORDS[language]
  const who = (actor: string) => (actor === 'system' ? words.system : actor)
  return [
    heading(words.timeline),
    {
      kind: 'table',
      columns: [
        { title: words.at, width: 2 },
        { title: words.event, width: 1.5 },
        { title: words.who, width: 1 },
        { title: words.note, width: 4 },
      ],
      rows: timeline.map(({ at, kind, actor, note }) => [local(at), kind, who(actor), note ?? '']),
      whenEmpty: words.none,
    },
    heading(words.told),
    {
      kind: 'table',
      columns: [
        { title: words.at, width: 2 },
        { title: words.channel, width: 1.5 },
        { title: words.text, width: 4 },
        { title: words.fate, width: 1 },
      ],
      rows: evidence.told.map(({ at, channel, summary, state }) => [
        local(at),
        channel,
        summary,
        state,
      ]),
      whenEmpty: words.none,
    },
  ]
}

function readingBlocks({ evidence: { points }, language }: EvidencePage): readonly PdfBlock[] {
  const words = WORDS[language]
  return [heading(words.readings), ...points.flatMap((point) => readingsOf(point, language))]
}

function readingsOf(
  { point, label, unit, readings, isCut }: EvidencePoint,
  language: Language,
): readonly PdfBlock[] {
  const words = WORDS[language]
  const step = Math.ceil(readings.length / EVIDENCE_LIMITS.printedRowsMax)
  const shown = readings.filter((_, index) => index % Math.max(1, step) === 0)
  const table: PdfTable = {
    kind: 'table',
    columns: [
      { title: words.at, width: 2 },
      { title: `${label[language]} (${point})${unit === null ? '' : ` ${unit}`}`, width: 2 },
      { title: words.quality, width: 1 },
    ],
    rows: shown.map(({ at, value, quality }) => [local(at), String(value), quality]),
    whenEmpty: `${label[language]}: ${words.none}`,
  }
  return isCut || step > 1 ? [table, quiet(words.cut)] : [table]
}

function photoBlocks({ photos, language }: EvidencePage): readonly PdfBlock[] {
  if (photos.length === 0) return []
  return [
    heading(WORDS[language].photos),
    ...photos.map(({ bytes, mediaType, caption }) => ({
      kind: 'image' as const,
      bytes,
      mediaType,
      caption,
      heightMax: PHOTO_HEIGHT,
    })),
  ]
}

const PHOTO_HEIGHT = 280

function heading(text: string): PdfBlock {
  return { kind: 'heading', text }
}

function quiet(text: string): PdfBlock {
  return { kind: 'paragraph', text, tone: 'quiet' }
}

/** Chinese time, to the second. */
function local(at: string | null): string {
  if (at === null) return '–'
  return new Date(Date.parse(at) + UTC_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}
