import type {
  ArchiveItem,
  FilingRemark,
  VersionKind,
  VersionOutcome,
} from '../contract/hazard-filings.ts'
import type { HazardAssessment, HazardDossier, ReassessmentReason } from '../contract.ts'

/** A document as it belonged to what was submitted. */
export interface SnapshotDocument {
  readonly id: string
  readonly item: ArchiveItem
  readonly title: string
  readonly version: number
  readonly fileName: string
  readonly sha256: string
}

/** All that was submitted, as it was. Of a cancellation also why. */
export interface Snapshot {
  readonly dossier: HazardDossier
  readonly assessment: HazardAssessment
  readonly documents: readonly SnapshotDocument[]
  readonly reassessment: readonly ReassessmentReason[]
  /** Why the firm asks for a cancellation; empty otherwise. */
  readonly reason: string
}

/** One submission and what became of it. The snapshot never changes; a decision is made once. */
export interface SourceVersion {
  readonly sourceId: string
  readonly version: number
  readonly kind: VersionKind
  readonly snapshot: Snapshot
  /** Name under the statement of truth. */
  readonly signedName: string
  readonly submittedAtMs: number
  /** User name. */
  readonly submittedBy: string
  readonly outcome: VersionOutcome
  readonly decidedAtMs: number | null
  readonly decidedBy: string | null
  /** Filing number, of an accepted version. */
  readonly number: string | null
  readonly remarks: readonly FilingRemark[]
}
