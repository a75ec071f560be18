import { sql } from 'kysely'
import type { DigestStore } from '#alerting/notification/digest-keeper.ts'
import type { OutboxEntry } from '#alerting/notification/outbox.ts'
import { STORM_LIMITS } from '#config/limits.ts'
import type { Database } from './open.ts'
import {
  type OutboxRow,
  outboxRecordOfRow,
  outboxValues,
  STORE_OUTBOX_ENTRY,
} from './outbox-rows.ts'

/** Stands before the id of the message that holds this one. */
export const IN_DIGEST = 'in digest '

/** Told by the digest whose id stands in the detail; what has gone out meanwhile is left alone. */
const REPLACE = `UPDATE outbox SET state = 'delivered', settled_at_ms = ?3, last_detail = ?2
  WHERE id IN (SELECT value FROM json_each(?1))
    AND state = 'pending' AND attempts = 0 AND leased_until_ms IS NULL`

export class SqliteDigestStore implements DigestStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async held(untilMs: number): Promise<readonly OutboxEntry[]> {
    const { rows } = await sql<OutboxRow>`
      SELECT * FROM outbox WHERE state = 'pending' AND grade IN (2, 3, 4)
        AND due_at_ms <= ${untilMs} AND next_attempt_at_ms > created_at_ms
        AND attempts = 0 AND leased_until_ms IS NULL
        AND json_extract(payload, '$.phone') IS NOT NULL
      ORDER BY sequence LIMIT ${STORM_LIMITS.messagesPerDigestMax}`.execute(this.#database.kysely)
    return rows.map(outboxRecordOfRow)
  }

  async replace(ids: readonly string[], digest: OutboxEntry, nowMs: number): Promise<void> {
    await this.#database.batch([
      { sql: STORE_OUTBOX_ENTRY, rows: [outboxValues(digest)] },
      { sql: REPLACE, parameters: [JSON.stringify(ids), `${IN_DIGEST}${digest.id}`, nowMs] },
    ])
  }
}
