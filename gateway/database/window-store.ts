import type { Selectable } from 'kysely'
import type { ServiceWindow, WindowScope } from '#alerting/windows/service-window.ts'
import type { WindowStore } from '#alerting/windows/window-store.ts'
import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { ServiceWindowTable } from './tables.ts'

/** Maintenance and calibration windows on SQLite. */
export class SqliteWindowStore implements WindowStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async save(window: ServiceWindow): Promise<void> {
    const row = rowOf(window)
    await this.#database.kysely
      .insertInto('service_windows')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  }

  async loadUnfinished(): Promise<readonly ServiceWindow[]> {
    const rows = await this.#database.kysely
      .selectFrom('service_windows')
      .selectAll()
      .where('finished_at_ms', 'is', null)
      .orderBy('from_ms')
      .execute()
    return rows.map(windowOf)
  }

  async get(id: string): Promise<ServiceWindow | null> {
    const row = await this.#database.reader
      .selectFrom('service_windows')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : windowOf(row)
  }

  /** The newest beginning first. `organizationIds` null: all. */
  async list(
    request: {
      readonly organizationIds: ReadonlySet<string> | null
      readonly targetIds?: readonly string[] | undefined
      readonly isFinished?: boolean | undefined
    } & PageRequest,
  ): Promise<Page<ServiceWindow>> {
    const after = decodeCursor(request.cursor, ['number', 'string'])
    let query = this.#database.reader
      .selectFrom('service_windows')
      .selectAll()
      .orderBy('from_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(request.limit + 1)
    const { organizationIds, targetIds, isFinished } = request
    if (organizationIds !== null) {
      query = query.where('organization_id', 'in', [...organizationIds])
    }
    if (targetIds !== undefined) query = query.where('target_id', 'in', [...targetIds])
    if (isFinished !== undefined) {
      query = query.where('finished_at_ms', isFinished ? 'is not' : 'is', null)
    }
    if (after !== null) {
      const [fromMs, id] = [Number(after[0]), String(after[1])]
      query = query.where((where) =>
        where.or([
          where('from_ms', '<', fromMs),
          where.and([where('from_ms', '=', fromMs), where('id', '<', id)]),
        ]),
      )
    }
    return pageOf(await query.execute(), request.limit, {
      item: windowOf,
      key: (row) => [row.from_ms, row.id],
    })
  }
}

function rowOf(window: ServiceWindow): ServiceWindowTable {
  const { scope } = window
  return {
    id: window.id,
    kind: window.kind,
    scope: JSON.stringify(scope),
    target_id: scope.kind === 'site' ? scope.siteId : scope.deviceId,
    organization_id: window.organizationId,
    reason: window.reason,
    permit_number: window.permitNumber,
    created_by: window.createdBy,
    created_at_ms: window.createdAtMs,
    from_ms: window.fromMs,
    until_ms: window.untilMs,
    finished_at_ms: window.finishedAtMs,
    finished_by: window.finishedBy,
    finish_note: window.finishNote,
  }
}

function windowOf(row: Selectable<ServiceWindowTable>): ServiceWindow {
  return {
    id: row.id,
    kind: row.kind,
    // What was written by `rowOf`.
    scope: JSON.parse(row.scope) as WindowScope,
    organizationId: row.organization_id,
    reason: row.reason,
    permitNumber: row.permit_number,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    fromMs: row.from_ms,
    untilMs: row.until_ms,
    finishedAtMs: row.finished_at_ms,
    finishedBy: row.finished_by,
    finishNote: row.finish_note,
  }
}
