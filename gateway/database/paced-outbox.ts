import { sql } from 'kysely'
import type { OutboxRecord } from '#alerting/notification/outbox.ts'
import type { PacedOutbox } from '#alerting/notification/paced-channels.ts'
import { ROBOT_LIMITS, STORM_LIMITS } from '#config/limits.ts'
import { IN_DIGEST } from './digest-store.ts'
import type { Database } from './open.ts'
import {
  type OutboxRow,
  outboxRecordOfRow,
  outboxValues,
  STORE_OUTBOX_ENTRY,
} from './outbox-rows.ts'

/** Also what has been tried: a robot that was away is not told of each alarm of the night. */
const REPLACE = `UPDATE outbox SET state = 'delivered', settled_at_ms = ?3, last_detail = ?2
  WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'pending' AND due_at_ms <= ?3`

const CLAIM_ONE = `UPDATE outbox SET leased_until_ms = ?3, due_at_ms = ?3
  WHERE sequence = (SELECT sequence FROM outbox
    WHERE state = 'pending' AND channel_id = ?1 AND grade <= ?4 AND due_at_ms <= ?2
    ORDER BY grade, due_at_ms, sequence LIMIT 1)
  RETURNING *`

/** A leased message has gone, or was going when the process died: either way it counts. */
export class SqlitePacedOutbox implements PacedOutbox {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async waiting(channelId: string, nowMs: number): ReturnType<PacedOutbox['waiting']> {
    const { rows } = await sql<{ red: number; others: number; next: number | null }>`
      SELECT
        count(*) FILTER (WHERE due_at_ms <= ${nowMs} AND grade = 1) AS red,
        count(*) FILTER (WHERE due_at_ms <= ${nowMs} AND grade > 1) AS others,
        min(due_at_ms) FILTER (WHERE due_at_ms > ${nowMs}) AS next
      FROM outbox WHERE state = 'pending' AND channel_id = ${channelId}`.execute(
      this.#database.kysely,
    )
    const [row] = rows
    return { red: row?.red ?? 0, others: row?.others ?? 0, nextAtMs: row?.next ?? null }
  }

  async due(
    channelId: string,
    { nowMs, grades }: Parameters<PacedOutbox['due']>[1],
  ): Promise<readonly OutboxRecord[]> {
    const { rows } = await sql<OutboxRow>`
      SELECT * FROM outbox WHERE state = 'pending' AND channel_id = ${channelId}
        AND grade IN (${sql.join([...grades])}) AND due_at_ms <= ${nowMs}
      ORDER BY grade, due_at_ms, sequence
      LIMIT ${STORM_LIMITS.messagesPerDigestMax}`.execute(this.#database.kysely)
    return rows.map(outboxRecordOfRow)
  }

  async merge(
    messages: Parameters<PacedOutbox['merge']>[0],
    nowMs: number,
  ): ReturnType<PacedOutbox['merge']> {
    if (messages.length === 0) return
    await this.#database.batch([
      { sql: STORE_OUTBOX_ENTRY, rows: messages.map(({ entry }) => outboxValues(entry)) },
      ...messages.map(({ ids, entry }) => ({
        sql: REPLACE,
        parameters: [JSON.stringify(ids), `${IN_DIGEST}${entry.id}`, nowMs],
      })),
    ])
  }

  async claimOne(
    request: Parameters<PacedOutbox['claimOne']>[0],
  ): ReturnType<PacedOutbox['claimOne']> {
    const { channelId, nowMs, leaseMs, gradeMax } = request
    const parameters = [channelId, nowMs, nowMs + leaseMs, gradeMax]
    const [rows] = await this.#database.batch([{ sql: CLAIM_ONE, parameters }])
    const [row] = (rows ?? []) as OutboxRow[]
    return row === undefined ? null : outboxRecordOfRow(row)
  }

  async sentSince(
    channelId: string,
    { sinceMs, nowMs, limit }: Parameters<PacedOutbox['sentSince']>[1],
  ): Promise<readonly number[]> {
    const { rows } = await sql<{ at_ms: number }>`
      SELECT CASE WHEN state = 'pending' THEN ${nowMs} ELSE settled_at_ms END AS at_ms
      FROM (SELECT * FROM outbox WHERE channel_id = ${channelId}
        ORDER BY sequence DESC LIMIT ${ROBOT_LIMITS.entriesLookedAtMax})
      WHERE (state = 'pending' AND (attempts > 0 OR leased_until_ms IS NOT NULL))
        OR (settled_at_ms > ${sinceMs} AND coalesce(last_detail, '') NOT LIKE ${`${IN_DIGEST}%`})
      ORDER BY at_ms DESC LIMIT ${limit}`.execute(this.#database.kysely)
    return rows.map((row) => row.at_ms).reverse()
  }
}
