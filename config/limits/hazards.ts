import { KIB, MIB } from './units.ts'

/** Major hazard sources: one calculation, one dossier, one document. */
export const HAZARD_LIMITS = {
  sourcesMax: 100_000,
  unitsMax: 50,
  substancesMax: 200,
  categoriesPerSubstanceMax: 24,
  /** Digits of a quantity before and after the point: a milligram to a thousand million tonnes. */
  integerDigitsMax: 9,
  fractionDigitsMax: 9,
  /** One unit with more than this was typed in the wrong unit: the largest tank farms hold a few million tonnes. */
  quantityTonnesMax: 10_000_000,
  /** kg/m³: hydrogen at rest has 0.08, the densest liquid (mercury) 13,600. */
  densityMin: '0.05',
  densityMax: '25000',
  betaMax: '1000',
  decimalLengthMax: 40,
  populationMax: 100_000_000,
  equipmentMax: 500,
  targetsMax: 200,
  contactsMax: 50,
  suppliesMax: 200,
  accidentsMax: 50,
  /** A line of a form; longer things are documents. */
  lineLengthMax: 200,
  dossierBytesMax: 384 * KIB,
  documentBytesMax: 20 * MIB,
  documentsPerSourceMax: 500,
  fileNameLengthMax: 160,
  remarksMax: 60,
  versionsPerSourceMax: 500,
  substancesFoundMax: 50,
  /** Sources looked at in one go when reminders are made. */
  sourcesPerReminderStepMax: 200,
} as const
