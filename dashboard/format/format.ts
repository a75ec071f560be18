import type { Language } from '../i18n/i18n.ts'

/** Words for lengths of time in the present language. */
export interface UnitWords {
  readonly second: string
  readonly minute: string
  readonly hour: string
  readonly day: string
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long ago or how long: two units at most, so that a column of them stays narrow. */
export function formatAge(durationMs: number, words: UnitWords): string {
  const ms = Math.max(0, durationMs)
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} ${words.second}`
  if (ms < HOUR_MS) return pair(ms, MINUTE_MS, words.minute, SECOND_MS, words.second)
  if (ms < DAY_MS) return pair(ms, HOUR_MS, words.hour, MINUTE_MS, words.minute)
  return pair(ms, DAY_MS, words.day, HOUR_MS, words.hour)
}

function pair(ms: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % largeMs) / smallMs)
  return `${Math.floor(ms / largeMs)} ${large} ${rest} ${small}`
}

/** A round length in one unit: `5 min`. */
export function formatLength(durationMs: number, words: UnitWords): string {
  const units = [
    [DAY_MS, words.day],
    [HOUR_MS, words.hour],
    [MINUTE_MS, words.minute],
  ] as const
  const [lengthMs, word] = units.find(([each]) => durationMs % each === 0) ?? [
    SECOND_MS,
    words.second,
  ]
  return `${durationMs / lengthMs} ${word}`
}

/** `1:05`, for what counts down. */
export function formatCountdown(durationMs: number): string {
  const seconds = Math.ceil(Math.max(0, durationMs) / SECOND_MS)
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60)]
  if (hours > 0) return `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`
  return `${minutes}:${two(seconds % 60)}`
}

function two(figure: number): string {
  return String(figure).padStart(2, '0')
}

/** `14:05:09` in the time zone of the desk. */
export function formatClock(atMs: number): string {
  const at = new Date(atMs)
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** The clock alone today, with the date on other days: one order (ISO) in both languages. */
export function formatInstant(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  const now = new Date(nowMs)
  const isThisYear = at.getFullYear() === now.getFullYear()
  const isToday = isThisYear && at.getMonth() === now.getMonth() && at.getDate() === now.getDate()
  if (isToday) return formatClock(atMs)
  const date = `${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${isThisYear ? '' : `${at.getFullYear()}-`}${date} ${formatClock(atMs)}`
}

function formatters(locale: string): readonly Intl.NumberFormat[] {
  return [0, 1, 2].map(
    (maximumFractionDigits) => new Intl.NumberFormat(locale, { maximumFractionDigits }),
  )
}

/** Made once: a list formats hundreds of values a second, and making one is the dear part. */
const NUMBER_FORMATS: Readonly<Record<Language, readonly Intl.NumberFormat[]>> = {
  zh: formatters('zh-CN'),
  en: formatters('en-GB'),
}

/** Figures after the point by size: 0.35, 30.2, 1,250. The same size keeps the same width. */
export function formatNumber(value: number, language: Language): string {
  const size = Math.abs(value)
  const digits = size >= 1_000 ? 0 : size >= 10 ? 1 : 2
  return NUMBER_FORMATS[language][digits]?.format(value) ?? String(value)
}

export interface ValueWords {
  readonly yes: string
  readonly no: string
}

/** A value of a point in words; an en dash stands for none. */
export function formatValue(
  value: number | boolean | null,
  options: {
    readonly unit: string | null
    readonly language: Language
    readonly words: ValueWords
  },
): string {
  if (value === null) return '–'
  if (typeof value === 'boolean') return value ? options.words.yes : options.words.no
  const figure = formatNumber(value, options.language)
  if (options.unit === null || options.unit === '') return figure
  return `${figure} ${options.unit}`
}

/** The first bytes of a payload as people read them: control characters and broken UTF-8 made visible. */
export function payloadAsText(base64: string): string {
  const text = new TextDecoder('utf-8').decode(bytesOf(base64))
  return text.replaceAll(/\p{Cc}/gu, (character) =>
    character === '\n' || character === '\t' ? character : '␣',
  )
}

export function payloadAsHex(base64: string): string {
  const hex = [...bytesOf(base64)].map((byte) => byte.toString(16).padStart(2, '0'))
  const lines: string[] = []
  for (let start = 0; start < hex.length; start += 16) {
    lines.push(hex.slice(start, start + 16).join(' '))
  }
  return lines.join('\n')
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
