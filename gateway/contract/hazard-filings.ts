import { z } from 'zod'
import { HAZARD_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import { hazardDossier } from './hazard-dossier.ts'
import { reassessmentReason } from './hazard-sources.ts'
import { hazardAssessment } from './hazards.ts'
import { instant, name, note } from './values.ts'

/** Filing with the authority: what is submitted, what is missing, how it is decided. */

/** The ten items of the archive (order 40, article 22), and others. */
export const ARCHIVE_ITEMS = [
  'identification',
  'characteristics',
  'safety-data',
  'plans',
  'rules',
  'monitoring',
  'emergency-plan',
  'assessment-report',
  'responsible-persons',
  'warning-signs',
  'other',
] as const
export const archiveItem = z.enum(ARCHIVE_ITEMS)
export type ArchiveItem = (typeof ARCHIVE_ITEMS)[number]

export const VERSION_KINDS = ['registration', 'amendment', 'cancellation'] as const
export type VersionKind = (typeof VERSION_KINDS)[number]
export const VERSION_OUTCOMES = ['pending', 'accepted', 'returned', 'withdrawn'] as const
export type VersionOutcome = (typeof VERSION_OUTCOMES)[number]

/** What a remark of the authority is about: an item of the archive, or the application as a whole. */
export const REMARK_ITEMS = ['application', ...ARCHIVE_ITEMS] as const
export const filingRemark = z.strictObject({
  item: z.enum(REMARK_ITEMS),
  text: z.string().trim().min(1).max(TEXT_LIMITS.noteLengthMax),
})
export type FilingRemark = z.infer<typeof filingRemark>

export const filingSubmission = z.strictObject({
  revision: z.int().min(1),
  /** Who signs that everything stated is true. */
  signedName: name,
  statementOfTruth: z.literal(true),
})
export const cancellationRequest = filingSubmission.extend({
  reason: note.min(1),
})
export const filingReturn = z.strictObject({
  /** The submission that was looked at. */
  version: z.int().min(1),
  remarks: z.array(filingRemark).min(1).max(HAZARD_LIMITS.remarksMax),
})
export const filingAcceptance = z.strictObject({
  version: z.int().min(1),
  /** Filing number; left out: the next one of the year. Not for a cancellation. */
  number: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}()（）〔〕[\]/._-]{0,59}$/u)
    .optional(),
})

export const hazardDocument = z.object({
  id: z.string(),
  item: archiveItem,
  title: z.string(),
  version: z.int(),
  fileName: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  uploadedAt: instant,
  uploadedBy: z.string(),
  removedAt: instant.nullable(),
})
export type HazardDocument = z.infer<typeof hazardDocument>

export const hazardSourceVersion = z.object({
  version: z.int(),
  kind: z.enum(VERSION_KINDS),
  outcome: z.enum(VERSION_OUTCOMES),
  signedName: z.string(),
  submittedAt: instant,
  submittedBy: z.string(),
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
  number: z.string().nullable(),
  reason: z.string(),
  remarks: z.array(filingRemark),
})
export type HazardSourceVersion = z.infer<typeof hazardSourceVersion>

export const hazardSourceSnapshot = hazardSourceVersion.extend({
  dossier: hazardDossier,
  assessment: hazardAssessment,
  documents: z.array(
    z.object({
      id: z.string(),
      item: archiveItem,
      title: z.string(),
      version: z.int(),
      fileName: z.string(),
      sha256: z.string(),
    }),
  ),
  reassessment: z.array(reassessmentReason),
})
export type HazardSourceSnapshot = z.infer<typeof hazardSourceSnapshot>
