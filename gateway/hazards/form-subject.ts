import type { HazardAssessment } from '../contract.ts'
import { LEVEL_NAMES } from './form-words.ts'
import type { Snapshot, SourceVersion } from './source-version.ts'

/** What a form is about. */
export interface FormSubject {
  readonly sourceId: string
  readonly enterprise: string
  readonly territory: readonly string[]
  readonly snapshot: Pick<Snapshot, 'dossier' | 'assessment' | 'documents'>
  /** Null: the draft. */
  readonly version: SourceVersion | null
}

export function levelText(figures: Pick<HazardAssessment, 'hazardLevel' | 'majorHazard'>): string {
  if (figures.hazardLevel !== null) return LEVEL_NAMES[figures.hazardLevel]
  return figures.majorHazard === false ? '不构成重大危险源' : '未定级'
}

export function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('，')
}
