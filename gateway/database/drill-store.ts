import type { Selectable } from 'kysely'
import type { AlarmId } from '#alerting/alarms/alarm.ts'
import type { Drill, DrillStore } from '#alerting/drills/drill-service.ts'
import type { Grade } from '#alerting/rules/alarm-rule.ts'
import type { Database } from './open.ts'
import type { DrillTable } from './tables.ts'

/** Drills on SQLite. */
export class SqliteDrillStore implements DrillStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async save(drill: Drill): Promise<void> {
    const row: DrillTable = {
      alarm_id: drill.alarmId,
      device_id: drill.deviceId,
      point: drill.point,
      grade: drill.grade,
      organization_id: drill.organizationId,
      started_by: drill.startedBy,
      started_at_ms: drill.startedAtMs,
      ends_at_ms: drill.endsAtMs,
      ended_at_ms: drill.endedAtMs,
      ended_by: drill.endedBy,
      note: drill.note,
    }
    await this.#database.kysely
      .insertInto('drills')
      .values(row)
      .onConflict((conflict) => conflict.column('alarm_id').doUpdateSet(row))
      .execute()
  }

  async loadRunning(): Promise<readonly Drill[]> {
    const rows = await this.#database.kysely
      .selectFrom('drills')
      .selectAll()
      .where('ended_at_ms', 'is', null)
      .execute()
    return rows.map(drillOf)
  }

  /** The newest first. */
  async list(request: {
    readonly organizationIds: ReadonlySet<string> | null
    readonly limit: number
  }): Promise<readonly Drill[]> {
    let query = this.#database.reader
      .selectFrom('drills')
      .selectAll()
      .orderBy('started_at_ms', 'desc')
      .limit(request.limit)
    if (request.organizationIds !== null) {
      query = query.where('organization_id', 'in', [...request.organizationIds])
    }
    return (await query.execute()).map(drillOf)
  }
}

function drillOf(row: Selectable<DrillTable>): Drill {
  return {
    alarmId: row.alarm_id as AlarmId,
    deviceId: row.device_id,
    point: row.point,
    grade: row.grade as Grade,
    organizationId: row.organization_id,
    startedBy: row.started_by,
    startedAtMs: row.started_at_ms,
    endsAtMs: row.ends_at_ms,
    endedAtMs: row.ended_at_ms,
    endedBy: row.ended_by,
    note: row.note,
  }
}
