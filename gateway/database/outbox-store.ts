import { CompiledQuery } from 'kysely'
import type { OutboxEntry, OutboxRecord, OutboxStore } from '#alerting/notification/outbox.ts'
import { GRADES } from '#alerting/rules/alarm-rule.ts'
import type { Database } from './open.ts'
import {
  type OutboxRow,
  outboxRecordOfRow,
  outboxValues,
  STORE_OUTBOX_ENTRY,
} from './outbox-rows.ts'

/**
 * One walk of the index a grade, because each is in the order of age: a claim costs the same
 * whether ten entries wait or a hundred thousand are backing off.
 */
const CLAIM = `UPDATE outbox SET leased_until_ms = ?2, due_at_ms = ?2
  WHERE sequence IN (
    SELECT sequence FROM (
      ${GRADES.map(
        (grade) => `SELECT * FROM (
        SELECT sequence, grade, due_at_ms FROM outbox
        WHERE state = 'pending' AND grade = ${grade} AND due_at_ms <= ?1
          AND channel_id NOT IN (SELECT value FROM json_each(?4))
        ORDER BY due_at_ms, sequence LIMIT ?3)`,
      ).join(' UNION ALL ')}
    ) ORDER BY grade, due_at_ms, sequence LIMIT ?3
  )
  RETURNING *`

const NEXT_DUE = `SELECT min(due_at_ms) AS due_at_ms FROM (
  ${GRADES.map(
    (grade) =>
      `SELECT min(due_at_ms) AS due_at_ms FROM outbox WHERE state = 'pending' AND grade = ${grade}`,
  ).join(' UNION ALL ')})`

/** In the order of the index, so that it ends at the first of another channel. */
const NEXT_DUE_EXCEPT = `SELECT min(due_at_ms) AS due_at_ms FROM (
  ${GRADES.map(
    (grade) => `SELECT * FROM (SELECT due_at_ms FROM outbox
      WHERE state = 'pending' AND grade = ${grade}
        AND channel_id NOT IN (SELECT value FROM json_each(?1))
      ORDER BY due_at_ms, sequence LIMIT 1)`,
  ).join(' UNION ALL ')})`

const SETTLE = `UPDATE outbox SET state = ?2, attempts = ?3, next_attempt_at_ms = ?4, due_at_ms = ?4,
    leased_until_ms = NULL, last_reason = ?5, last_detail = ?6,
    settled_at_ms = CASE WHEN ?2 = 'pending' THEN NULL ELSE ?7 END
  WHERE id = ?1`

const SEND_AGAIN = `UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at_ms = ?2,
    due_at_ms = ?2, leased_until_ms = NULL, settled_at_ms = NULL
  WHERE id = ?1 AND state <> 'pending' RETURNING *`

/** The outbox on SQLite. A claimed entry is due again when its lease ends; nobody has to give it back. */
export class SqliteOutboxStore implements OutboxStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async claim(request: Parameters<OutboxStore['claim']>[0]): ReturnType<OutboxStore['claim']> {
    const leasedUntilMs = request.nowMs + request.leaseMs
    const busy = JSON.stringify(request.busyChannelIds)
    const rows = await this.#write(CLAIM, [request.nowMs, leasedUntilMs, request.limit, busy])
    return rows.sort(byUrgency).map(outboxRecordOfRow)
  }

  async settle(settlement: Parameters<OutboxStore['settle']>[0]): Promise<void> {
    await this.#write(SETTLE, [
      settlement.id,
      settlement.state,
      settlement.attempts,
      settlement.nextAttemptAtMs,
      settlement.reason,
      settlement.detail,
      settlement.nowMs,
    ])
  }

  async nextDueAtMs(exceptChannelIds: readonly string[] = []): Promise<number | null> {
    const isAny = exceptChannelIds.length === 0
    const query = isAny
      ? CompiledQuery.raw(NEXT_DUE)
      : CompiledQuery.raw(NEXT_DUE_EXCEPT, [JSON.stringify(exceptChannelIds)])
    const { rows } = await this.#database.kysely.executeQuery(
      query as CompiledQuery<{ due_at_ms: number | null }>,
    )
    return rows[0]?.due_at_ms ?? null
  }

  async sendAgain(id: string, nowMs: number): Promise<OutboxRecord | null> {
    const [row] = await this.#write(SEND_AGAIN, [id, nowMs])
    return row === undefined ? null : outboxRecordOfRow(row)
  }

  async add(entries: readonly OutboxEntry[]): Promise<void> {
    if (entries.length === 0) return
    await this.#database.batch([{ sql: STORE_OUTBOX_ENTRY, rows: entries.map(outboxValues) }])
  }

  async #write(sql: string, parameters: readonly unknown[]): Promise<OutboxRow[]> {
    const [rows] = await this.#database.batch([{ sql, parameters }])
    return [...((rows ?? []) as OutboxRow[])]
  }
}

/** `RETURNING` promises no order. The age of an entry is when it was due before this claim. */
function byUrgency(one: OutboxRow, other: OutboxRow): number {
  return (
    one.grade - other.grade ||
    one.next_attempt_at_ms - other.next_attempt_at_ms ||
    one.sequence - other.sequence
  )
}
