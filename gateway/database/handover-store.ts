import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { HandoverTable } from './tables.ts'

export interface StoredHandover {
  readonly id: string
  /** Null: of the whole district. */
  readonly organizationId: string | null
  readonly createdAtMs: number
  /** JSON of the situation. */
  readonly situation: string
  readonly notes: string
  readonly digest: string
  readonly outgoing: string
  readonly outgoingAtMs: number
  readonly incoming: string | null
  readonly incomingAtMs: number | null
  readonly incomingNotes: string | null
}

/** Written once by who goes, once more by who comes; the database itself refuses any further change. */
export class HandoverStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async add(handover: StoredHandover): Promise<void> {
    await this.#database.kysely.insertInto('handovers').values(rowOf(handover)).execute()
  }

  /** False: somebody has signed it meanwhile. */
  async accept(
    id: string,
    signature: { readonly incoming: string; readonly atMs: number; readonly notes: string },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.kysely
      .updateTable('handovers')
      .set({
        incoming: signature.incoming,
        incoming_at_ms: signature.atMs,
        incoming_notes: signature.notes,
      })
      .where('id', '=', id)
      .where('incoming', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  async get(id: string): Promise<StoredHandover | null> {
    const row = await this.#database.kysely
      .selectFrom('handovers')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : ofRow(row)
  }

  /** Newest first. `organizationIds` null: all. */
  async list(
    request: { readonly organizationIds: ReadonlySet<string> | null } & PageRequest,
  ): Promise<Page<StoredHandover>> {
    const after = decodeCursor(request.cursor, ['number', 'string'])
    let query = this.#database.reader
      .selectFrom('handovers')
      .selectAll()
      .orderBy('created_at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(request.limit + 1)
    if (request.organizationIds !== null) {
      query = query.where('organization_id', 'in', [...request.organizationIds])
    }
    if (after !== null) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('created_at_ms', 'id'), '<', tuple(Number(after[0]), String(after[1]))),
      )
    }
    return pageOf(await query.execute(), request.limit, {
      item: ofRow,
      key: (row) => [row.created_at_ms, row.id],
    })
  }
}

function rowOf(handover: StoredHandover): HandoverTable {
  return {
    id: handover.id,
    organization_id: handover.organizationId,
    created_at_ms: handover.createdAtMs,
    situation: handover.situation,
    notes: handover.notes,
    digest: handover.digest,
    outgoing: handover.outgoing,
    outgoing_at_ms: handover.outgoingAtMs,
    incoming: handover.incoming,
    incoming_at_ms: handover.incomingAtMs,
    incoming_notes: handover.incomingNotes,
  }
}

function ofRow(row: HandoverTable): StoredHandover {
  return {
    id: row.id,
    organizationId: row.organization_id,
    createdAtMs: row.created_at_ms,
    situation: row.situation,
    notes: row.notes,
    digest: row.digest,
    outgoing: row.outgoing,
    outgoingAtMs: row.outgoing_at_ms,
    incoming: row.incoming,
    incomingAtMs: row.incoming_at_ms,
    incomingNotes: row.incoming_notes,
  }
}
