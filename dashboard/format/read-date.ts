/** What stands in a date field: a day (`2026-11-26`) or an instant of the desk's clock (`2026-11-26 08:30`). */
export type ReadDate =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: 'shape' | 'noSuchDay' | 'noSuchTime' }

const YEAR_MIN = 1900
const YEAR_MAX = 9999

/** Dashes may be slashes, dots, `年月日` or nothing at all (`20261126`, on keys without a dash). */
const DAY = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))$/
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/

export function readDay(typed: string): ReadDate {
  const parts = DAY.exec(halfWidth(typed))
  if (parts === null) return { ok: false, problem: 'shape' }
  const [year, month, day] = [parts[1], parts[2] ?? parts[4], parts[3] ?? parts[5]].map(Number)
  if (year === undefined || month === undefined || day === undefined) {
    return { ok: false, problem: 'shape' }
  }
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!exists || year < YEAR_MIN || year > YEAR_MAX) return { ok: false, problem: 'noSuchDay' }
  return { ok: true, text: `${year}-${two(month)}-${two(day)}` }
}

/** A day alone is its midnight. */
export function readInstant(typed: string): ReadDate {
  const [dayText = '', timeText = '00:00', ...more] = halfWidth(typed).split(/[ T]+/)
  if (more.length > 0) return { ok: false, problem: 'shape' }
  const day = readDay(dayText)
  if (!day.ok) return day
  const parts = TIME.exec(timeText)
  if (parts === null) return { ok: false, problem: 'shape' }
  const [hours, minutes, seconds] = [parts[1], parts[2], parts[3] ?? 0].map(Number)
  if (hours === undefined || minutes === undefined || seconds === undefined) {
    return { ok: false, problem: 'shape' }
  }
  if (hours > 23 || minutes > 59 || seconds > 59) return { ok: false, problem: 'noSuchTime' }
  return { ok: true, text: `${day.text} ${timeTextOf(hours, minutes, seconds)}` }
}

/** As `readInstant` writes it, in the time zone of the desk. */
export function instantText(atMs: number): string {
  const at = new Date(atMs)
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${timeTextOf(at.getHours(), at.getMinutes(), at.getSeconds())}`
}

/** Of a text as `readInstant` writes it. */
export function instantOf(text: string): number {
  return new Date(text.replace(' ', 'T')).getTime()
}

/** Seconds are told only where there are any. */
function timeTextOf(hours: number, minutes: number, seconds: number): string {
  return `${two(hours)}:${two(minutes)}${seconds === 0 ? '' : `:${two(seconds)}`}`
}

/** A Chinese keyboard writes ２０２６ and ： as readily as 2026 and :. */
function halfWidth(typed: string): string {
  return typed.normalize('NFKC').replaceAll('。', '.').trim()
}

function two(figure: number): string {
  return String(figure).padStart(2, '0')
}
