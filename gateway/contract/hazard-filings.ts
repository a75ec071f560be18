import { z } from 'zod'
import { HAZARD_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import {
  dossierSubstance,
  hazardDossier,
  protectiveTarget,
  REASSESSMENT_TRIGGERS,
} from './hazard-dossier.ts'
import { hazardSource, reassessmentReason } from './hazard-sources.ts'
import { HAZARD_ISSUE_CODES, hazardAssessment, hazardLevelSchema } from './hazards.ts'
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

export const FILING_GAP_CODES = [
  'address_missing',
  'assessment_date_missing',
  'assessment_in_future',
  'assessor_missing',
  'boundary_missing',
  'calculation_incomplete',
  'contact_missing',
  'document_missing',
  'in_use_since_missing',
  'name_missing',
  'no_longer_major_hazard',
  'not_major_hazard',
  'person_missing',
  'plan_missing',
  'population_date_missing',
  'position_missing',
  'reassessment_unanswered',
  'scale_missing',
  'unit_unnamed',
] as const
export type FilingGapCode = (typeof FILING_GAP_CODES)[number]
/** What is missing before the draft may be submitted. */
export const filingGap = z.object({
  item: z.enum(REMARK_ITEMS),
  /** Of the dossier; empty where it is no field. */
  path: z.string(),
  code: z.enum(FILING_GAP_CODES),
  /** Of `calculation_incomplete`. */
  issue: z.enum(HAZARD_ISSUE_CODES).nullable(),
  /** Of `reassessment_unanswered`. */
  trigger: z.enum(REASSESSMENT_TRIGGERS).nullable(),
})
export type FilingGap = z.infer<typeof filingGap>

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

/** The page of a source: with what is missing, what is asked for, and what this account may do. */
export const hazardSourcePage = hazardSource.extend({
  gaps: z.array(filingGap),
  reassessment: z.array(reassessmentReason),
  /** Of the submission that was returned last, while it is being corrected. */
  remarks: z.array(filingRemark),
  pending: hazardSourceVersion.nullable(),
  /** Number of the newest submission; 0: none. */
  newestVersion: z.int(),
  may: z.object({ draft: z.boolean(), decide: z.boolean() }),
  /** Days the law and the authority give; settings of the gateway. */
  terms: z.object({
    filingDays: z.int(),
    decisionDays: z.int(),
    cancellationDecisionDays: z.int(),
    assessmentYears: z.int(),
    documentsRequired: z.array(archiveItem),
  }),
})
export type HazardSourcePage = z.infer<typeof hazardSourcePage>

export const dossierChange = z.object({
  /** The field, e.g. `units.substances.quantity`, or `documents`. */
  path: z.string(),
  /** Names of the entries it lies in, outermost first. */
  where: z.array(z.string()),
  kind: z.enum(['added', 'removed', 'changed']),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type DossierChangeDto = z.infer<typeof dossierChange>

const figures = hazardAssessment.pick({ s: true, r: true, alpha: true, hazardLevel: true })
/** What differs between two versions, or a version and the draft. */
export const hazardSourceDiff = z.object({
  before: figures,
  after: figures,
  changes: z.array(dossierChange),
})
export type HazardSourceDiff = z.infer<typeof hazardSourceDiff>

const versionOrDraft = z.union([z.literal('draft'), z.coerce.number().int().min(1)])
export const hazardDiffQuery = z.object({
  from: z.coerce.number().int().min(1),
  to: versionOrDraft.default('draft'),
})

export const hazardDocumentQuery = z.object({
  item: archiveItem,
  /** A further version where the archive has this title already. */
  title: z.string().trim().min(1).max(TEXT_LIMITS.nameLengthMax),
  fileName: z.string().trim().min(1).max(HAZARD_LIMITS.fileNameLengthMax),
})

export const HAZARD_FORMS = ['application', 'characteristics', 'identification'] as const
export type HazardForm = (typeof HAZARD_FORMS)[number]
export const hazardFormQuery = z.object({
  version: versionOrDraft.default('draft'),
  format: z.enum(['pdf', 'xlsx']).default('pdf'),
})

/** What people need at an alarm of a source: whom to call, what is there, what to do first. */
export const emergencyInformation = z.object({
  sourceId: z.string(),
  name: z.string(),
  hazardLevel: hazardLevelSchema,
  basis: z.enum(['in-force', 'draft']),
  emergency: hazardDossier.shape.emergency,
  persons: hazardDossier.shape.persons,
  substances: z.array(
    z.object({
      unit: z.string(),
      name: z.string(),
      cas: z.string(),
      /** Design maximum in tonnes. */
      designMaximum: z.string().nullable(),
      safety: dossierSubstance.shape.safety,
    }),
  ),
  exposedPopulation: z.int().nullable(),
  targets: z.array(protectiveTarget),
})
export type EmergencyInformation = z.infer<typeof emergencyInformation>
