import { z } from 'zod'
import { RULE_LIMITS } from '#config/limits.ts'
import { timeZone } from './rule-parts.ts'

/**
 * Days a span of a schedule begins on. `mon` … `sun`: the weekday, whatever the calendar says.
 * `workday`: a day people work: Monday to Friday but no public holiday, and make-up working days.
 * `restday`: every other day. `holiday`: a public holiday of the calendar (a restday too).
 */
export const SCHEDULE_DAYS = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
  'workday',
  'restday',
  'holiday',
] as const
export type ScheduleDay = (typeof SCHEDULE_DAYS)[number]

/** Wall-clock time of day; `24:00` is the end of the day. */
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/)

/**
 * When a rule is in force. A span runs from `from` to `to` of the local wall clock on the days named;
 * where `to` is not after `from`, it ends on the following day. `active: 'outside'` turns it round.
 */
export const schedule = z.strictObject({
  timeZone: timeZone.default('Asia/Shanghai'),
  /** Which public holidays and make-up working days count: files `config/calendars/<calendar>-<year>.yaml`. */
  calendar: z
    .string()
    .regex(/^[a-z]{2,16}$/)
    .default('cn'),
  active: z.enum(['inside', 'outside']).default('inside'),
  spans: z
    .array(
      z.strictObject({
        days: z.array(z.enum(SCHEDULE_DAYS)).min(1).max(SCHEDULE_DAYS.length),
        from: timeOfDay,
        to: timeOfDay,
      }),
    )
    .min(1)
    .max(RULE_LIMITS.scheduleSpansMax),
})
export type Schedule = z.infer<typeof schedule>
