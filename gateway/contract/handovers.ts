import { z } from 'zod'
import { HTTP_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import { alarm } from './alarms.ts'
import { id, instant, note, pageQuery } from './values.ts'

/** Hand-over from one shift to the next. */

/** What there is to hand over, as it stood at that instant. */
export const handoverSituation = z.object({
  at: instant,
  openTotal: z.int(),
  unacknowledged: z.int(),
  /** Most urgent first, and how many are not listed. */
  open: z.array(alarm),
  notListed: z.int(),
  shelved: z.array(alarm),
  suppressed: z.array(alarm),
  outOfService: z.array(alarm),
  disabledRules: z.array(
    z.object({ id: z.string(), name: z.object({ zh: z.string(), en: z.string() }) }),
  ),
  silentDevices: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      place: z.string(),
      status: z.string(),
      lastSeenAt: instant.nullable(),
    }),
  ),
  silentTotal: z.int(),
})
export type HandoverSituation = z.infer<typeof handoverSituation>

export const handover = z.object({
  id: z.string(),
  organizationId: z.string().nullable(),
  createdAt: instant,
  notes: z.string(),
  /** SHA-256 over situation and notes, hexadecimal: what both have signed. */
  digest: z.string(),
  outgoing: z.string(),
  outgoingAt: instant,
  /** Null: the next shift has not signed yet. */
  incoming: z.string().nullable(),
  incomingAt: instant.nullable(),
  incomingNotes: z.string().nullable(),
})
export type HandoverDto = z.infer<typeof handover>

export const handoverDetail = handover.extend({ situation: handoverSituation })
export type HandoverDetail = z.infer<typeof handoverDetail>

const password = z.string().min(1).max(TEXT_LIMITS.passwordLengthMax)

/** Who goes signs with their own password. */
export const handoverDraft = z.strictObject({
  notes: note.default(''),
  password,
})

/** Who comes signs too: in their own session, or on the same screen by name. */
export const handoverAcceptance = z.strictObject({
  username: z.string().min(1).max(TEXT_LIMITS.idLengthMax).optional(),
  password,
  notes: note.default(''),
})

export const handoverParams = z.object({ id })
export const handoverQuery = pageQuery.extend({
  limit: z.coerce.number().int().min(1).max(HTTP_LIMITS.pageSizeMax).default(30),
})
