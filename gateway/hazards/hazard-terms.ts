import { ARCHIVE_ITEMS } from '../contract/hazard-filings.ts'
import type { ArchiveItem } from '../contract.ts'

/** The periods and demands of the filing regime, as the settings give them. */
export interface HazardTerms {
  readonly filingDays: number
  readonly decisionDays: number
  readonly cancellationDecisionDays: number
  readonly assessmentYears: number
  readonly reminderDays: readonly number[]
  readonly documentsRequired: readonly ArchiveItem[]
}

/** A name in the settings that is no item of the archive is told at the start, not at the first filing. */
export function hazardTerms(
  settings: Omit<HazardTerms, 'documentsRequired'> & {
    readonly documentsRequired: readonly string[]
  },
): HazardTerms {
  const known: readonly string[] = ARCHIVE_ITEMS
  const unknown = settings.documentsRequired.filter((item) => !known.includes(item))
  if (unknown.length > 0) {
    throw new RangeError(
      `hazards.documentsRequired: ${unknown.join(', ')} is no item of the archive (${known.join(', ')})`,
    )
  }
  return { ...settings, documentsRequired: settings.documentsRequired as readonly ArchiveItem[] }
}

export const DEFAULT_TERMS: HazardTerms = {
  filingDays: 15,
  decisionDays: 5,
  cancellationDecisionDays: 30,
  assessmentYears: 3,
  reminderDays: [60, 30, 7, 0],
  documentsRequired: [
    'safety-data',
    'plans',
    'rules',
    'monitoring',
    'emergency-plan',
    'assessment-report',
    'warning-signs',
  ],
}
