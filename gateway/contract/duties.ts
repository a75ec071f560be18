import { z } from 'zod'
import { DUTY_LIMITS } from '#config/limits.ts'
import { RESPONSIBLE_PERSONS } from './hazard-dossier.ts'
import { id, instant, note, pageQuery } from './values.ts'

/** Duties of the three persons responsible for a major hazard source (包保责任). */

export const DUTY_STATES = ['on-occasion', 'not-begun', 'done', 'due-soon', 'overdue'] as const
export const DUTY_OUTCOMES = ['done', 'not-done'] as const
const role = z.enum(RESPONSIBLE_PERSONS)

export const duty = z.object({
  id: z.string(),
  role,
  text: z.object({ zh: z.string(), en: z.string() }),
  /** Null: on occasion. */
  everyDays: z.int().nullable(),
  /** How sure it is that the duty is one of the text in force. */
  confidence: z.enum(['verified', 'partly', 'from-memory']),
  state: z.enum(DUTY_STATES),
  lastDoneAt: instant.nullable(),
  dueAt: instant.nullable(),
})
export type DutyDto = z.infer<typeof duty>

export const dutyPerson = z.object({
  role,
  name: z.string(),
  position: z.string(),
  phone: z.string(),
})

export const dutySheet = z.object({
  sourceId: z.string(),
  sourceName: z.string(),
  persons: z.array(dutyPerson),
  duties: z.array(duty),
})
export type DutySheet = z.infer<typeof dutySheet>

export const dutyRecordDraft = z
  .strictObject({
    dutyId: z.string().max(64),
    outcome: z.enum(DUTY_OUTCOMES),
    /** When it was done, or should have been; absent: now. */
    doneAt: instant.optional(),
    /** Absent: the person registered for it. */
    person: z.string().trim().min(1).max(DUTY_LIMITS.personNameLengthMax).optional(),
    /** Needed when it was not done. */
    note: note.default(''),
  })
  .refine(({ outcome, note }) => outcome === 'done' || note !== '', {
    path: ['note'],
    error: 'say why it was not done',
  })

export const dutyRecord = z.object({
  id: z.int(),
  dutyId: z.string(),
  outcome: z.enum(DUTY_OUTCOMES),
  person: z.string(),
  doneAt: instant,
  note: z.string(),
  recordedAt: instant,
  recordedBy: z.string(),
})
export type DutyRecordDto = z.infer<typeof dutyRecord>

export const dutyQuery = pageQuery.extend({
  state: z.enum(DUTY_STATES).optional(),
  role: role.optional(),
  organizationId: id.optional(),
})

/** One duty in the list over all sources. */
export const dutyLine = duty.extend({
  sourceId: z.string(),
  sourceName: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
})
export type DutyLine = z.infer<typeof dutyLine>
