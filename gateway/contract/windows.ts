import { z } from 'zod'
import { WINDOW_KINDS, WINDOW_STATES } from '#alerting/windows/service-window.ts'
import { DRILL_LIMITS, PAYLOAD_LIMITS, WINDOW_LIMITS } from '#config/limits.ts'
import { gradeSchema, id, instant, note, pageQuery } from './values.ts'

/** Maintenance and calibration windows, and drills. */

const point = z.string().min(1).max(PAYLOAD_LIMITS.pointNameLengthMax)

export const windowScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('device'), deviceId: id, point: point.nullable() }),
  z.strictObject({ kind: z.literal('site'), siteId: id }),
])

export const serviceWindow = z.object({
  id: z.string(),
  kind: z.enum(WINDOW_KINDS),
  scope: windowScope,
  /** Of the device, or of the site. */
  targetName: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  /** `overdue`: it has ended by itself, and nobody has said that the work is finished. */
  state: z.enum(WINDOW_STATES),
  reason: z.string(),
  permitNumber: z.string(),
  createdBy: z.string(),
  createdAt: instant,
  from: instant,
  until: instant,
  finishedAt: instant.nullable(),
  finishedBy: z.string().nullable(),
  finishNote: z.string().nullable(),
})
export type ServiceWindowDto = z.infer<typeof serviceWindow>

export const serviceWindowDraft = z.strictObject({
  kind: z.enum(WINDOW_KINDS),
  scope: windowScope,
  reason: note.min(1),
  permitNumber: z.string().trim().max(WINDOW_LIMITS.permitNumberLengthMax).default(''),
  /** Left out: now. */
  from: instant.optional(),
  until: instant,
})

export const serviceWindowQuery = pageQuery.extend({
  /** Those that no person has finished, or those that one has; left out: all. */
  finished: z.stringbool().optional(),
  /** Windows of this device, and of its site. */
  deviceId: id.optional(),
})
export const finishWindowRequest = z.strictObject({ note: note.optional() })
export const moveWindowRequest = z.strictObject({ until: instant })

export const drill = z.object({
  alarmId: z.string(),
  deviceId: z.string(),
  deviceName: z.string(),
  point: z.string(),
  grade: gradeSchema,
  startedBy: z.string(),
  startedAt: instant,
  endsAt: instant,
  endedAt: instant.nullable(),
  /** Null: it runs, or it ended by itself. */
  endedBy: z.string().nullable(),
  note: z.string(),
})
export type DrillDto = z.infer<typeof drill>

export const drillDraft = z.strictObject({
  deviceId: id,
  point,
  grade: gradeSchema,
  durationMs: z.int().min(DRILL_LIMITS.durationMsMin).max(DRILL_LIMITS.durationMsMax),
  note: note.min(1),
})
