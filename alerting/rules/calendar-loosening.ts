import { Temporal } from 'temporal-polyfill'
import { CALENDAR_LIMITS } from '#config/limits.ts'
import type { AlarmRule, Schedule } from './alarm-rule.ts'
import { CalendarClock, type CalendarYearDays, type Stretch } from './calendar-clock.ts'
import { asksForKindsOfDays, calendarsAskedBy, schedulesOf } from './calendars-asked.ts'
import { isSafetyRule } from './rule-loosening.ts'

/**
 * What a safety rule loses by another calendar. `not-in-force`: times at which its schedule had it in
 * force and has no more. `judged-otherwise`: times at which a schedule inside its condition, or the kind
 * of day of its season, is another one: whether that is milder hangs on readings nobody has seen yet, so it
 * counts as milder.
 */
export const CALENDAR_LOSS_KINDS = ['not-in-force', 'judged-otherwise'] as const
export type CalendarLossKind = (typeof CALENDAR_LOSS_KINDS)[number]

export interface CalendarLoss {
  readonly rule: AlarmRule
  readonly kind: CalendarLossKind
  /** In whose wall clock the times are told. */
  readonly timeZone: string
  /** In order of time, apart from each other. */
  readonly stretches: readonly [Stretch, ...Stretch[]]
}

/** All years of all calendars, as they count before and after a change. */
export interface CalendarChange {
  readonly before: readonly CalendarYearDays[]
  readonly after: readonly CalendarYearDays[]
}

/** Safety rules that count by a calendar: those which a change of it may loosen. */
export function asksAsSafetyRule(rule: AlarmRule, calendar: string): boolean {
  return isSafetyRule(rule) && calendarsAskedBy(rule).has(calendar)
}

/**
 * Which safety rules lose supervision when calendars change, and when. The horizon is bounded by the change
 * itself: days that are of another kind than before, and the two days into which a span that begins on
 * them can reach. What lies before `nowMs` has been judged and is left out. A rule that is off is looked
 * at all the same: else its calendar could be changed unseen before it is switched on again.
 */
export function supervisionLostBy(
  change: CalendarChange,
  rules: Iterable<AlarmRule>,
  nowMs: number,
): readonly CalendarLoss[] {
  const comparison = new Comparison(change, nowMs)
  if (!comparison.hasDifferences) return []
  const losses: CalendarLoss[] = []
  for (const rule of rules) if (isSafetyRule(rule)) losses.push(...lossesOf(rule, comparison))
  return losses
}

function lossesOf(rule: AlarmRule, comparison: Comparison): readonly CalendarLoss[] {
  const { schedule, condition } = rule
  const losses: CalendarLoss[] = []
  const add = (kind: CalendarLossKind, timeZone: string, found: readonly Stretch[]) => {
    const [first, ...more] = found
    if (first !== undefined) losses.push({ rule, kind, timeZone, stretches: [first, ...more] })
  }
  if (schedule !== undefined)
    add('not-in-force', schedule.timeZone, comparison.differenceOf(schedule).lost)
  if (condition.kind === 'season') {
    const { timeZone, calendar } = condition
    add('judged-otherwise', timeZone, comparison.otherDays(timeZone, calendar))
  }
  if (condition.kind === 'combination') {
    const inner = schedulesOf(rule).flatMap(({ schedule: one, path }) =>
      path[0] === 'condition' && isWhole(one) ? [one] : [],
    )
    const otherwise = inner.flatMap((one) => {
      const { lost, gained } = comparison.differenceOf(one)
      return [...lost, ...gained]
    })
    add('judged-otherwise', inner[0]?.timeZone ?? 'UTC', merged(otherwise))
  }
  return losses
}

function isWhole(schedule: Partial<Schedule>): schedule is Schedule {
  return schedule.spans !== undefined
}

/** Of a span, how far into which days it can reach: from the day it begins on to the end of the next. */
const DAYS_REACHED = 2

/**
 * Two sets of calendars, looked at where they differ. Many rules share a schedule: each is looked at once, and
 * not more of them than `scheduleDaysComparedMax` lets.
 */
class Comparison {
  readonly #before: CalendarClock
  readonly #after: CalendarClock
  readonly #nowMs: number
  /** Days of another kind than before, in order, by calendar. */
  readonly #days: ReadonlyMap<string, readonly Temporal.PlainDate[]>
  readonly #seen = new Map<string, Difference>()
  #daysCompared = 0

  constructor({ before, after }: CalendarChange, nowMs: number) {
    this.#before = new CalendarClock(before)
    this.#after = new CalendarClock(after)
    this.#nowMs = nowMs
    this.#days = daysThatDiffer(before, after)
  }

  get hasDifferences(): boolean {
    return this.#days.size > 0
  }

  differenceOf(schedule: Schedule): Difference {
    const key = JSON.stringify(schedule)
    const known = this.#seen.get(key)
    if (known !== undefined) return known
    const found = this.#compare(schedule)
    this.#seen.set(key, found)
    return found
  }

  /** Days that were working days and are rest days now, or the reverse. */
  otherDays(timeZone: string, calendar: string): readonly Stretch[] {
    const days = this.#reached(timeZone, calendar, 1)
    const others = days.filter(
      ({ fromMs }) =>
        this.#before.localHour(timeZone, calendar, fromMs).isWorkday !==
        this.#after.localHour(timeZone, calendar, fromMs).isWorkday,
    )
    return merged(others)
  }

  #compare(schedule: Schedule): Difference {
    if (!asksForKindsOfDays(schedule)) return { lost: [], gained: [] }
    const windows = merged(this.#reached(schedule.timeZone, schedule.calendar, DAYS_REACHED))
    // Too many to be told apart: what cannot be shown to be kept counts as lost.
    const dayCount = this.#days.get(schedule.calendar)?.length ?? 0
    if (this.#daysCompared + dayCount > CALENDAR_LIMITS.scheduleDaysComparedMax) {
      return { lost: windows, gained: [] }
    }
    this.#daysCompared += dayCount
    const active = (clock: CalendarClock) =>
      windows.flatMap((window) => clock.activeWithin(schedule, window))
    const [before, after] = [active(this.#before), active(this.#after)]
    return { lost: without(before, after), gained: without(after, before) }
  }

  /** From each day that differs on, so many days, as far as they are still to come. */
  #reached(timeZone: string, calendar: string, dayCount: number): readonly Stretch[] {
    return (this.#days.get(calendar) ?? []).flatMap((day) => {
      const startMs = startOf(day, timeZone)
      const toMs = startOf(day.add({ days: dayCount }), timeZone)
      const fromMs = Math.max(startMs, this.#nowMs)
      return fromMs < toMs ? [{ fromMs, toMs }] : []
    })
  }
}

/** Of a schedule, each in order. */
interface Difference {
  /** When it was active and is no more. */
  readonly lost: readonly Stretch[]
  /** The reverse. */
  readonly gained: readonly Stretch[]
}

function daysThatDiffer(
  before: readonly CalendarYearDays[],
  after: readonly CalendarYearDays[],
): ReadonlyMap<string, readonly Temporal.PlainDate[]> {
  const kinds = { before: kindsOfDays(before), after: kindsOfDays(after) }
  const found = new Map<string, Temporal.PlainDate[]>()
  for (const key of [...new Set([...kinds.before.keys(), ...kinds.after.keys()])].sort()) {
    if (kinds.before.get(key) === kinds.after.get(key)) continue
    const [calendar = '', day = ''] = key.split(' ')
    const days = found.get(calendar) ?? []
    days.push(Temporal.PlainDate.from(day))
    found.set(calendar, days)
  }
  return found
}

/** `cn 2026-10-01` → what the calendar says of the day; nothing: it is a weekday like any other. */
function kindsOfDays(years: readonly CalendarYearDays[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>()
  for (const { calendar, holidays, workdays } of years) {
    for (const day of workdays) kinds.set(`${calendar} ${day}`, 'workday')
    for (const { from, to } of holidays) {
      const last = Temporal.PlainDate.from(to)
      let day = Temporal.PlainDate.from(from)
      for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
        const key = `${calendar} ${day}`
        kinds.set(key, kinds.get(key) === 'workday' ? 'both' : 'holiday')
      }
    }
  }
  return kinds
}

function startOf(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime({ timeZone }).epochMilliseconds
}

/** In order; what overlaps or touches is one. */
function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  const found: Stretch[] = []
  for (const one of stretches.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const last = found.at(-1)
    if (last === undefined || one.fromMs > last.toMs) found.push(one)
    else found.splice(-1, 1, { fromMs: last.fromMs, toMs: Math.max(last.toMs, one.toMs) })
  }
  return found
}

/** What is in `whole` and in none of `parts`; both in order. */
function without(whole: readonly Stretch[], parts: readonly Stretch[]): readonly Stretch[] {
  return whole.flatMap(({ fromMs, toMs }) => {
    const left: Stretch[] = []
    let sinceMs = fromMs
    for (const part of parts) {
      if (part.toMs <= sinceMs || part.fromMs >= toMs) continue
      if (part.fromMs > sinceMs) left.push({ fromMs: sinceMs, toMs: part.fromMs })
      sinceMs = part.toMs
    }
    if (sinceMs < toMs) left.push({ fromMs: sinceMs, toMs })
    return left
  })
}
