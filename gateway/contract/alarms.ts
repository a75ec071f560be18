import { z } from 'zod'
import { ALARM_STATES, TIMELINE_KINDS } from '#alerting/alarms/alarm.ts'
import { CASE_STEPS, DISPOSITIONS, FALSE_ALARM_CODES } from '#alerting/cases/case-file.ts'
import { localizedText } from '#alerting/rules/alarm-rule.ts'
import { ALARM_LIMITS, HTTP_LIMITS } from '#config/limits.ts'
import { notification } from './notifications.ts'
import { gradeSchema, id, instant, note, pageQuery } from './values.ts'

/** Alarms and the verbs of those who answer them. */

export const timelineEntry = z.object({
  sequence: z.int(),
  at: instant,
  kind: z.enum(TIMELINE_KINDS),
  actor: z.string(),
  note: z.string().nullable(),
  state: z.enum(ALARM_STATES),
  value: z.union([z.number(), z.boolean()]).nullable(),
  grade: gradeSchema,
})
export type TimelineEntryDto = z.infer<typeof timelineEntry>

/** What people do about an alarm, from acknowledging to closing (确认 → 派单 → 到场 → 处置 → 复核 → 销警). */
export const caseFile = z.object({
  openedAt: instant,
  /** The step that is awaited; null: closed. */
  awaits: z.enum(CASE_STEPS).nullable(),
  /** When it becomes overdue; null: it is already, its time stands still under an overlay, or it has none. */
  dueAt: instant.nullable(),
  overdueSince: instant.nullable(),
  overdueSteps: z.int(),
  dispatchedAt: instant.nullable(),
  arrivedAt: instant.nullable(),
  disposedAt: instant.nullable(),
  disposedBy: z.string().nullable(),
  disposition: z.enum(DISPOSITIONS).nullable(),
  falseAlarmCode: z.enum(FALSE_ALARM_CODES).nullable(),
  reviewedAt: instant.nullable(),
  closedAt: instant.nullable(),
})
export type CaseFileDto = z.infer<typeof caseFile>

export const alarm = z.object({
  id: z.string(),
  grade: gradeSchema,
  state: z.enum(ALARM_STATES),
  deviceId: z.string(),
  deviceName: z.string(),
  point: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  /** Names of the organizations above it, outermost first, e.g. district, town. */
  territory: z.array(z.string()),
  ruleId: z.string(),
  ruleVersion: z.int(),
  title: localizedText,
  value: z.union([z.number(), z.boolean()]).nullable(),
  setpoint: z.union([z.number(), z.boolean()]).nullable(),
  unit: z.string().nullable(),
  latching: z.boolean(),
  shelvable: z.boolean(),
  occurrences: z.int(),
  raisedAt: instant,
  acknowledgedAt: instant.nullable(),
  returnedAt: instant.nullable(),
  closedAt: instant.nullable(),
  shelvedUntil: instant.nullable(),
  /** Suppressed by design: the id of the alarm whose cause explains this one. */
  suppressedBy: z.string().nullable(),
  /** Out of service: the id of the maintenance window, and when that ends at the latest. */
  outOfServiceBy: z.string().nullable(),
  outOfServiceUntil: instant.nullable(),
  assignee: z.string().nullable(),
  drill: z.boolean(),
  /** What came together at one place is one incident; `ordinal` 1 is its first-out. */
  incident: z.object({ id: z.string(), ordinal: z.int() }).nullable(),
  caseFile: caseFile.nullable(),
  revision: z.int(),
})
export type AlarmDto = z.infer<typeof alarm>

/** One alarm with what only its page needs. */
export const alarmDetail = alarm.extend({
  timeline: z.array(timelineEntry),
  response: localizedText.nullable(),
  contact: z.object({ name: z.string(), phone: z.string() }),
  notifications: z.array(z.lazy(() => notification)),
})
export type AlarmDetail = z.infer<typeof alarmDetail>

export const alarmQuery = pageQuery.extend({
  /** `open` stands for everything that is not `normal`. */
  state: z.enum([...ALARM_STATES, 'open']).optional(),
  /** One grade, or several with commas between. */
  grade: z
    .string()
    .regex(/^[1-4](,[1-4]){0,3}$/)
    .optional(),
  deviceId: id.optional(),
  siteId: id.optional(),
  /** This organization and everything below it. */
  organizationId: id.optional(),
  ruleId: id.optional(),
  /** `true`: drills only; `false`: without them. */
  drill: z.enum(['true', 'false']).optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** Words that must all occur in the place, the device or what the alarm is called. */
  q: z.string().trim().max(HTTP_LIMITS.searchLengthMax).optional(),
  /** `urgency` (also without it): grade, unacknowledged, newest; `newest`: by age alone. */
  order: z.enum(['urgency', 'newest']).optional(),
})
export type AlarmQuery = z.infer<typeof alarmQuery>

/** What became of the messages about an alarm. */
export const told = z.object({
  alarmId: z.string(),
  delivered: z.int(),
  pending: z.int(),
  dead: z.int(),
})
export type ToldDto = z.infer<typeof told>

export const toldQuery = z.object({
  ids: z
    .string()
    .max(100 * HTTP_LIMITS.toldAlarmsMax)
    .transform((text) => text.split(',').filter((one) => one !== ''))
    .pipe(z.array(id).min(1).max(HTTP_LIMITS.toldAlarmsMax)),
})

export const acknowledgeRequest = z.strictObject({ note: note.optional() })
export const resetRequest = z.strictObject({ note: note.optional() })
export const commentRequest = z.strictObject({ note: note.min(1) })
export const assignRequest = z.strictObject({
  username: z.string().min(1).max(64),
  note: note.optional(),
})
export const shelveRequest = z.strictObject({
  note: note.min(1),
  durationMs: z.int().min(1_000).max(ALARM_LIMITS.shelvingMsMax),
})
export const unshelveRequest = z.strictObject({ note: note.optional() })
export const arriveRequest = z.strictObject({ note: note.optional() })
export const disposeRequest = z.strictObject({
  disposition: z.enum(DISPOSITIONS),
  falseAlarmCode: z.enum(FALSE_ALARM_CODES).optional(),
  note: note.min(1),
})
export const reviewRequest = z.strictObject({ note: note.optional() })
export const sendBackRequest = z.strictObject({ note: note.min(1) })
export const closeRequest = z.strictObject({ note: note.min(1) })
