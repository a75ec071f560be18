import { z } from 'zod'
import { HAZARD_LIMITS, HTTP_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import {
  HAZARD_SOURCE_KINDS,
  hazardDossier,
  REASSESSMENT_TRIGGERS,
  UNIT_BOUNDARIES,
} from './hazard-dossier.ts'
import { hazardAssessment, hazardLevelSchema } from './hazards.ts'
import { id, instant, pageQuery } from './values.ts'

/** The register of major hazard sources. */

export const FILING_STATES = [
  'draft',
  'submitted',
  'returned',
  'accepted',
  'cancellation-submitted',
  'cancelled',
] as const
export type FilingState = (typeof FILING_STATES)[number]

const position = z.object({ latitude: z.number(), longitude: z.number() }).nullable()

/** Design maximum of one substance of a unit, as it counts. */
export const registeredSubstance = z.object({
  id: z.string(),
  name: z.string(),
  row: z.int().nullable(),
  categories: z.array(z.string()),
  /** Tonnes, exact decimals; null where the draft does not say yet. */
  designMaximum: z.string().nullable(),
  criticalQuantity: z.string().nullable(),
  beta: z.string().nullable(),
})
export type RegisteredSubstance = z.infer<typeof registeredSubstance>

export const registeredUnit = z.object({
  id: z.string(),
  name: z.string(),
  boundary: z.enum(UNIT_BOUNDARIES).nullable(),
  s: z.string().nullable(),
  r: z.string().nullable(),
  hazardLevel: hazardLevelSchema,
  substances: z.array(registeredSubstance),
})
export type RegisteredUnit = z.infer<typeof registeredUnit>

/**
 * One source as lists and watchers see it. Units, population and figures are those of the version in
 * force; of a source that was never accepted, those of its draft (`basis`).
 */
export const hazardSourceSummary = z.object({
  id: z.string(),
  name: z.string(),
  organizationId: z.string(),
  siteId: z.string().nullable(),
  kind: z.enum(HAZARD_SOURCE_KINDS),
  address: z.string(),
  position,
  units: z.array(registeredUnit),
  exposedPopulation: z.object({ people: z.int().nullable(), countedOn: z.string().nullable() }),
  registered: z.object({
    basis: z.enum(['in-force', 'draft']),
    s: z.string().nullable(),
    r: z.string().nullable(),
    alpha: z.string().nullable(),
    majorHazard: z.boolean().nullable(),
    hazardLevel: hazardLevelSchema,
  }),
  filing: z.object({
    state: z.enum(FILING_STATES),
    inForceVersion: z.int().nullable(),
    pendingVersion: z.int().nullable(),
    /** The draft differs from what is in force. */
    isDraftChanged: z.boolean(),
    /** Filing number of the version in force. */
    number: z.string().nullable(),
    acceptedAt: instant.nullable(),
    submittedAt: instant.nullable(),
    /** When the next assessment is due. */
    dueAt: instant.nullable(),
  }),
  /** Goes up with every change; what is changed names the one it was made from. */
  revision: z.int(),
  updatedAt: instant,
  updatedBy: z.string(),
})
export type HazardSourceSummary = z.infer<typeof hazardSourceSummary>

export const hazardSource = hazardSourceSummary.extend({
  draft: hazardDossier,
  /** Of the draft. */
  assessment: hazardAssessment,
})
export type HazardSource = z.infer<typeof hazardSource>

export const hazardSourceDraft = z.strictObject({
  id: id.optional(),
  organizationId: id,
  draft: hazardDossier.prefault({}),
})
export const hazardSourcePatch = z.strictObject({
  /** That the change was made from; another one answers 409 `draft_changed`. */
  revision: z.int().min(1),
  draft: hazardDossier,
})

const hazardLevelQuery = z.coerce.number().int().min(1).max(4)
export const hazardSourceQuery = pageQuery.extend({
  organizationId: id.optional(),
  siteId: id.optional(),
  hazardLevel: hazardLevelQuery.optional(),
  /** `pending`: whatever waits for the authority. */
  state: z.enum([...FILING_STATES, 'pending']).optional(),
  /** Only those whose next assessment is due within so many days (or overdue). */
  dueWithinDays: z.coerce.number().int().min(0).max(3_660).optional(),
  /** Part of the name, the address, a substance's name or CAS number, or the filing number. */
  text: z.string().trim().max(TEXT_LIMITS.nameLengthMax).optional(),
})
export const hazardSubstanceQuery = z.object({
  text: z.string().trim().min(1).max(TEXT_LIMITS.nameLengthMax),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(Math.min(HAZARD_LIMITS.substancesFoundMax, HTTP_LIMITS.pageSizeMax))
    .default(20),
})

/** Why a new assessment is asked for, and whether the draft answers it. */
export const reassessmentReason = z.object({
  trigger: z.enum(REASSESSMENT_TRIGGERS),
  /** Paths of what changed, as in the diff; empty where a date or an edition is the reason. */
  changes: z.array(z.string()),
  answered: z.boolean(),
})
export type ReassessmentReason = z.infer<typeof reassessmentReason>
