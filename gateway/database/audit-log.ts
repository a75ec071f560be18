import type { Selectable } from 'kysely'
import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { AuditLogTable } from './tables.ts'

export interface AuditEntry {
  readonly atMs: number
  /** User name, `device:{id}` or `system`. */
  readonly actor: string
  /** Verb, e.g. `device.create`, `alarm.acknowledge`, `session.login-failed`. */
  readonly action: string
  readonly targetKind: string
  readonly targetId: string
  readonly organizationId: string | null
  /** JSON without secrets: what was changed. */
  readonly detail: Readonly<Record<string, unknown>>
}

export interface AuditRow extends AuditEntry {
  readonly id: number
}

/** Who did what, when, to which thing. Only ever appended to. */
export class AuditLog {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async append(entry: AuditEntry): Promise<void> {
    await this.#database.kysely
      .insertInto('audit_log')
      .values({
        at_ms: entry.atMs,
        actor: entry.actor,
        action: entry.action,
        target_kind: entry.targetKind,
        target_id: entry.targetId,
        organization_id: entry.organizationId,
        detail: JSON.stringify(entry.detail),
      })
      .execute()
  }

  /** Newest first. */
  async list(
    request: {
      readonly actor?: string | undefined
      readonly targetKind?: string | undefined
      readonly targetId?: string | undefined
    } & PageRequest,
  ): Promise<Page<AuditRow>> {
    const after = decodeCursor(request.cursor, ['number'])
    let query = this.#database.reader
      .selectFrom('audit_log')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(request.limit + 1)
    if (request.actor !== undefined) query = query.where('actor', '=', request.actor)
    if (request.targetKind !== undefined) {
      query = query.where('target_kind', '=', request.targetKind)
    }
    if (request.targetId !== undefined) query = query.where('target_id', '=', request.targetId)
    if (after !== null) query = query.where('id', '<', Number(after[0]))
    return pageOf(await query.execute(), request.limit, { item: rowOf, key: (row) => [row.id] })
  }
}

function rowOf(row: Selectable<AuditLogTable>): AuditRow {
  return {
    id: row.id,
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action,
    targetKind: row.target_kind,
    targetId: row.target_id,
    organizationId: row.organization_id,
    detail: JSON.parse(row.detail) as AuditEntry['detail'],
  }
}
