import type { Generated } from 'kysely'
import type { NotificationChannel } from '#alerting/notification/notification-channel.ts'
import type { Role } from '../contract.ts'
import type { CalendarTables } from './calendar-tables.ts'
import type { HazardTables } from './hazard-tables.ts'

/**
 * The tables as the migrations leave them, for Kysely. JSON columns are text here; the adapters
 * turn rows into the types of their ports.
 */
export interface Tables extends CalendarTables, HazardTables {
  organizations: OrganizationTable
  sites: SiteTable
  devices: DeviceTable
  device_credentials: DeviceCredentialTable
  users: UserTable
  sessions: SessionTable
  api_tokens: ApiTokenTable
  rule_versions: RuleVersionTable
  rule_drafts: RuleDraftTable
  channels: ChannelTable
  alarms: AlarmTable
  alarm_timeline: AlarmTimelineTable
  timeline_head: TimelineHeadTable
  annunciations: AnnunciationTable
  incident_members: IncidentMemberTable
  waiting_conditions: WaitingConditionTable
  handovers: HandoverTable
  engine_checkpoint: EngineCheckpointTable
  rule_memories: RuleMemoryTable
  outbox: OutboxTable
  rejected_messages: RejectedMessageTable
  audit_log: AuditLogTable
  service_windows: ServiceWindowTable
  drills: DrillTable
  alarm_photos: AlarmPhotoTable
  alarm_evidence: AlarmEvidenceTable
  tanks: TankTable
  source_bindings: SourceBindingTable
  risk_snapshots: RiskSnapshotTable
}

export interface OrganizationTable {
  id: string
  name: string
  kind: 'district' | 'town' | 'village' | 'enterprise'
  parent_id: string | null
  created_at_ms: number
}

export interface SiteTable {
  id: string
  name: string
  organization_id: string
  address: string
  latitude: number | null
  longitude: number | null
  contact_name: string
  contact_phone: string
  created_at_ms: number
}

export interface DeviceTable {
  id: string
  name: string
  profile_id: string
  site_id: string
  location: string
  attached_to: string | null
  created_at_ms: number
}

export interface DeviceCredentialTable {
  device_id: string
  token_hash: Uint8Array
  created_at_ms: number
}

export interface UserTable {
  id: string
  username: string
  display_name: string
  password_hash: string
  role: Role
  organization_id: string | null
  language: 'zh' | 'en'
  created_at_ms: number
}

export interface SessionTable {
  token_hash: string
  user_id: string
  created_at_ms: number
  expires_at_ms: number
}

export interface ApiTokenTable {
  id: string
  token_hash: string
  user_id: string
  name: string
  scopes: string
  created_at_ms: number
  expires_at_ms: number | null
}

export interface RuleVersionTable {
  rule_id: string
  version: number
  definition: string
  removed: number
  changed_at_ms: number
  changed_by: string
  reason: string
  origin: string
  approved_by: string | null
  look_back: string | null
}

export interface RuleDraftTable {
  id: string
  rule_id: string
  base_version: number
  origin: string
  definition: string | null
  reason: string
  created_by: string
  created_at_ms: number
  changed_by: string
  changed_at_ms: number
  revision: number
  proposed_by: string | null
  proposed_by_id: string | null
  proposed_at_ms: number | null
  expires_at_ms: number | null
  decision: 'activated' | 'rejected' | 'withdrawn' | null
  decided_by: string | null
  decided_at_ms: number | null
  decision_note: string
  version: number | null
  look_back: string | null
}

export interface ChannelTable {
  id: string
  kind: NotificationChannel['kind']
  name: string
  enabled: number
  grade_max: number
  organization_id: string | null
  config: string
  created_at_ms: number
}

export interface AlarmTable {
  id: string
  rule_id: string
  rule_version: number
  device_id: string
  point: string
  site_id: string
  organization_id: string
  title: string
  state: string
  rank: number
  grade: number
  value: string
  setpoint: string
  unit: string | null
  latching: number
  shelvable: number
  occurrences: number
  raised_at_ms: number
  acknowledged_at_ms: number | null
  returned_at_ms: number | null
  closed_at_ms: number | null
  shelved_until_ms: number | null
  suppressed_by: string | null
  out_of_service_by: string | null
  out_of_service_until_ms: number | null
  assignee: string | null
  drill: number
  case_awaits: string | null
  case_due_at_ms: number | null
  case_overdue_since_ms: number | null
  disposition: string | null
  false_alarm_code: string | null
  case_file: string | null
  timeline_length: number
  revision: number
}

export interface AlarmTimelineTable {
  alarm_id: string
  sequence: number
  at_ms: number
  kind: string
  actor: string
  note: string | null
  state: string
  value: string
  grade: number
  position: number | null
  record_hash: string | null
  hash: string | null
}

export interface AnnunciationTable {
  ordinal: Generated<number>
  alarm_id: string
  sequence: number
  at_ms: number
  grade: number
  organization_id: string
  site_id: string
  device_id: string
  point: string
  rule_id: string
  drill: number
  hidden: number
  acknowledged_at_ms: number | null
  returned_at_ms: number | null
}

export interface HandoverTable {
  id: string
  organization_id: string | null
  created_at_ms: number
  situation: string
  notes: string
  digest: string
  outgoing: string
  outgoing_at_ms: number
  incoming: string | null
  incoming_at_ms: number | null
  incoming_notes: string | null
}

export interface IncidentMemberTable {
  alarm_id: string
  incident_id: string
  ordinal: number
  at_ms: number
}

export interface EngineCheckpointTable {
  id: number
  next_offset: number
  timers_run_until_ms: number
}

export interface RuleMemoryTable {
  key: string
  memory: string
}

export interface OutboxTable {
  sequence: Generated<number>
  id: string
  channel_id: string
  type: string
  alarm_id: string | null
  organization_id: string | null
  grade: number
  payload: string
  created_at_ms: number
  state: string
  attempts: number
  next_attempt_at_ms: number
  leased_until_ms: number | null
  due_at_ms: number
  last_reason: string | null
  last_detail: string | null
  settled_at_ms: number | null
}

export interface RejectedMessageTable {
  id: Generated<number>
  device_id: string
  received_at_ms: number
  topic: string
  reason: string
  detail: string
  payload: Uint8Array
  payload_bytes: number
}

export interface AuditLogTable {
  id: Generated<number>
  at_ms: number
  actor: string
  action: string
  target_kind: string
  target_id: string
  organization_id: string | null
  detail: string
}

export interface TankTable {
  id: string
  source_id: string
  level_device_id: string
  level_point: string
  temperature_device: string | null
  definition: string
}

export interface SourceBindingTable {
  id: string
  source_id: string
  device_id: string
  definition: string
}

export interface ServiceWindowTable {
  id: string
  kind: 'maintenance' | 'calibration'
  scope: string
  target_id: string
  organization_id: string
  reason: string
  permit_number: string
  created_by: string
  created_at_ms: number
  from_ms: number
  until_ms: number
  finished_at_ms: number | null
  finished_by: string | null
  finish_note: string | null
}

export interface DrillTable {
  alarm_id: string
  device_id: string
  point: string
  grade: number
  organization_id: string
  started_by: string
  started_at_ms: number
  ends_at_ms: number
  ended_at_ms: number | null
  ended_by: string | null
  note: string
}

export interface AlarmPhotoTable {
  id: string
  alarm_id: string
  media_type: string
  bytes: number
  sha256: string
  name: string
  added_by: string
  added_at_ms: number
}

export interface AlarmEvidenceTable {
  alarm_id: string
  completed: number
  due_at_ms: number
  document: string
  sha256: string
  frozen_at_ms: number
}

export interface RiskSnapshotTable {
  at_ms: number
  body: Uint8Array
}

export interface WaitingConditionTable {
  place: number
  condition: string
}

export interface TimelineHeadTable {
  id: number
  position: number
  hash: string
}
