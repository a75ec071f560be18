import type { Alarm } from '../alarms/alarm.ts'
import type { Place } from '../alarms/place-directory.ts'
import type { Grade } from '../rules/alarm-rule.ts'
import type { NotificationType } from './outbox.ts'

export type Language = 'zh' | 'en'

/** What an SMS gateway's approved template can be filled with; short, because carriers cut. */
export const SMS_PLACEHOLDERS = [
  'place',
  'device',
  'kind',
  'value',
  'setpoint',
  'grade',
  'time',
  'phone',
  'text',
] as const
export type SmsPlaceholder = (typeof SMS_PLACEHOLDERS)[number]
export type SmsValues = Readonly<Record<SmsPlaceholder, string>>

/** Colours, never the bare number: 一级 is the worst grade and also the name of the milder set-point. */
const GRADE_NAMES: Readonly<Record<Language, Readonly<Record<Grade, string>>>> = {
  zh: { 1: '红色', 2: '橙色', 3: '黄色', 4: '蓝色' },
  en: { 1: 'RED', 2: 'ORANGE', 3: 'YELLOW', 4: 'BLUE' },
}
const WORDS = {
  zh: { yes: '是', no: '否', escalated: '升级', drill: '【演练】' },
  en: { yes: 'yes', no: 'no', escalated: ' (worse)', drill: '[DRILL] ' },
} as const
/** All of China keeps one time, summer and winter. */
const UTC_OFFSET_MS = 8 * 3_600_000

export function gradeName(grade: Grade, language: Language): string {
  return GRADE_NAMES[language][grade]
}

/** Everything a template may name, in the words of one language. */
export function smsValues(
  alarm: Alarm,
  place: Place | null,
  about: {
    readonly type: NotificationType
    readonly atMs: number
    readonly phone: string
    readonly language: Language
  },
): SmsValues {
  const { language, phone, type, atMs } = about
  const values = {
    place: [place?.organizationName, place?.siteName].filter(Boolean).join(' '),
    device: place?.deviceName ?? alarm.deviceId,
    kind: alarm.title[language],
    value: quantity(alarm.value, alarm.unit, language),
    setpoint: quantity(alarm.setpoint, alarm.unit, language),
    grade: gradeName(alarm.grade, language),
    time: localTime(atMs),
    phone,
  }
  const isEscalated = type === 'alarm.escalated'
  return { ...values, text: sentence(values, { alarm, language, isEscalated }) }
}

/** A message to see whether a channel works. */
export function smsTestValues(about: {
  readonly atMs: number
  readonly phone: string
  readonly language: Language
}): SmsValues {
  const { language, phone, atMs } = about
  const [kind, device] = language === 'zh' ? ['测试短信', '安哨'] : ['test message', 'Vigil']
  const time = localTime(atMs)
  const text =
    language === 'zh'
      ? `【安哨】测试短信，无需处理。${time}`
      : `Vigil: test message, nothing to do. ${time}`
  return { place: '', device, kind, value: '', setpoint: '', grade: '', time, phone, text }
}

/** What the robot of a chat group says of an alarm. */
export function robotWords(
  alarm: Alarm,
  place: Place | null,
  about: {
    readonly type: NotificationType
    readonly atMs: number
    readonly language: Language
  },
): { readonly title: string; readonly text: string } {
  const { language } = about
  const values = smsValues(alarm, place, { ...about, phone: '' })
  const name = language === 'zh' ? `【安哨】${values.grade}报警` : `Vigil ${values.grade} alarm`
  const title = `${alarm.drill ? WORDS[language].drill : ''}${name}`
  return { title, text: values.text.replace(BRAND, '') }
}

export function robotTestWords(about: { readonly atMs: number; readonly language: Language }): {
  readonly title: string
  readonly text: string
} {
  const isChinese = about.language === 'zh'
  const { text } = smsTestValues({ ...about, phone: '' })
  return {
    title: isChinese ? '【安哨】测试消息' : 'Vigil: test message',
    text: isChinese ? text.replace('测试短信', '测试消息') : text,
  }
}

export function robotReminderWords(
  about: Parameters<typeof smsReminderValues>[0],
  language: Language,
): { readonly title: string; readonly text: string } {
  const { text } = smsReminderValues(about, { atMs: 0, phone: '', language })
  return { title: language === 'zh' ? '【安哨】到期提醒' : 'Vigil: reminder', text }
}

/** Stands in the title of a robot's message once, not in every line of it. */
const BRAND = /【安哨】|Vigil /

/** What falls due, in one sentence. */
export function smsReminderValues(
  about: {
    readonly place: string
    readonly subject: string
    readonly title: { readonly zh: string; readonly en: string }
    readonly daysLeft: number
  },
  to: { readonly atMs: number; readonly phone: string; readonly language: Language },
): SmsValues {
  const { place, subject, title, daysLeft } = about
  const { language, phone, atMs } = to
  const kind = title[language]
  const left = daysLeftWords(daysLeft, language)
  const text =
    language === 'zh'
      ? `【安哨】提醒：${place} ${subject}，${kind}，${left}。`
      : `Vigil reminder: ${place} ${subject}, ${kind}, ${left}.`
  return {
    place,
    device: subject,
    kind,
    value: left,
    setpoint: '',
    grade: '',
    time: localTime(atMs),
    phone,
    text,
  }
}

function daysLeftWords(daysLeft: number, language: Language): string {
  if (language === 'zh') return daysLeft < 0 ? `已超期 ${-daysLeft} 天` : `还有 ${daysLeft} 天`
  return daysLeft < 0 ? `${-daysLeft} days overdue` : `${daysLeft} days left`
}

function sentence(
  values: Omit<SmsValues, 'text'>,
  about: { readonly alarm: Alarm; readonly language: Language; readonly isEscalated: boolean },
): string {
  const { alarm, language, isEscalated } = about
  const words = WORDS[language]
  const where = [values.place, values.device].filter(Boolean).join(' ')
  const drill = alarm.drill ? words.drill : ''
  const worse = isEscalated ? words.escalated : ''
  // What a boolean or silent point says is in the title already.
  const isMeasured = typeof alarm.value === 'number' && typeof alarm.setpoint === 'number'
  if (language === 'zh') {
    const measured = isMeasured ? `，${values.value}（设定值 ${values.setpoint}）` : ''
    return `${drill}【安哨】${values.grade}报警${worse}：${where}，${values.kind}${measured}，${values.time}`
  }
  const measured = isMeasured ? `, ${values.value} (set-point ${values.setpoint})` : ''
  return `${drill}Vigil ${values.grade} alarm${worse}: ${where}, ${values.kind}${measured}, ${values.time}`
}

function quantity(value: number | boolean | null, unit: string | null, language: Language): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? WORDS[language].yes : WORDS[language].no
  // Four decimals are more than any detector has; the sum of 0.1 and 0.2 must not reach a phone.
  const text = String(Number(value.toFixed(4)))
  return unit === null ? text : `${text} ${unit}`
}

/** `11-23 16:00:00` */
export function localTime(atMs: number): string {
  return new Date(atMs + UTC_OFFSET_MS).toISOString().slice(5, 19).replace('T', ' ')
}

const PLACEHOLDER = new RegExp(`\\{(${SMS_PLACEHOLDERS.join('|')})\\}`, 'g')

/** Fills `{name}`s, each value escaped for where it goes; everything else stays as it is. */
export function fillTemplate(
  template: string,
  values: SmsValues,
  escaped: (value: string) => string,
): string {
  return template.replaceAll(PLACEHOLDER, (_, name: SmsPlaceholder) => escaped(values[name]))
}

export const ESCAPES = {
  url: (value: string) => encodeURIComponent(value.toWellFormed()),
  json: (value: string) => JSON.stringify(value).slice(1, -1),
  /** Latin-1 without line ends is all that a header can carry. */
  header: (value: string) => encodeURIComponent(value.toWellFormed()),
  xml: (value: string) =>
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  none: (value: string) => value,
} as const
