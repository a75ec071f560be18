import { z } from 'zod'
import { HAZARD_LIMITS, TEXT_LIMITS } from '#config/limits.ts'

/** Major hazard sources by GB 18218. Decimals go out as exact text and may come as text or number. */

const decimal = z.union([z.number(), z.string().max(40)])
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

export const hazardCalculation = z.object({
  s: z.string(),
  /** Null when the unit is no major hazard source. */
  r: z.string().nullable(),
  alpha: z.string(),
  majorHazard: z.boolean(),
  hazardLevel: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).nullable(),
  /** False: a quotient has no finite decimal and its text is rounded; the judgement never is. */
  exact: z.boolean(),
  lines: z.array(
    z.object({
      name: z.object({ zh: z.string(), en: z.string() }),
      q: z.string(),
      criticalQuantity: z.string(),
      beta: z.string().nullable(),
      sTerm: z.string(),
      rTerm: z.string().nullable(),
      source: z.string(),
      /** What of this line could not be verified against the standard. */
      warning: z.string().nullable(),
    }),
  ),
})
export type HazardCalculation = z.infer<typeof hazardCalculation>
