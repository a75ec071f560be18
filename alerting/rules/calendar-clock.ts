import { Temporal } from 'temporal-polyfill'
import type { Schedule, ScheduleDay } from './alarm-rule.ts'

/** One year of a calendar; days are ISO dates of the local wall clock. */
export interface CalendarYearDays {
  readonly calendar: string
  readonly year: number
  readonly holidays: readonly { readonly from: string; readonly to: string }[]
  readonly workdays: readonly string[]
}

/** Whether a schedule is active at an instant, and until when nothing changes about it. */
export interface ScheduleState {
  readonly isActive: boolean
  /** At the latest; it may be looked at again then and not have changed. */
  readonly untilMs: number
}

/** From an instant up to, and without, another. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** An hour of the local wall clock. */
export interface LocalHour {
  /** 0 … 23 */
  readonly hour: number
  /** Whether people work on that day. */
  readonly isWorkday: boolean
}

interface Remembered extends ScheduleState {
  readonly fromMs: number
}

/** Where a span begins (1) or ends (-1). */
interface Edge {
  readonly atMs: number
  readonly change: 1 | -1
}

const WEEKDAYS: readonly ScheduleDay[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
/** The longest run of days without a change that is looked ahead: longer than any public holiday. */
const DAYS_AHEAD = 15
/** A span ends at most so many days after the day it begins on (`24:00` to `24:00`). */
const DAYS_OF_A_SPAN = 2

/**
 * Wall clocks and calendars: which instants a schedule covers, which days people work. Pure of the
 * instant asked for; remembers the last answer for each schedule, because looking into time zones is dear.
 */
export class CalendarClock {
  readonly #holidays = new Map<string, Set<string>>()
  readonly #workdays = new Map<string, Set<string>>()
  readonly #years = new Set<string>()
  #remembered = new WeakMap<Schedule, Remembered>()

  constructor(years: readonly CalendarYearDays[]) {
    this.use(years)
  }

  /**
   * Counts by these years from now on, and by no others. Whoever keeps an answer, as the engine does with its
   * wake-ups, asks anew for the rules that look at a calendar.
   */
  use(years: readonly CalendarYearDays[]): void {
    this.#holidays.clear()
    this.#workdays.clear()
    this.#years.clear()
    this.#remembered = new WeakMap()
    for (const { calendar, year, holidays, workdays } of years) {
      this.#years.add(`${calendar}-${year}`)
      const free = setOf(this.#holidays, calendar)
      for (const { from, to } of holidays) {
        for (const day of daysBetween(from, to)) free.add(day)
      }
      const working = setOf(this.#workdays, calendar)
      for (const day of workdays) working.add(day)
    }
  }

  /** Whether there are days for this year of the calendar. */
  knows(calendar: string, year: number): boolean {
    return this.#years.has(`${calendar}-${year}`)
  }

  /** The calendar year, by the wall clock of the zone. */
  yearAt(timeZone: string, atMs: number): number {
    return zoned(timeZone, atMs).year
  }

  stateAt(schedule: Schedule, atMs: number): ScheduleState {
    const known = this.#remembered.get(schedule)
    if (known !== undefined && atMs >= known.fromMs && atMs < known.untilMs) return known
    const found = this.#find(schedule, atMs)
    this.#remembered.set(schedule, found)
    return found
  }

  localHour(timeZone: string, calendar: string, atMs: number): LocalHour {
    const local = zoned(timeZone, atMs)
    return { hour: local.hour, isWorkday: this.#isOn('workday', calendar, local.toPlainDate()) }
  }

  /** When a schedule is active within a stretch, in order of time; what touches is one. */
  activeWithin(schedule: Schedule, { fromMs, toMs }: Stretch): readonly Stretch[] {
    const first = zoned(schedule.timeZone, fromMs).toPlainDate().subtract({ days: DAYS_OF_A_SPAN })
    const last = zoned(schedule.timeZone, toMs).toPlainDate()
    const edges = this.#edges(schedule, first, first.until(last).days + 1)
    const found: Stretch[] = []
    let sinceMs = fromMs
    while (sinceMs < toMs) {
      const { covered, untilMs } = coverAt(edges, sinceMs)
      const endMs = Math.min(untilMs ?? toMs, toMs)
      if (covered === (schedule.active === 'inside')) {
        const before = found.at(-1)?.toMs === sinceMs ? found.pop() : undefined
        found.push({ fromMs: before?.fromMs ?? sinceMs, toMs: endMs })
      }
      sinceMs = endMs
    }
    return found
  }

  #find(schedule: Schedule, atMs: number): Remembered {
    const today = zoned(schedule.timeZone, atMs).toPlainDate()
    const first = today.subtract({ days: DAYS_OF_A_SPAN })
    const edges = this.#edges(schedule, first, DAYS_OF_A_SPAN + DAYS_AHEAD + 1)
    const { covered, untilMs } = coverAt(edges, atMs)
    return {
      isActive: covered === (schedule.active === 'inside'),
      fromMs: atMs,
      untilMs: untilMs ?? startOf(schedule.timeZone, today.add({ days: DAYS_AHEAD - 1 })),
    }
  }

  /** Of the spans that begin on so many days from the first on, in order of time. */
  #edges(schedule: Schedule, first: Temporal.PlainDate, dayCount: number): readonly Edge[] {
    const edges: Edge[] = []
    for (let ahead = 0; ahead < dayCount; ahead += 1) {
      const date = first.add({ days: ahead })
      for (const { days, from, to } of schedule.spans) {
        if (!days.some((day) => this.#isOn(day, schedule.calendar, date))) continue
        const until = to > from ? date : date.add({ days: 1 })
        edges.push({ atMs: instantOf(schedule.timeZone, date, from), change: 1 })
        edges.push({ atMs: instantOf(schedule.timeZone, until, to), change: -1 })
      }
    }
    return edges.sort((one, other) => one.atMs - other.atMs || other.change - one.change)
  }

  #isOn(day: ScheduleDay, calendar: string, date: Temporal.PlainDate): boolean {
    const text = date.toString()
    const isHoliday = this.#holidays.get(calendar)?.has(text) ?? false
    switch (day) {
      case 'holiday':
        return isHoliday
      case 'workday':
        return (
          (this.#workdays.get(calendar)?.has(text) ?? false) || (!isHoliday && date.dayOfWeek <= 5)
        )
      case 'restday':
        return !this.#isOn('workday', calendar, date)
      default:
        return WEEKDAYS[date.dayOfWeek - 1] === day
    }
  }
}

/** Whether any span covers the instant, and until when that stays so. Spans may overlap and touch. */
function coverAt(
  edges: readonly Edge[],
  atMs: number,
): { readonly covered: boolean; readonly untilMs: number | null } {
  let depth = 0
  let covered = false
  for (const edge of edges) {
    depth += edge.change
    if (edge.atMs <= atMs) covered = depth > 0
    else if (depth > 0 !== covered) return { covered, untilMs: edge.atMs }
  }
  return { covered, untilMs: null }
}

function zoned(timeZone: string, atMs: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
}

function startOf(timeZone: string, date: Temporal.PlainDate): number {
  return date.toZonedDateTime({ timeZone }).epochMilliseconds
}

/** A wall-clock time that a clock change skips is taken as the instant of the change plus what was skipped. */
function instantOf(timeZone: string, date: Temporal.PlainDate, time: string): number {
  if (time === '24:00') return startOf(timeZone, date.add({ days: 1 }))
  return date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) })
    .epochMilliseconds
}

function daysBetween(from: string, to: string): readonly string[] {
  const days: string[] = []
  const last = Temporal.PlainDate.from(to)
  for (
    let day = Temporal.PlainDate.from(from);
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  ) {
    days.push(day.toString())
  }
  return days
}

function setOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const known = sets.get(name)
  if (known !== undefined) return known
  const made = new Set<string>()
  sets.set(name, made)
  return made
}
