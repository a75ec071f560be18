import type { Generated } from 'kysely'

/** The tables of the hazard-source register as the migrations leave them. */
export interface HazardTables {
  hazard_sources: HazardSourceTable
  hazard_source_versions: HazardSourceVersionTable
  hazard_documents: HazardDocumentTable
  hazard_reminders: HazardReminderTable
  duty_records: DutyRecordTable
}

export interface HazardSourceTable {
  id: string
  organization_id: string
  site_id: string | null
  name: string
  kind: string
  sort_level: number
  state: string
  in_force_version: number | null
  pending_version: number | null
  draft_changed: number
  submitted_at_ms: number | null
  due_at_ms: number | null
  draft: string
  summary: string
  search_text: string
  revision: number
  created_at_ms: number
  updated_at_ms: number
  updated_by: string
}

export interface HazardSourceVersionTable {
  source_id: string
  version: number
  kind: 'registration' | 'amendment' | 'cancellation'
  snapshot: string
  signed_name: string
  submitted_at_ms: number
  submitted_by: string
  outcome: 'pending' | 'accepted' | 'returned' | 'withdrawn'
  decided_at_ms: number | null
  decided_by: string | null
  number: string | null
  remarks: string
}

export interface HazardDocumentTable {
  id: string
  source_id: string
  item: string
  title: string
  version: number
  file_name: string
  media_type: string
  bytes: number
  sha256: string
  uploaded_at_ms: number
  uploaded_by: string
  removed_at_ms: number | null
  removed_by: string | null
}

export interface HazardReminderTable {
  source_id: string
  due_at_ms: number
  days_ahead: number
  sent_at_ms: number
}

export interface DutyRecordTable {
  id: Generated<number>
  source_id: string
  duty_id: string
  outcome: 'done' | 'not-done'
  person: string
  done_at_ms: number
  note: string
  recorded_at_ms: number
  recorded_by: string
}
