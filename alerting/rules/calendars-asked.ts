import type { AlarmRuleDraft, Schedule } from './alarm-rule.ts'

/** What a schedule, or a season in place of one, asks of a calendar. */
type Asking = Pick<Schedule, 'calendar'> & Partial<Schedule>

/** A schedule with where it stands in the rule. */
export interface PlacedSchedule {
  readonly schedule: Asking
  readonly path: readonly (string | number)[]
}

const DAYS_OF_A_CALENDAR: ReadonlySet<string> = new Set(['workday', 'restday', 'holiday'])
/** The notice of the next year comes out in November as a rule: from October on, its absence is said. */
const NEXT_YEAR_FROM_MONTH = 10

/** Every schedule of a rule: its own, those of a combination's tests, and a season's days. */
export function schedulesOf({ schedule, condition }: AlarmRuleDraft): readonly PlacedSchedule[] {
  const found: PlacedSchedule[] = []
  if (schedule !== undefined) found.push({ schedule, path: ['schedule'] })
  if (condition.kind === 'season') found.push({ schedule: condition, path: ['condition'] })
  if (condition.kind !== 'combination') return found
  for (const [index, test] of condition.tests.entries()) {
    const inner = test.test === 'group' ? test.tests : [test]
    for (const one of inner) {
      if (one.test !== 'schedule') continue
      found.push({ schedule: one.schedule, path: ['condition', 'tests', index] })
    }
  }
  return found
}

/** Calendars without which the rule would count other days than it says. */
export function calendarsAskedBy(rule: AlarmRuleDraft): ReadonlySet<string> {
  return new Set(
    schedulesOf(rule).flatMap(({ schedule }) =>
      asksForKindsOfDays(schedule) ? schedule.calendar : [],
    ),
  )
}

/** This year, and from October on the next one too; none where weekdays are all that is asked. */
export function calendarYearsAsked(schedule: Asking, nowMs: number): readonly number[] {
  if (!asksForKindsOfDays(schedule)) return []
  const now = new Date(nowMs)
  const year = now.getUTCFullYear()
  return now.getUTCMonth() + 1 >= NEXT_YEAR_FROM_MONTH ? [year, year + 1] : [year]
}

/** Whether it tells working days, rest days and holidays apart, and not weekdays alone. */
export function asksForKindsOfDays({ spans }: Asking): boolean {
  // A season tells working days and rest days apart by itself.
  return spans?.some(({ days }) => days.some((day) => DAYS_OF_A_CALENDAR.has(day))) ?? true
}
