import type { Selectable } from 'kysely'
import type { AlarmId } from '#alerting/alarms/alarm.ts'
import type {
  DeliveryReason,
  NotificationType,
  OutboxEntry,
  OutboxRecord,
  OutboxState,
} from '#alerting/notification/outbox.ts'
import type { Grade } from '#alerting/rules/alarm-rule.ts'
import type { OutboxTable } from './tables.ts'

export type OutboxRow = Selectable<OutboxTable>

/**
 * A new entry is due at once, or when it need not be held back any longer. Its organization is that of its alarm, stored before it in the same
 * transaction. An entry that stands already keeps its fate.
 */
export const STORE_OUTBOX_ENTRY = `INSERT INTO outbox
  (id, channel_id, type, alarm_id, organization_id, grade, payload, created_at_ms,
   state, attempts, next_attempt_at_ms, due_at_ms)
  VALUES (?1, ?2, ?3, ?4, (SELECT organization_id FROM alarms WHERE id = ?4), ?5, ?6, ?7,
   'pending', 0, ?8, ?8)
  ON CONFLICT (id) DO NOTHING`

export function outboxValues(entry: OutboxEntry): readonly unknown[] {
  return [
    entry.id,
    entry.channelId,
    entry.type,
    entry.alarmId,
    entry.grade,
    JSON.stringify(entry.payload ?? null),
    entry.createdAtMs,
    entry.notBeforeMs ?? entry.createdAtMs,
  ]
}

export function outboxRecordOfRow(row: OutboxRow): OutboxRecord {
  return {
    id: row.id,
    channelId: row.channel_id,
    type: row.type as NotificationType,
    alarmId: row.alarm_id as AlarmId | null,
    grade: row.grade as Grade,
    payload: JSON.parse(row.payload),
    createdAtMs: row.created_at_ms,
    state: row.state as OutboxState,
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at_ms,
    leasedUntilMs: row.leased_until_ms,
    lastReason: row.last_reason as DeliveryReason | null,
    lastDetail: row.last_detail,
    settledAtMs: row.settled_at_ms,
  }
}
