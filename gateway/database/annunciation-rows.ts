import type { Alarm, AlarmId, TimelineEntry } from '#alerting/alarms/alarm.ts'
import { type AlarmCommit, timelineKey } from '#alerting/alarms/alarm-store.ts'
import { type Annunciation, annunciationOf, effectOf } from '#alerting/annunciation/annunciation.ts'
import type { Grade } from '#alerting/rules/alarm-rule.ts'
import type { AnnunciationTable } from './tables.ts'

const COLUMNS = `ordinal, alarm_id, sequence, at_ms, grade, organization_id, site_id, device_id, point,
  rule_id, drill, hidden`

const CALL = `INSERT INTO annunciations (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (alarm_id, sequence) DO NOTHING`

/** Only where the milder grade was answered; otherwise `WORSEN` has met it. */
const RISE = `INSERT INTO annunciations (${COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
  WHERE NOT EXISTS (SELECT 1 FROM annunciations
    WHERE alarm_id = ?2 AND (sequence >= ?3 OR acknowledged_at_ms IS NULL))`
const WORSEN = `UPDATE annunciations SET grade = min(grade, ?3)
  WHERE alarm_id = ?1 AND sequence < ?2 AND acknowledged_at_ms IS NULL`
const ANSWER = `UPDATE annunciations SET acknowledged_at_ms = ?3
  WHERE alarm_id = ?1 AND sequence < ?2 AND acknowledged_at_ms IS NULL`
const RETURN = `UPDATE annunciations SET returned_at_ms = ?3
  WHERE alarm_id = ?1 AND sequence < ?2 AND returned_at_ms IS NULL`

interface Write {
  readonly sql: string
  readonly rows: readonly (readonly unknown[])[]
}

/** What the entries of a commit do to the annunciations, in their order. */
export function annunciationStatements({
  alarms,
  timeline,
  orders,
}: Pick<AlarmCommit, 'alarms' | 'timeline' | 'orders'>): readonly Write[] {
  const byId = new Map(alarms.map((alarm) => [alarm.id, alarm]))
  return inRuns(
    timeline.flatMap((entry) => {
      const alarm = byId.get(entry.alarmId)
      return alarm === undefined ? [] : writesOf(alarm, entry, orders?.get(timelineKey(entry)))
    }),
  )
}

/** `order`: the place that was reserved for the entry; without it, the next one. */
function writesOf(
  alarm: Alarm,
  entry: TimelineEntry,
  order: number | undefined,
): readonly { readonly sql: string; readonly row: readonly unknown[] }[] {
  const key = [entry.alarmId, entry.sequence]
  const effect = effectOf(entry)
  switch (effect) {
    case 'calls':
      return [{ sql: CALL, row: valuesOf(annunciationOf(alarm, entry), order) }]
    case 'rises':
      return [
        { sql: WORSEN, row: [...key, entry.grade] },
        { sql: RISE, row: valuesOf(annunciationOf(alarm, entry), order) },
      ]
    case 'is-answered':
      return [{ sql: ANSWER, row: [...key, entry.atMs] }]
    case 'returns':
      return [{ sql: RETURN, row: [...key, entry.atMs] }]
    case 'nothing':
      return []
    default:
      return effect satisfies never
  }
}

/** Neighbours of one kind share a statement. */
function inRuns(
  writes: readonly { readonly sql: string; readonly row: readonly unknown[] }[],
): readonly Write[] {
  const runs: { sql: string; rows: (readonly unknown[])[] }[] = []
  for (const { sql, row } of writes) {
    const last = runs.at(-1)
    if (last?.sql === sql) last.rows.push(row)
    else runs.push({ sql, rows: [row] })
  }
  return runs
}

function valuesOf(annunciation: Annunciation, order: number | undefined): readonly unknown[] {
  return [
    order ?? null,
    annunciation.alarmId,
    annunciation.sequence,
    annunciation.atMs,
    annunciation.grade,
    annunciation.organizationId,
    annunciation.siteId,
    annunciation.deviceId,
    annunciation.point,
    annunciation.ruleId,
    Number(annunciation.drill),
    Number(annunciation.isHidden),
  ]
}

export function annunciationOfRow(row: Omit<AnnunciationTable, 'ordinal'>): Annunciation {
  return {
    alarmId: row.alarm_id as AlarmId,
    sequence: row.sequence,
    atMs: row.at_ms,
    grade: row.grade as Grade,
    organizationId: row.organization_id,
    siteId: row.site_id,
    deviceId: row.device_id,
    point: row.point,
    ruleId: row.rule_id,
    drill: row.drill === 1,
    isHidden: row.hidden === 1,
  }
}
