import { z } from 'zod'
import { CALENDAR_LOSS_KINDS } from '#alerting/rules/calendar-loosening.ts'
import {
  type CALENDAR_CONFIDENCES,
  calendarDays,
  calendarName,
  calendarYearNumber,
} from '#config/calendars.ts'
import { CALENDAR_LIMITS } from '#config/limits.ts'
import { instant, note } from './values.ts'

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
  /** The second person, where the change needed one. */
  approvedBy: z.string().nullable(),
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
  /** Why; asked for where safety rules lose supervision by it. */
  reason: note.default(''),
})

export const calendarResetQuery = z.object({
  /** The version the caller has seen; left out: whatever there is now. */
  version: z.coerce.number().int().min(0).optional(),
  reason: note.default(''),
})

/** `cn-2026`: a calendar and its year. */
export const calendarYearId = z.string().regex(/^[a-z]{2,16}-\d{4}$/)

/** A year as a file, as a form has it, or as it would be when it is taken back to what is shipped. */
export const calendarCheckRequest = z
  .strictObject({
    yaml: z.string().max(CALENDAR_LIMITS.importBytesMax).optional(),
    definition: z.record(z.string(), z.unknown()).optional(),
    resets: calendarYearId.optional(),
  })
  .refine((given) => Object.values(given).filter((one) => one !== undefined).length === 1, {
    error: 'one of yaml, definition and resets',
  })

/** When a safety rule that counts by the calendar loses supervision. */
export const calendarLoss = z.object({
  ruleId: z.string(),
  ruleName: z.object({ zh: z.string(), en: z.string() }),
  /** `not-in-force`: its schedule has it in force no more; `judged-otherwise`: its condition counts other days. */
  kind: z.enum(CALENDAR_LOSS_KINDS),
  /** In whose wall clock the times are best told. */
  timeZone: z.string(),
  /** The first ones of `stretchCount`; `to` is no part of it. */
  stretches: z.array(z.object({ from: instant, to: instant })),
  stretchCount: z.int(),
  /** Of all stretches together. */
  lostMs: z.int(),
})
export type CalendarLossDto = z.infer<typeof calendarLoss>

const losses = {
  /** What the caller sees of the safety rules that lose by it; the first ones of `lossCount`. */
  losses: z.array(calendarLoss),
  lossCount: z.int(),
}

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
  /** None are told to whoever may not change calendars. */
  ...losses,
})
export type CalendarCheck = z.infer<typeof calendarCheck>

/**
 * `expired`: nobody decided in time; `replaced`: another proposal for the year took its place. The others
 * are decisions.
 */
export const CALENDAR_PROPOSAL_STATES = [
  'proposed',
  'expired',
  'approved',
  'rejected',
  'withdrawn',
  'replaced',
] as const
export type CalendarProposalState = (typeof CALENDAR_PROPOSAL_STATES)[number]

/** A change of a year that takes supervision from safety rules, and waits for a second person. */
export const calendarProposal = z.object({
  id: z.string(),
  /** E.g. `cn-2026`. */
  calendarYearId: z.string(),
  calendar: calendarName,
  year: z.int(),
  state: z.enum(CALENDAR_PROPOSAL_STATES),
  reason: z.string(),
  /** As it was when it was proposed, and as it is to be; null: no such year. */
  before: calendarDays.nullable(),
  after: calendarDays.nullable(),
  /** Whether it goes back to what is shipped, or away. */
  resets: z.boolean(),
  /** The version it was made from; 0: never changed. */
  baseVersion: z.int(),
  /** Calendar or safety rules have changed since: it can no longer be approved. */
  isOutdated: z.boolean(),
  proposal: z.object({ by: z.string(), at: instant, expiresAt: instant }),
  decision: z
    .object({ by: z.string(), at: instant, note: z.string(), version: z.int().nullable() })
    .nullable(),
  ...losses,
  /** What the caller may do with it now. */
  may: z.object({ decide: z.boolean(), withdraw: z.boolean() }),
  /** Who else could be the second person, as far as the caller may see them. */
  approvers: z.array(z.string()),
})
export type CalendarProposalDto = z.infer<typeof calendarProposal>

export const calendarDecisionRequest = z.strictObject({ note: note.default('') })
/** Not to agree asks for a reason. */
export const calendarRejection = z.strictObject({ note: note.min(1) })
