import { createHash } from 'node:crypto'
import type { Alarm, AlarmId, AlarmState, TimelineEntry } from '#alerting/alarms/alarm.ts'
import type { CaseFile } from '#alerting/cases/case-file.ts'
import type { Grade, LocalizedText } from '#alerting/rules/alarm-rule.ts'
import type { AlarmTable, AlarmTimelineTable } from './tables.ts'

/** Place of a state in the order of lists: nobody has acknowledged, acknowledged, normal. */
const RANK_OF_STATE = {
  unacknowledged: 0,
  'returned-unacknowledged': 0,
  'latched-unacknowledged': 0,
  acknowledged: 1,
  'latched-acknowledged': 1,
  normal: 2,
} as const satisfies Record<AlarmState, number>

export function rankOf(state: AlarmState): number {
  return RANK_OF_STATE[state]
}

/** One column a line, in the order of the insert; a field without a line here does not compile below. */
const ALARM_COLUMNS = {
  id: (alarm) => alarm.id,
  rule_id: (alarm) => alarm.ruleId,
  rule_version: (alarm) => alarm.ruleVersion,
  device_id: (alarm) => alarm.deviceId,
  point: (alarm) => alarm.point,
  site_id: (alarm) => alarm.siteId,
  organization_id: (alarm) => alarm.organizationId,
  title: (alarm) => JSON.stringify(alarm.title),
  state: (alarm) => alarm.state,
  rank: (alarm) => rankOf(alarm.state),
  grade: (alarm) => alarm.grade,
  value: (alarm) => JSON.stringify(alarm.value),
  setpoint: (alarm) => JSON.stringify(alarm.setpoint),
  unit: (alarm) => alarm.unit,
  latching: (alarm) => Number(alarm.latching),
  shelvable: (alarm) => Number(alarm.shelvable),
  occurrences: (alarm) => alarm.occurrences,
  raised_at_ms: (alarm) => alarm.raisedAtMs,
  acknowledged_at_ms: (alarm) => alarm.acknowledgedAtMs,
  returned_at_ms: (alarm) => alarm.returnedAtMs,
  closed_at_ms: (alarm) => alarm.closedAtMs,
  shelved_until_ms: (alarm) => alarm.shelvedUntilMs,
  suppressed_by: (alarm) => alarm.suppressedBy,
  out_of_service_by: (alarm) => alarm.outOfServiceBy,
  out_of_service_until_ms: (alarm) => alarm.outOfServiceUntilMs,
  assignee: (alarm) => alarm.assignee,
  drill: (alarm) => Number(alarm.drill),
  case_awaits: (alarm) => alarm.caseFile?.awaits ?? null,
  case_due_at_ms: (alarm) => alarm.caseFile?.dueAtMs ?? null,
  case_overdue_since_ms: (alarm) => alarm.caseFile?.overdueSinceMs ?? null,
  disposition: (alarm) => alarm.caseFile?.disposition ?? null,
  false_alarm_code: (alarm) => alarm.caseFile?.falseAlarmCode ?? null,
  case_file: (alarm) => (alarm.caseFile === null ? null : JSON.stringify(alarm.caseFile)),
  timeline_length: (alarm) => alarm.timelineLength,
  revision: (alarm) => alarm.revision,
} as const satisfies { [Column in keyof AlarmTable]: (alarm: Alarm) => AlarmTable[Column] }

const ALARM_NAMES = Object.keys(ALARM_COLUMNS)
const ALARM_VALUES = Object.values(ALARM_COLUMNS)

/** The alarm as it stands now replaces the one that was stored. */
export const STORE_ALARM = `INSERT INTO alarms (${ALARM_NAMES.join(', ')})
  VALUES (${ALARM_NAMES.map(() => '?').join(', ')})
  ON CONFLICT (id) DO UPDATE SET ${ALARM_NAMES.slice(1)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ')}`

export function alarmValues(alarm: Alarm): readonly unknown[] {
  return ALARM_VALUES.map((read) => read(alarm))
}

/** What comes back is what was written by `alarmValues`: the casts restore its types. */
export function alarmOfRow(row: AlarmTable): Alarm {
  return {
    id: row.id as AlarmId,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    deviceId: row.device_id,
    point: row.point,
    siteId: row.site_id,
    organizationId: row.organization_id,
    title: JSON.parse(row.title) as LocalizedText,
    state: row.state as AlarmState,
    grade: row.grade as Grade,
    value: JSON.parse(row.value) as Alarm['value'],
    setpoint: JSON.parse(row.setpoint) as Alarm['setpoint'],
    unit: row.unit,
    latching: row.latching === 1,
    shelvable: row.shelvable === 1,
    occurrences: row.occurrences,
    raisedAtMs: row.raised_at_ms,
    acknowledgedAtMs: row.acknowledged_at_ms,
    returnedAtMs: row.returned_at_ms,
    closedAtMs: row.closed_at_ms,
    shelvedUntilMs: row.shelved_until_ms,
    suppressedBy: row.suppressed_by as AlarmId | null,
    outOfServiceBy: row.out_of_service_by,
    outOfServiceUntilMs: row.out_of_service_until_ms,
    assignee: row.assignee,
    drill: row.drill === 1,
    caseFile: row.case_file === null ? null : (JSON.parse(row.case_file) as CaseFile),
    timelineLength: row.timeline_length,
    revision: row.revision,
  }
}

/**
 * An entry that stands already stays as it is: a time line is written once. A new one is the next link
 * of the chain, in the same transaction; the head moves with it.
 */
export const STORE_TIMELINE_ENTRY = `INSERT INTO alarm_timeline
  (alarm_id, sequence, at_ms, kind, actor, note, state, value, grade, record_hash, position, hash)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, head.position + 1,
    chain_hash(head.hash, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
  FROM timeline_head AS head WHERE true
  ON CONFLICT (alarm_id, sequence) DO NOTHING`

/** After each entry; the same head again where the entry stood already. */
export const MOVE_TIMELINE_HEAD = `UPDATE timeline_head SET (position, hash) =
  (SELECT position, hash FROM alarm_timeline WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1)`

/** `record_hash`: of the alarm as this entry leaves it; null where a later entry of the same commit does. */
export function timelineValues(
  entry: TimelineEntry,
  recordHash: string | null,
): readonly unknown[] {
  return [
    entry.alarmId,
    entry.sequence,
    entry.atMs,
    entry.kind,
    entry.actor,
    entry.note,
    entry.state,
    JSON.stringify(entry.value),
    entry.grade,
    recordHash,
  ]
}

/** What of an alarm its time line vouches for. A new field is added here only with a null for old alarms. */
const RECORDED = [
  'id',
  'ruleId',
  'ruleVersion',
  'deviceId',
  'point',
  'siteId',
  'organizationId',
  'title',
  'state',
  'grade',
  'value',
  'setpoint',
  'unit',
  'latching',
  'shelvable',
  'occurrences',
  'raisedAtMs',
  'acknowledgedAtMs',
  'returnedAtMs',
  'closedAtMs',
  'shelvedUntilMs',
  'suppressedBy',
  'outOfServiceBy',
  'outOfServiceUntilMs',
  'assignee',
  'drill',
  'caseFile',
  'timelineLength',
  'revision',
] as const satisfies readonly (keyof Alarm)[]

/** SHA-256 over the JSON of these fields that are not null, in order. */
export function recordHashOf(alarm: Alarm): string {
  const fields = RECORDED.flatMap((name) => (alarm[name] === null ? [] : [[name, alarm[name]]]))
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}

export function timelineEntryOfRow(row: AlarmTimelineTable): TimelineEntry {
  return {
    alarmId: row.alarm_id as AlarmId,
    sequence: row.sequence,
    atMs: row.at_ms,
    kind: row.kind as TimelineEntry['kind'],
    actor: row.actor,
    note: row.note,
    state: row.state as AlarmState,
    value: JSON.parse(row.value) as TimelineEntry['value'],
    grade: row.grade as Grade,
  }
}
