import type { Language } from '../../i18n/i18n.ts'

interface Moment {
  readonly day: string
  readonly weekday: string
  readonly time: string
}

/**
 * `03-01 Mon 08:00–18:00`, `03-01 Mon 22:00 – 03-02 Tue 06:00`, by the wall clock of the zone. An end at
 * midnight is the 24:00 of the day that ends.
 */
export function stretchText(
  stretch: { readonly from: string; readonly to: string },
  { timeZone, language }: { readonly timeZone: string; readonly language: Language },
): string {
  const at = momentReader(timeZone, language)
  const from = at(Date.parse(stretch.from))
  const toMs = Date.parse(stretch.to)
  const isMidnight = at(toMs).time === '00:00'
  const to = isMidnight ? { ...at(toMs - 1), time: '24:00' } : at(toMs)
  const start = `${from.day} ${from.weekday} ${from.time}`
  if (from.day === to.day) return `${start}–${to.time}`
  return `${start} – ${to.day} ${to.weekday} ${to.time}`
}

/** In hours, to a tenth: `20`, `7.5`. */
export function hoursOf(lengthMs: number): number {
  return Math.round(lengthMs / 360_000) / 10
}

function momentReader(timeZone: string, language: Language): (atMs: number) => Moment {
  const format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
    return {
      day: `${part('month')}-${part('day')}`,
      weekday: part('weekday'),
      time: `${part('hour')}:${part('minute')}`,
    }
  }
}
