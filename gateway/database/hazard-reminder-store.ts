import type { OutboxEntry } from '#alerting/notification/outbox.ts'
import type { Database } from './open.ts'
import { outboxValues, STORE_OUTBOX_ENTRY } from './outbox-rows.ts'

/** A source whose next assessment is due, and of which days ahead it was reminded. */
export interface DueSource {
  readonly id: string
  readonly name: string
  readonly organizationId: string
  readonly number: string | null
  readonly dueAtMs: number
  readonly remindedDays: readonly number[]
}

const REMEMBER = `INSERT INTO hazard_reminders (source_id, due_at_ms, days_ahead, sent_at_ms)
  VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
/** An entry without an alarm has no organization by itself; who may see this one is known here. */
const BELONGS = 'UPDATE outbox SET organization_id = ? WHERE id = ?'

export class HazardReminderStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** By id, after one; only sources with a version in force have a due date. */
  async due(request: {
    readonly beforeMs: number
    readonly after: string
    readonly limit: number
  }): Promise<readonly DueSource[]> {
    const { kysely } = this.#database
    const sources = await kysely
      .selectFrom('hazard_sources as source')
      .leftJoin('hazard_source_versions as version', (join) =>
        join
          .onRef('version.source_id', '=', 'source.id')
          .onRef('version.version', '=', 'source.in_force_version'),
      )
      .select(['source.id', 'source.name', 'source.organization_id', 'source.due_at_ms'])
      .select('version.number')
      .where('source.due_at_ms', '<=', request.beforeMs)
      .where('source.id', '>', request.after)
      .orderBy('source.id')
      .limit(request.limit)
      .execute()
    if (sources.length === 0) return []
    const reminded = await kysely
      .selectFrom('hazard_reminders')
      .selectAll()
      .where(
        'source_id',
        'in',
        sources.map(({ id }) => id),
      )
      .execute()
    return sources.map((source) => ({
      id: source.id,
      name: source.name,
      organizationId: source.organization_id,
      number: source.number,
      dueAtMs: source.due_at_ms ?? 0,
      remindedDays: reminded
        .filter((row) => row.source_id === source.id && row.due_at_ms === source.due_at_ms)
        .map((row) => row.days_ahead),
    }))
  }

  /** The messages and that they were made: one transaction. */
  async remember(request: {
    readonly source: DueSource
    readonly step: number
    readonly nowMs: number
    readonly entries: readonly OutboxEntry[]
  }): Promise<void> {
    const { source, step, nowMs, entries } = request
    const mark = { sql: REMEMBER, parameters: [source.id, source.dueAtMs, step, nowMs] }
    if (entries.length === 0) {
      await this.#database.batch([mark])
      return
    }
    await this.#database.batch([
      { sql: STORE_OUTBOX_ENTRY, rows: entries.map(outboxValues) },
      { sql: BELONGS, rows: entries.map(({ id }) => [source.organizationId, id]) },
      mark,
    ])
  }
}
