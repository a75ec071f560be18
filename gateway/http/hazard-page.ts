import type { HazardDocument, HazardSourcePage, HazardSourceVersion } from '../contract.ts'
import type { DocumentRow } from '../database/hazard-document-store.ts'
import { type HazardSourceRow, presentHazardSource } from '../hazards/hazard-source.ts'
import type { SourceVersion } from '../hazards/source-version.ts'
import type { Principal } from '../registry/types.ts'
import { isAllowed, mayDecide, mayDraft } from './hazard-access.ts'
import type { HttpServices } from './services.ts'

/** A source as its page shows it: what is missing, what waits, what this account may do. */
export async function hazardPage(
  services: Pick<HttpServices, 'registry' | 'hazards' | 'filings'>,
  principal: Principal,
  row: HazardSourceRow,
): Promise<HazardSourcePage> {
  const { registry, hazards, filings } = services
  const { gaps, reassessment } = await filings.readiness(row)
  const versions = await hazards.versions(row.id)
  const pending = versions.find(({ outcome }) => outcome === 'pending') ?? null
  const returned = row.filing.state === 'returned' ? (versions[0] ?? null) : null
  const { filingDays, decisionDays, cancellationDecisionDays, assessmentYears } = filings.terms
  return {
    ...presentHazardSource(row),
    gaps: [...gaps],
    reassessment: reassessment.map((reason) => ({ ...reason })),
    remarks: [...(returned?.remarks ?? [])],
    pending: pending === null ? null : presentVersion(pending),
    newestVersion: versions[0]?.version ?? 0,
    may: {
      draft: isAllowed(mayDraft(registry, principal)),
      decide: pending !== null && isAllowed(mayDecide(registry, principal, pending.submittedBy)),
    },
    terms: {
      filingDays,
      decisionDays,
      cancellationDecisionDays,
      assessmentYears,
      documentsRequired: [...filings.terms.documentsRequired],
    },
  }
}

export function presentVersion(version: SourceVersion): HazardSourceVersion {
  return {
    version: version.version,
    kind: version.kind,
    outcome: version.outcome,
    signedName: version.signedName,
    submittedAt: new Date(version.submittedAtMs).toISOString(),
    submittedBy: version.submittedBy,
    decidedAt: version.decidedAtMs === null ? null : new Date(version.decidedAtMs).toISOString(),
    decidedBy: version.decidedBy,
    number: version.number,
    reason: version.snapshot.reason,
    remarks: [...version.remarks],
  }
}

export function presentDocument(row: DocumentRow): HazardDocument {
  return {
    id: row.id,
    item: row.item,
    title: row.title,
    version: row.version,
    fileName: row.fileName,
    mediaType: row.mediaType,
    bytes: row.bytes,
    sha256: row.sha256,
    uploadedAt: new Date(row.uploadedAtMs).toISOString(),
    uploadedBy: row.uploadedBy,
    removedAt: row.removedAtMs === null ? null : new Date(row.removedAtMs).toISOString(),
  }
}
