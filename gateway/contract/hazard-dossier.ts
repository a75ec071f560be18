import { z } from 'zod'
import { HAZARD_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import { id } from './values.ts'

/**
 * The dossier of a major hazard source: all that a firm states about it. A draft may hold anything a
 * person types, half-finished or wrong, so that nothing is lost; what is missing or impossible is
 * told (`HazardSource.assessment`, `missing`) and stops the filing, not the saving.
 */

const line = z.string().trim().max(HAZARD_LIMITS.lineLengthMax).default('')
const paragraph = z.string().trim().max(TEXT_LIMITS.noteLengthMax).default('')
/** A decimal as it was typed, e.g. `0.5`. */
const decimalText = z.string().trim().max(HAZARD_LIMITS.decimalLengthMax).default('')
const day = z.iso.date().nullable().default(null)
const count = z.int().min(0).max(HAZARD_LIMITS.populationMax)

export const HAZARD_SOURCE_KINDS = ['tank-farm', 'warehouse', 'production', 'other'] as const
export type HazardSourceKind = (typeof HAZARD_SOURCE_KINDS)[number]
/** What divides a unit from the next (GB 18218 clause 3): cut-off valves, a dike, an independent building. */
export const UNIT_BOUNDARIES = ['valve', 'dike', 'building'] as const
export type UnitBoundary = (typeof UNIT_BOUNDARIES)[number]
export const QUANTITY_UNITS = ['t', 'kg', 'm3'] as const
export type QuantityUnit = (typeof QUANTITY_UNITS)[number]
/**
 * 4.2.3. `pure`: no mixture. `same-class`: a mixture in the hazard class of its pure substance: the
 * whole mass counts as that substance. `other-class`: a mixture in another class, which then decides.
 */
export const MIXTURES = ['pure', 'same-class', 'other-class'] as const
export type Mixture = (typeof MIXTURES)[number]

/** Design maximum quantity (4.2.2). `density` in kg/m³, only for `m3`. */
export const hazardQuantity = z.strictObject({
  value: decimalText,
  unit: z.enum(QUANTITY_UNITS).default('t'),
  density: decimalText,
})
export type HazardQuantity = z.infer<typeof hazardQuantity>

const substanceSafety = z.strictObject({
  dangers: paragraph,
  firstAid: paragraph,
  fireFighting: paragraph,
  forbiddenExtinguishers: line,
  spill: paragraph,
})

export const dossierSubstance = z.strictObject({
  id,
  name: line,
  cas: line,
  un: line,
  /** Row of table 1; null: judged by its categories. */
  row: z.int().nullable().default(null),
  /** Row of table 3 (1 to 14) for a substance that stands there but not in table 1. */
  betaRow: z.int().nullable().default(null),
  /** Categories of table 2; several where it has several hazards. */
  categories: z.array(z.string().max(10)).max(HAZARD_LIMITS.categoriesPerSubstanceMax).default([]),
  mixture: z.enum(MIXTURES).default('pure'),
  quantity: hazardQuantity.prefault({}),
  /** Replaces the β of the tables; empty: that of the tables. */
  beta: decimalText,
  physicalState: line,
  purpose: line,
  process: line,
  /** Tank, vessel or place where it is, and the conditions there. */
  container: line,
  temperature: line,
  pressure: line,
  safety: substanceSafety.prefault({}),
})
export type DossierSubstance = z.infer<typeof dossierSubstance>

export const dossierUnit = z.strictObject({
  id,
  name: line,
  boundary: z.enum(UNIT_BOUNDARIES).nullable().default(null),
  /** Which valve, dike or building it is. */
  boundaryNote: line,
  substances: z.array(dossierSubstance).max(HAZARD_LIMITS.substancesMax).default([]),
})
export type DossierUnit = z.infer<typeof dossierUnit>

export const protectiveTarget = z.strictObject({
  id,
  name: line,
  kind: line,
  /** From the boundary of the plant. */
  distanceMetres: count.nullable().default(null),
  people: count.nullable().default(null),
  phone: line,
})

const surroundings = z.strictObject({
  /** Permanent residents within 500 m of the plant's boundary (table 5). */
  exposedPopulation: count.nullable().default(null),
  countedOn: day,
  targets: z.array(protectiveTarget).max(HAZARD_LIMITS.targetsMax).default([]),
})

export const hazardAccident = z.strictObject({
  id,
  on: day,
  deaths: count.default(0),
  injured: count.default(0),
  affectedPublicSafety: z.boolean().default(false),
  description: paragraph,
})

export const hazardEquipment = z.strictObject({
  id,
  tag: line,
  name: line,
  specification: line,
  count: count.nullable().default(null),
  /** Its failure or change affects the level or the risk. */
  important: z.boolean().default(false),
})

const person = z.strictObject({ name: line, position: line, phone: line })
export const RESPONSIBLE_PERSONS = ['principal', 'technical', 'operating'] as const
export type ResponsiblePerson = (typeof RESPONSIBLE_PERSONS)[number]

const emergency = z.strictObject({
  planName: line,
  planReviewedOn: day,
  lastDrillOn: day,
  assemblyPoint: line,
  /** What to do in the first minutes; shown at every alarm. */
  firstSteps: paragraph,
  contacts: z
    .array(z.strictObject({ id, name: line, role: line, phone: line }))
    .max(HAZARD_LIMITS.contactsMax)
    .default([]),
  supplies: z
    .array(z.strictObject({ id, name: line, amount: line, place: line }))
    .max(HAZARD_LIMITS.suppliesMax)
    .default([]),
})

export const ASSESSORS = ['own', 'experts', 'agency'] as const
/** Order 40, article 11: what makes a new identification, assessment and grading necessary. */
export const REASSESSMENT_TRIGGERS = [
  'three-years',
  'construction',
  'change',
  'surroundings',
  'accident',
  'standard',
] as const
export type ReassessmentTrigger = (typeof REASSESSMENT_TRIGGERS)[number]

const assessment = z.strictObject({
  by: z.enum(ASSESSORS).nullable().default(null),
  assessor: line,
  completedOn: day,
  conclusion: paragraph,
})

/** How the firm answers a trigger: assessed anew, or without effect on level and risk, with the reason. */
export const reassessmentAnswer = z.strictObject({
  trigger: z.enum(REASSESSMENT_TRIGGERS),
  effect: z.enum(['assessed', 'none']),
  reason: paragraph,
})

export const hazardDossier = z.strictObject({
  name: z.string().trim().max(TEXT_LIMITS.nameLengthMax).default(''),
  kind: z.enum(HAZARD_SOURCE_KINDS).default('tank-farm'),
  siteId: id.nullable().default(null),
  address: line,
  /** WGS 84. */
  position: z
    .strictObject({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
    })
    .nullable()
    .default(null),
  inUseSince: day,
  /** Main plant and facilities, and their capacity. */
  scale: paragraph,
  chemicalPark: line,
  units: z.array(dossierUnit).max(HAZARD_LIMITS.unitsMax).default([]),
  surroundings: surroundings.prefault({}),
  accidents: z.array(hazardAccident).max(HAZARD_LIMITS.accidentsMax).default([]),
  equipment: z.array(hazardEquipment).max(HAZARD_LIMITS.equipmentMax).default([]),
  persons: z
    .strictObject({
      principal: person.prefault({}),
      technical: person.prefault({}),
      operating: person.prefault({}),
    })
    .prefault({}),
  emergency: emergency.prefault({}),
  assessment: assessment.prefault({}),
  reassessment: z.array(reassessmentAnswer).max(REASSESSMENT_TRIGGERS.length).default([]),
})
export type HazardDossier = z.infer<typeof hazardDossier>
