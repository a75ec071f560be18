import { z } from 'zod'
import { HAZARD_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import { dossierUnit, hazardQuantity } from './hazard-dossier.ts'

/** Identification and grading by GB 18218. Decimals go out as exact text and may come as text or number. */

const localized = z.object({ zh: z.string(), en: z.string() })
export const hazardLevelSchema = z
  .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
  .nullable()
export type HazardLevel = 1 | 2 | 3 | 4

const decimal = z.union([z.number(), z.string().max(HAZARD_LIMITS.decimalLengthMax)])
const common = {
  /** Design maximum quantity in the unit (GB 18218 4.2.2), above 0. */
  quantityTonnes: decimal,
  /** Replaces the β of the tables. */
  beta: decimal.optional(),
  /** Shown instead of the table's name; also tells two entries of one row apart. */
  name: z.string().trim().min(1).max(TEXT_LIMITS.nameLengthMax).optional(),
}

export const hazardSubstance = z.union([
  z.strictObject({
    table: z.literal(1),
    row: z.int(),
    /** Category of table 2, for the β of a row that does not stand in table 3. */
    category: z.string().max(10).optional(),
    ...common,
  }),
  z.strictObject({ category: z.string().max(10), ...common }),
  z.strictObject({
    /** Several hazards: the lowest critical quantity counts (4.1.2). */
    categories: z.array(z.string().max(10)).min(1).max(HAZARD_LIMITS.categoriesPerSubstanceMax),
    ...common,
  }),
])
export type HazardSubstance = z.infer<typeof hazardSubstance>

export const hazardCalculationRequest = z.strictObject({
  substances: z.array(hazardSubstance).min(1).max(HAZARD_LIMITS.substancesMax),
  /** Permanent residents within 500 m of the plant's boundary. */
  exposedPopulation: z.int().min(0),
})

export const identificationLine = z.object({
  name: localized,
  /** As it was given; `q` is the same in tonnes. */
  given: hazardQuantity,
  q: z.string(),
  criticalQuantity: z.string(),
  beta: z.string().nullable(),
  sTerm: z.string(),
  rTerm: z.string().nullable(),
  criticalQuantityFrom: z.object({
    table: z.union([z.literal(1), z.literal(2)]),
    /** Row of table 1 or category of table 2. */
    entry: z.string(),
  }),
  betaFrom: z
    .object({
      table: z.union([z.literal(3), z.literal(4), z.literal('given')]),
      entry: z.string(),
    })
    .nullable(),
  /** Clauses of GB 18218 that were applied. */
  clauses: z.array(z.string()),
  source: z.string(),
  /** What of this line could not be verified against the standard, or is a choice of ours. */
  cautions: z.array(localized),
  /** The cautions in English; null when there is none. */
  warning: z.string().nullable(),
})
export type IdentificationLineDto = z.infer<typeof identificationLine>

export const hazardCalculation = z.object({
  s: z.string(),
  /** Null when the unit is no major hazard source. */
  r: z.string().nullable(),
  alpha: z.string(),
  majorHazard: z.boolean(),
  hazardLevel: hazardLevelSchema,
  /** False: a quotient has no finite decimal and its text is rounded; the judgement never is. */
  exact: z.boolean(),
  lines: z.array(identificationLine),
})
export type HazardCalculation = z.infer<typeof hazardCalculation>

export const HAZARD_ISSUE_CODES = [
  'beta_impossible',
  'beta_missing',
  'category_missing',
  'category_unknown',
  'density_impossible',
  'density_missing',
  'mixture_needs_category',
  'population_impossible',
  'population_missing',
  'quantity_absurd',
  'quantity_missing',
  'quantity_not_positive',
  'quantity_too_many_digits',
  'substance_repeated',
  'substance_unknown',
  'unit_empty',
  'units_missing',
] as const
export type HazardIssueCode = (typeof HAZARD_ISSUE_CODES)[number]
export const hazardIssue = z.object({
  /** Dotted path of the field, e.g. `units.0.substances.1.quantity`. */
  path: z.string(),
  code: z.enum(HAZARD_ISSUE_CODES),
  message: z.string(),
})
export type HazardIssueDto = z.infer<typeof hazardIssue>

/** As `hazardCalculation`, but of something half-finished: null is what could not be calculated yet. */
export const unitAssessment = z.object({
  unitId: z.string(),
  s: z.string().nullable(),
  r: z.string().nullable(),
  alpha: z.string().nullable(),
  majorHazard: z.boolean().nullable(),
  hazardLevel: hazardLevelSchema,
  exact: z.boolean(),
  /** One a substance, in order. */
  lines: z.array(identificationLine.nullable()),
})
export type UnitAssessment = z.infer<typeof unitAssessment>

/** Every unit by itself; what is said of the source is what is said of its gravest unit. */
export const hazardAssessment = z.object({
  /** Edition of the standard it was made by. */
  standard: z.string(),
  units: z.array(unitAssessment),
  /** The unit with the highest level (then R, then S); null: none could be calculated. */
  gravestUnitId: z.string().nullable(),
  s: z.string().nullable(),
  r: z.string().nullable(),
  alpha: z.string().nullable(),
  majorHazard: z.boolean().nullable(),
  hazardLevel: hazardLevelSchema,
  issues: z.array(hazardIssue),
})
export type HazardAssessment = z.infer<typeof hazardAssessment>

export const hazardAssessmentRequest = z.strictObject({
  units: z.array(dossierUnit).max(HAZARD_LIMITS.unitsMax),
  exposedPopulation: z.int().min(0).max(HAZARD_LIMITS.populationMax).nullable(),
})

/** A row of table 1, or a name of table 3 that has no row of its own, found by name, alias or CAS number. */
export const hazardSubstanceEntry = z.object({
  row: z.int().nullable(),
  betaRow: z.int().nullable(),
  name: localized,
  aliases: z.array(z.string()),
  cas: z.array(z.string()),
  criticalQuantity: z.string().nullable(),
  beta: z.string().nullable(),
  cautions: z.array(localized),
})
export type HazardSubstanceEntry = z.infer<typeof hazardSubstanceEntry>

const standardRule = z.object({
  id: z.string(),
  clause: z.string(),
  text: localized,
  unverified: localized.nullable(),
})
export const hazardStandard = z.object({
  standard: z.string(),
  title: localized,
  inForceFrom: z.string(),
  /** What the tables rest on. */
  provenance: localized,
  rules: z.array(standardRule),
  categories: z.array(
    z.object({
      category: z.string(),
      class: localized,
      criterion: localized,
      criticalQuantity: z.string(),
      beta: z.string(),
      unverified: localized.nullable(),
    }),
  ),
  alphas: z.array(z.object({ exposedMin: z.int(), alpha: z.string() })),
  levels: z.array(z.object({ hazardLevel: z.int(), rMin: z.string().nullable() })),
})
export type HazardStandard = z.infer<typeof hazardStandard>
