import { readdirSync, readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { CALENDAR_LIMITS } from './limits.ts'
import { ShippedDataError } from './profiles.ts'

const CALENDARS = new URL('./calendars/', import.meta.url)
const DAY_MS = 86_400_000

const day = z.iso.date()
const holidayName = z.string().trim().min(1).max(CALENDAR_LIMITS.holidayNameLengthMax)

export const calendarName = z.string().regex(/^[a-z]{2,16}$/)
export const calendarYearNumber = z.int().min(CALENDAR_LIMITS.yearMin).max(CALENDAR_LIMITS.yearMax)

export const CALENDAR_CONFIDENCES = ['A', 'B', 'C'] as const

/** What a year says, without which year it is. Days are of the local wall clock. */
export const calendarDays = z.strictObject({
  source: z.strictObject({
    title: z.string().trim().min(1).max(CALENDAR_LIMITS.sourceLengthMax),
    /** A: the notice itself, or two agreeing copies; B: one copy; C: from memory, check it. */
    confidence: z.enum(CALENDAR_CONFIDENCES),
  }),
  holidays: z
    .array(
      z.strictObject({
        name: z.strictObject({ zh: holidayName, en: holidayName }),
        /** First and last day, both free. */
        from: day,
        to: day,
      }),
    )
    .max(CALENDAR_LIMITS.holidaysMax),
  /** Saturdays and Sundays on which people work. */
  workdays: z.array(day).max(CALENDAR_LIMITS.workdaysMax),
})
export type CalendarDays = z.infer<typeof calendarDays>

/** One year of a calendar: a file of config/calendars. */
export const calendarYearSchema = calendarDays
  .extend({ calendar: calendarName, year: calendarYearNumber })
  .superRefine((year, context) => {
    for (const { path, message } of calendarProblems(year)) {
      context.addIssue({ code: 'custom', path: [...path], message })
    }
  })
export type CalendarYear = z.infer<typeof calendarYearSchema>

interface CalendarProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What does not fit together in a year, each with the field it is about. */
function calendarProblems({
  year,
  holidays,
  workdays,
}: CalendarDays & { readonly year: number }): readonly CalendarProblem[] {
  const problems: CalendarProblem[] = []
  const free = new Map<string, number>()
  const say = (message: string, ...path: (string | number)[]) => problems.push({ path, message })
  for (const [index, { from, to }] of holidays.entries()) {
    // What is no date at all is said by its own field.
    if (!isDay(from) || !isDay(to)) continue
    const foreign = [from, to].find((one) => !one.startsWith(`${year}-`))
    const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
    if (foreign !== undefined) say(`${foreign} is not in ${year}`, 'holidays', index)
    else if (length < 1) {
      say(`the holiday ends (${to}) before it begins (${from})`, 'holidays', index, 'to')
    } else if (length > CALENDAR_LIMITS.holidayDaysMax) {
      const most = CALENDAR_LIMITS.holidayDaysMax
      say(`a holiday has ${most} days at most, this one ${length}`, 'holidays', index, 'to')
    } else {
      const days = Array.from({ length }, (_, at) => dayAfter(from, at))
      const twice = days.find((one) => free.has(one))
      if (twice !== undefined) say(`${twice} is in two holidays`, 'holidays', index)
      for (const one of days) free.set(one, index)
    }
  }
  for (const [index, one] of workdays.entries()) {
    if (!isDay(one)) continue
    const weekday = new Date(one).getUTCDay()
    if (!one.startsWith(`${year}-`)) say(`${one} is not in ${year}`, 'workdays', index)
    else if (workdays.indexOf(one) < index) say(`${one} stands there twice`, 'workdays', index)
    else if (free.has(one)) say(`${one} is a public holiday`, 'workdays', index)
    else if (weekday !== 0 && weekday !== 6) {
      say(`${one} is not a Saturday or Sunday: it is a working day anyway`, 'workdays', index)
    }
  }
  return problems
}

/** 30 February is none, though Date takes it for 2 March. */
function isDay(text: string): boolean {
  const atMs = Date.parse(text)
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().slice(0, 10) === text
}

function dayAfter(first: string, days: number): string {
  return new Date(Date.parse(first) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Every file of config/calendars. Throws `ShippedDataError` with all problems at once. */
export function loadCalendars(folder: URL = CALENDARS): readonly CalendarYear[] {
  const years: CalendarYear[] = []
  const problems: string[] = []
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()) {
    const result = calendarYearSchema.safeParse(
      parseYaml(readFileSync(new URL(file, folder), 'utf8')),
    )
    if (result.success) years.push(result.data)
    else
      for (const issue of result.error.issues)
        problems.push(`${file} ${issue.path.join('.')}: ${issue.message}`)
  }
  if (problems.length > 0) throw new ShippedDataError(problems)
  return years
}
