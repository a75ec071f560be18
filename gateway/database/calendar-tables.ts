/** The tables of calendars as the migrations leave them. */
export interface CalendarTables {
  calendar_versions: CalendarVersionTable
  calendar_proposals: CalendarProposalTable
}

export interface CalendarVersionTable {
  calendar: string
  year: number
  version: number
  definition: string | null
  changed_by: string
  changed_at_ms: number
  approved_by: string | null
}

export interface CalendarProposalTable {
  id: string
  calendar: string
  year: number
  base_version: number
  before: string | null
  after: string | null
  resets: number
  losses: string
  loss_count: number
  rules_digest: string
  reason: string
  proposed_by: string
  proposed_by_id: string
  proposed_at_ms: number
  expires_at_ms: number
  decision: 'approved' | 'rejected' | 'withdrawn' | 'replaced' | null
  decided_by: string | null
  decided_at_ms: number | null
  decision_note: string
  version: number | null
}
