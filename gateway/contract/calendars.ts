import { z } from 'zod'
import {
  type CALENDAR_CONFIDENCES,
  calendarDays,
  calendarName,
  calendarYearNumber,
} from '#config/calendars.ts'
import { CALENDAR_LIMITS } from '#config/limits.ts'
import { instant } from './values.ts'

/** Public holidays and make-up working days, which schedules and seasons of rules count by. */

export type CalendarConfidence = (typeof CALENDAR_CONFIDENCES)[number]

export const CALENDAR_ORIGINS = ['shipped', 'edited', 'added'] as const

export const calendarYear = calendarDays.extend({
  /** E.g. `cn-2026`. */
  id: z.string(),
  calendar: calendarName,
  year: calendarYearNumber,
  /** `shipped`: as it comes with Vigil; `edited`: a person's in its place; `added`: nothing is shipped for it. */
  origin: z.enum(CALENDAR_ORIGINS),
  /** The number of the last change; 0: never changed. */
  version: z.int(),
  changedBy: z.string().nullable(),
  changedAt: instant.nullable(),
})
export type CalendarYearDto = z.infer<typeof calendarYear>

export const calendarList = z.object({
  items: z.array(calendarYear),
  /** Years that rules ask for and that nobody has written: they count Monday to Friday as working days. */
  missing: z.array(
    z.object({
      calendar: calendarName,
      year: z.int(),
      /** Those the account sees. */
      ruleIds: z.array(z.string()),
    }),
  ),
  /** Whether the account may change calendars. */
  mayEdit: z.boolean(),
})
export type CalendarList = z.infer<typeof calendarList>

export const calendarYearRequest = calendarDays.extend({
  /** The version the change was made from; 0: the shipped one, or none. */
  version: z.int().min(0),
})

/** A year as a file, or as a form has it. */
export const calendarCheckRequest = z
  .strictObject({
    yaml: z.string().max(CALENDAR_LIMITS.importBytesMax).optional(),
    definition: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ yaml, definition }) => (yaml === undefined) !== (definition === undefined), {
    error: 'either yaml or definition',
  })

export const calendarCheck = z.object({
  /** Null: it cannot be used as it is. */
  year: calendarDays.extend({ calendar: calendarName, year: calendarYearNumber }).nullable(),
  /** What there is now under this calendar and year; null: nothing. */
  present: calendarYear.nullable(),
  findings: z.array(
    z.object({
      /** E.g. `holidays.0.to`; empty: the whole. */
      path: z.string(),
      message: z.object({ zh: z.string(), en: z.string() }),
    }),
  ),
})
export type CalendarCheck = z.infer<typeof calendarCheck>
