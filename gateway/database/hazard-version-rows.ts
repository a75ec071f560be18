import type { FilingRemark } from '../contract/hazard-filings.ts'
import type { Snapshot, SourceVersion } from '../hazards/source-version.ts'
import type { HazardSourceVersionTable } from './hazard-tables.ts'
import type { Statement } from './open.ts'

const INSERT = `INSERT INTO hazard_source_versions (source_id, version, kind, snapshot, signed_name,
  submitted_at_ms, submitted_by, outcome, decided_at_ms, decided_by, number, remarks)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const SETTLE = `UPDATE hazard_source_versions
  SET outcome = ?, decided_at_ms = ?, decided_by = ?, number = ?, remarks = ?
  WHERE source_id = ? AND version = ?`

export function insertVersion(version: SourceVersion): Statement {
  return {
    sql: INSERT,
    parameters: [
      version.sourceId,
      version.version,
      version.kind,
      JSON.stringify(version.snapshot),
      version.signedName,
      version.submittedAtMs,
      version.submittedBy,
      version.outcome,
      version.decidedAtMs,
      version.decidedBy,
      version.number,
      JSON.stringify(version.remarks),
    ],
  }
}

/** What became of a submission; a second time the database refuses. */
export function settleVersion(version: SourceVersion): Statement {
  return {
    sql: SETTLE,
    parameters: [
      version.outcome,
      version.decidedAtMs,
      version.decidedBy,
      version.number,
      JSON.stringify(version.remarks),
      version.sourceId,
      version.version,
    ],
  }
}

export function versionOfRow(row: HazardSourceVersionTable): SourceVersion {
  return {
    sourceId: row.source_id,
    version: row.version,
    kind: row.kind,
    snapshot: JSON.parse(row.snapshot) as Snapshot,
    signedName: row.signed_name,
    submittedAtMs: row.submitted_at_ms,
    submittedBy: row.submitted_by,
    outcome: row.outcome,
    decidedAtMs: row.decided_at_ms,
    decidedBy: row.decided_by,
    number: row.number,
    remarks: JSON.parse(row.remarks) as readonly FilingRemark[],
  }
}
