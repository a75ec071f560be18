import type { Database } from './open.ts'

export interface EvidenceRow {
  readonly alarmId: string
  /** With the time after the alarm. */
  readonly isComplete: boolean
  readonly dueAtMs: number
  /** JSON, exactly as it was hashed. */
  readonly document: string
  readonly sha256: string
  readonly frozenAtMs: number
}

/** Frozen evidence. A complete one is never written again. */
export class SqliteEvidenceStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async save(row: EvidenceRow): Promise<void> {
    const values = {
      alarm_id: row.alarmId,
      completed: Number(row.isComplete),
      due_at_ms: row.dueAtMs,
      document: row.document,
      sha256: row.sha256,
      frozen_at_ms: row.frozenAtMs,
    }
    await this.#database.kysely
      .insertInto('alarm_evidence')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('alarm_id').doUpdateSet(values).where('alarm_evidence.completed', '=', 0),
      )
      .execute()
  }

  async of(alarmId: string): Promise<EvidenceRow | null> {
    const row = await this.#database.kysely
      .selectFrom('alarm_evidence')
      .selectAll()
      .where('alarm_id', '=', alarmId)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      alarmId: row.alarm_id,
      isComplete: row.completed === 1,
      dueAtMs: row.due_at_ms,
      document: row.document,
      sha256: row.sha256,
      frozenAtMs: row.frozen_at_ms,
    }
  }

  /** Alarms whose time after is over, or null and when the next one is. */
  async due(nowMs: number, limit: number): Promise<readonly string[]> {
    const rows = await this.#database.kysely
      .selectFrom('alarm_evidence')
      .select('alarm_id')
      .where('completed', '=', 0)
      .where('due_at_ms', '<=', nowMs)
      .orderBy('due_at_ms')
      .limit(limit)
      .execute()
    return rows.map((row) => row.alarm_id)
  }

  async nextDueAtMs(): Promise<number | null> {
    const row = await this.#database.kysely
      .selectFrom('alarm_evidence')
      .select('due_at_ms')
      .where('completed', '=', 0)
      .orderBy('due_at_ms')
      .limit(1)
      .executeTakeFirst()
    return row?.due_at_ms ?? null
  }

  /** Alarms since then of which nothing was frozen: the process ended before it could. */
  async missing(sinceMs: number, limit: number): Promise<readonly string[]> {
    const rows = await this.#database.kysely
      .selectFrom('alarms')
      .select('alarms.id')
      .leftJoin('alarm_evidence', 'alarm_evidence.alarm_id', 'alarms.id')
      .where('alarms.raised_at_ms', '>=', sinceMs)
      .where('alarms.site_id', '!=', '')
      .where('alarm_evidence.alarm_id', 'is', null)
      .limit(limit)
      .execute()
    return rows.map((row) => row.id)
  }
}
