import type { Database } from './open.ts'

/** One report about a duty: done on that day, or not done and why. */
export interface DutyRecord {
  readonly sourceId: string
  readonly dutyId: string
  readonly outcome: 'done' | 'not-done'
  /** Name of the responsible person at that time. */
  readonly person: string
  readonly doneAtMs: number
  readonly note: string
  readonly recordedAtMs: number
  /** User name. */
  readonly recordedBy: string
}

export interface StoredDutyRecord extends DutyRecord {
  readonly id: number
}

/** Records of duties; they are added, never changed. */
export class DutyStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async append(record: DutyRecord): Promise<void> {
    await this.#database.kysely
      .insertInto('duty_records')
      .values({
        source_id: record.sourceId,
        duty_id: record.dutyId,
        outcome: record.outcome,
        person: record.person,
        done_at_ms: record.doneAtMs,
        note: record.note,
        recorded_at_ms: record.recordedAtMs,
        recorded_by: record.recordedBy,
      })
      .execute()
  }

  /** When each duty of each source was done last. */
  async lastDone(): Promise<
    readonly { readonly sourceId: string; readonly dutyId: string; readonly doneAtMs: number }[]
  > {
    const rows = await this.#database.kysely
      .selectFrom('duty_records')
      .select(['source_id', 'duty_id', (select) => select.fn.max('done_at_ms').as('done_at_ms')])
      .where('outcome', '=', 'done')
      .groupBy(['source_id', 'duty_id'])
      .execute()
    return rows.map((row) => ({
      sourceId: row.source_id,
      dutyId: row.duty_id,
      doneAtMs: Number(row.done_at_ms),
    }))
  }

  /** Newest first, one more than `limit` when there are more. */
  async list(request: {
    readonly sourceId: string
    readonly beforeId: number | null
    readonly limit: number
  }): Promise<readonly StoredDutyRecord[]> {
    const rows = await this.#database.kysely
      .selectFrom('duty_records')
      .selectAll()
      .where('source_id', '=', request.sourceId)
      .$if(request.beforeId !== null, (query) => query.where('id', '<', Number(request.beforeId)))
      .orderBy('id', 'desc')
      .limit(request.limit + 1)
      .execute()
    return rows.map((row) => ({
      id: row.id,
      sourceId: row.source_id,
      dutyId: row.duty_id,
      outcome: row.outcome,
      person: row.person,
      doneAtMs: row.done_at_ms,
      note: row.note,
      recordedAtMs: row.recorded_at_ms,
      recordedBy: row.recorded_by,
    }))
  }
}
