import type { Shelving } from '#alerting/rules/back-test.ts'
import { LOOK_BACK_LIMITS } from '#config/limits.ts'
import type { Database } from './open.ts'

/** When alarms of a rule were on the shelf, by their time lines; one that still is has no end yet. */
export async function shelvingsOf(
  database: Pick<Database, 'reader'>,
  ruleId: string,
  deviceIds: readonly string[],
): Promise<readonly Shelving[]> {
  if (deviceIds.length === 0) return []
  const rows = await database.reader
    .selectFrom('alarm_timeline')
    .innerJoin('alarms', 'alarms.id', 'alarm_timeline.alarm_id')
    .select(['alarms.id', 'alarms.device_id', 'alarms.point', 'alarm_timeline.kind', 'at_ms'])
    .where('alarms.rule_id', '=', ruleId)
    .where('alarms.device_id', 'in', deviceIds)
    .where('alarm_timeline.kind', 'in', ['shelved', 'unshelved'])
    .orderBy('alarms.id')
    .orderBy('alarm_timeline.sequence')
    .execute()
  const shelvings: Shelving[] = []
  for (const [index, row] of rows.entries()) {
    if (row.kind !== 'shelved') continue
    const next = rows[index + 1]
    const untilMs = next?.id === row.id ? next.at_ms : Number.POSITIVE_INFINITY
    const { device_id: deviceId, point, at_ms: fromMs } = row
    shelvings.push({ deviceId, point, fromMs, untilMs })
  }
  return shelvings
}

/** Devices that had alarms of the rule since then, the one with most first. */
export async function rungLately(
  database: Pick<Database, 'reader'>,
  ruleId: string,
  sinceMs: number,
): Promise<readonly string[]> {
  const rows = await database.reader
    .selectFrom('alarms')
    .select((build) => ['device_id', build.fn.countAll<number>().as('count')])
    .where('rule_id', '=', ruleId)
    .where('raised_at_ms', '>=', sinceMs)
    .groupBy('device_id')
    .orderBy('count', 'desc')
    .orderBy('device_id')
    .limit(LOOK_BACK_LIMITS.devicesMax)
    .execute()
  return rows.map(({ device_id: deviceId }) => deviceId)
}
