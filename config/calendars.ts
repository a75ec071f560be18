import { readdirSync, readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { ShippedDataError } from './profiles.ts'

const CALENDARS = new URL('./calendars/', import.meta.url)

const day = z.iso.date()

/** One year of a calendar: a file of config/calendars. Days are of the local wall clock. */
export const calendarYearSchema = z
  .strictObject({
    calendar: z.string().regex(/^[a-z]{2,16}$/),
    year: z.int().min(2000).max(2100),
    source: z.strictObject({
      title: z.string().min(1).max(300),
      /** A: the notice itself, or two agreeing copies; B: one copy; C: from memory, check it. */
      confidence: z.enum(['A', 'B', 'C']),
    }),
    holidays: z
      .array(
        z.strictObject({
          name: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
          from: day,
          to: day,
        }),
      )
      .max(40),
    /** Saturdays and Sundays on which people work. */
    workdays: z.array(day).max(40),
  })
  .superRefine(({ year, holidays, workdays }, context) => {
    const days = [...holidays.flatMap(({ from, to }) => [from, to]), ...workdays]
    for (const one of days.filter((text) => !text.startsWith(`${year}-`))) {
      context.addIssue({ code: 'custom', message: `${one} is not in ${year}` })
    }
    for (const { from, to } of holidays.filter((holiday) => holiday.to < holiday.from)) {
      context.addIssue({
        code: 'custom',
        message: `a holiday ends (${to}) before it begins (${from})`,
      })
    }
  })
export type CalendarYear = z.infer<typeof calendarYearSchema>

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
