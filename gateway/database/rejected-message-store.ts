import type { Selectable } from 'kysely'
import { REJECTED_INBOX_LIMITS } from '#config/limits.ts'
import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { RejectedMessageTable } from './tables.ts'

export interface RejectedMessageDraft {
  readonly deviceId: string
  readonly receivedAtMs: number
  readonly topic: string
  readonly reason: string
  readonly detail: string
  /** The first bytes; what is beyond the limit is cut here too. */
  readonly payload: Uint8Array
  /** How long the whole payload was. */
  readonly payloadBytes: number
}

export interface RejectedMessageRow extends RejectedMessageDraft {
  readonly id: number
}

/** Port: payloads that could not be understood, kept for a person to look at; the oldest go first. */
export interface RejectedMessageStore {
  add(messages: readonly RejectedMessageDraft[]): Promise<void>
  /** Newest first. */
  list(request: { readonly deviceId: string } & PageRequest): Promise<Page<RejectedMessageRow>>
  /** How many are kept, by device (devices with none are absent). */
  counts(): Promise<ReadonlyMap<string, number>>
}

const STORE = `INSERT INTO rejected_messages
  (device_id, received_at_ms, topic, reason, detail, payload, payload_bytes)
  VALUES (?, ?, ?, ?, ?, ?, ?)`
const TRIM_DEVICE = `DELETE FROM rejected_messages WHERE device_id = ?1 AND id <= (
  SELECT id FROM rejected_messages WHERE device_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`
const TRIM_ALL = `DELETE FROM rejected_messages WHERE id <= (
  SELECT id FROM rejected_messages ORDER BY id DESC LIMIT 1 OFFSET ?)`

export class SqliteRejectedMessageStore implements RejectedMessageStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async add(messages: readonly RejectedMessageDraft[]): Promise<void> {
    if (messages.length === 0) return
    const devices = [...new Set(messages.map((message) => message.deviceId))]
    const { messagesPerDeviceMax, messagesMax } = REJECTED_INBOX_LIMITS
    await this.#database.batch([
      { sql: STORE, rows: messages.map(valuesOf) },
      { sql: TRIM_DEVICE, rows: devices.map((id) => [id, messagesPerDeviceMax]) },
      { sql: TRIM_ALL, rows: [[messagesMax]] },
    ])
  }

  async list(
    request: { readonly deviceId: string } & PageRequest,
  ): Promise<Page<RejectedMessageRow>> {
    const after = decodeCursor(request.cursor, ['number'])
    let query = this.#database.reader
      .selectFrom('rejected_messages')
      .selectAll()
      .where('device_id', '=', request.deviceId)
      .orderBy('id', 'desc')
      .limit(request.limit + 1)
    if (after !== null) query = query.where('id', '<', Number(after[0]))
    return pageOf(await query.execute(), request.limit, { item: rowOf, key: (row) => [row.id] })
  }

  async counts(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#database.reader
      .selectFrom('rejected_messages')
      .select(['device_id', (build) => build.fn.countAll<number>().as('count')])
      .groupBy('device_id')
      .execute()
    return new Map(rows.map((row) => [row.device_id, row.count]))
  }
}

function valuesOf(message: RejectedMessageDraft): readonly unknown[] {
  return [
    message.deviceId,
    message.receivedAtMs,
    message.topic,
    message.reason,
    message.detail,
    // A copy: a view would carry the whole buffer it looks into across the thread.
    message.payload.slice(0, REJECTED_INBOX_LIMITS.payloadSampleBytesMax),
    message.payloadBytes,
  ]
}

function rowOf(row: Selectable<RejectedMessageTable>): RejectedMessageRow {
  return {
    id: row.id,
    deviceId: row.device_id,
    receivedAtMs: row.received_at_ms,
    topic: row.topic,
    reason: row.reason,
    detail: row.detail,
    payload: row.payload,
    payloadBytes: row.payload_bytes,
  }
}
