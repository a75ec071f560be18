import type { CalendarYearDto } from '../../../gateway/contract.ts'

const DAY_MS = 86_400_000

/** `holiday`: free; `workday`: a Saturday or Sunday on which people work; `weekend`: free as always. */
export type DayKind = 'holiday' | 'workday' | 'weekend' | 'plain'

export interface YearDay {
  /** E.g. `2026-10-01`. */
  readonly day: string
  readonly kind: DayKind
  /** Index of the holiday it belongs to; null: of none. */
  readonly holiday: number | null
}

export interface YearMonth {
  /** 1 … 12 */
  readonly month: number
  /** Places left empty before the first, where a week begins with Monday. */
  readonly offset: number
  readonly days: readonly YearDay[]
}

type Days = Pick<CalendarYearDto, 'year' | 'holidays' | 'workdays'>

/** A year as it hangs on a wall. Days are dates without a zone: reckoned in UTC, they stay what they are. */
export function monthsOf({ year, holidays, workdays }: Days): readonly YearMonth[] {
  const free = new Map<string, number>()
  for (const [index, { from, to }] of holidays.entries()) {
    for (const day of daysBetween(from, to)) free.set(day, index)
  }
  const working = new Set(workdays)
  return Array.from({ length: 12 }, (_, index) => {
    const firstMs = Date.UTC(year, index, 1)
    const lastMs = Date.UTC(year, index + 1, 0)
    const days = daysBetween(iso(firstMs), iso(lastMs)).map((day): YearDay => {
      const holiday = free.get(day) ?? null
      return { day, holiday, kind: kindOf(day, holiday !== null, working.has(day)) }
    })
    return { month: index + 1, offset: (new Date(firstMs).getUTCDay() + 6) % 7, days }
  })
}

/** Days one after the other that are of another kind than before. */
export interface DayChange {
  readonly from: string
  readonly to: string
  readonly before: DayKind
  readonly after: DayKind
}

type Year = Pick<CalendarYearDto, 'holidays' | 'workdays'>

/** What a change of a year does, in runs of days; a year that is not there has Monday to Friday only. */
export function dayChanges(
  year: number,
  before: Year | null,
  after: Year | null,
): readonly DayChange[] {
  const kindsOf = (days: Year | null) =>
    monthsOf({ holidays: [], workdays: [], ...days, year }).flatMap((month) => month.days)
  const now = kindsOf(after)
  const changes: DayChange[] = []
  for (const [index, old] of kindsOf(before).entries()) {
    const kind = now[index]?.kind ?? old.kind
    if (kind === old.kind) continue
    const last = changes.at(-1)
    const isNext =
      last !== undefined &&
      lengthInDays(last.to, old.day) === 2 &&
      last.before === old.kind &&
      last.after === kind
    if (isNext) changes.splice(-1, 1, { ...last, to: old.day })
    else changes.push({ from: old.day, to: old.day, before: old.kind, after: kind })
  }
  return changes
}

/** Days of a holiday, both ends counted. */
export function lengthInDays(from: string, to: string): number {
  return daysBetween(from, to).length
}

function kindOf(day: string, isFree: boolean, isWorking: boolean): DayKind {
  if (isFree) return 'holiday'
  if (isWorking) return 'workday'
  const weekday = new Date(day).getUTCDay()
  return weekday === 0 || weekday === 6 ? 'weekend' : 'plain'
}

function daysBetween(from: string, to: string): readonly string[] {
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  if (!(length > 0)) return []
  return Array.from({ length }, (_, at) => iso(Date.parse(from) + at * DAY_MS))
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
