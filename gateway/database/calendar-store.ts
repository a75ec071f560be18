import type { CalendarYear } from '#config/calendars.ts'
import type { Database } from './open.ts'
import type { Statement } from './worker-protocol.ts'

/** One version of a year of a calendar. */
export interface CalendarVersionRow {
  readonly calendar: string
  readonly year: number
  /** From 1 on. */
  readonly version: number
  /** Null: back to what is shipped, or gone where nothing is. */
  readonly definition: CalendarYear | null
  readonly changedBy: string
  readonly changedAtMs: number
  /** The second person, where the change needed one. */
  readonly approvedBy: string | null
}

const INSERT = `INSERT INTO calendar_versions
  (calendar, year, version, definition, changed_by, changed_at_ms, approved_by)
  VALUES (?, ?, ?, ?, ?, ?, ?)`

/** What people have made of calendars. Only ever appended to. */
export class CalendarStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The newest version of each year. */
  async loadNewest(): Promise<readonly CalendarVersionRow[]> {
    const rows = await this.#database.kysely
      .selectFrom('calendar_versions')
      .selectAll()
      .orderBy('version')
      .execute()
    const newest = new Map(rows.map((row) => [`${row.calendar} ${row.year}`, row]))
    return [...newest.values()].map((row) => ({
      calendar: row.calendar,
      year: row.year,
      version: row.version,
      // Valid when it was written; a later Vigil migrates what it changes.
      definition: row.definition === null ? null : JSON.parse(row.definition),
      changedBy: row.changed_by,
      changedAtMs: row.changed_at_ms,
      approvedBy: row.approved_by,
    }))
  }

  /** `also` stands with it or not at all: what the change settles elsewhere. */
  async append(row: CalendarVersionRow, also: readonly Statement[]): Promise<void> {
    const { calendar, year, version, changedBy, changedAtMs, approvedBy } = row
    const definition = row.definition === null ? null : JSON.stringify(row.definition)
    const parameters = [calendar, year, version, definition, changedBy, changedAtMs, approvedBy]
    await this.#database.batch([{ sql: INSERT, parameters }, ...also])
  }
}
