import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { DATABASE_LIMITS } from '#config/limits.ts'
import { defineChainHash } from './timeline-chain.ts'
import {
  type Migration,
  SqliteRefusal,
  type Statement,
  type StatementResult,
} from './worker-protocol.ts'

const NOTHING: StatementResult = { rows: [], changes: 0, lastInsertId: 0 }
const IO_ERROR = 10
const FULL_SYNCHRONOUS = 2

/**
 * One connection to one SQLite file, synchronous: lives in a database thread. Promises that a
 * commit that returned is on the disk (WAL with `synchronous=FULL`, read back, because a build or a
 * pragma that did not take would weaken it in silence), and that a batch stands or falls as a whole.
 */
export class SqliteConnection {
  readonly #path: string
  readonly #readOnly: boolean
  readonly #statements = new Map<string, StatementSync>()
  #database: DatabaseSync

  constructor(path: string, options: { readonly readOnly: boolean }) {
    this.#path = path
    this.#readOnly = options.readOnly
    this.#database = this.#open()
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  run(statement: Statement): StatementResult {
    return this.#recovering(() => this.#run(statement))
  }

  batch(statements: readonly Statement[], write: boolean): readonly StatementResult[] {
    return this.#recovering(() =>
      this.#transaction(write, () => statements.map((statement) => this.#run(statement))),
    )
  }

  rollback(): void {
    if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  /** Brings the schema up to date, one transaction a migration; refuses a database it does not know. */
  migrate(migrations: readonly Migration[], nowMs: number): void {
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at_ms INTEGER NOT NULL) STRICT',
    )
    const applied = new Set(
      this.run({ sql: 'SELECT name FROM migrations' }).rows.map((row) =>
        String((row as { name: unknown }).name),
      ),
    )
    const known = new Set(migrations.map((migration) => migration.name))
    const unknown = [...applied].filter((name) => !known.has(name)).sort()
    if (unknown.length > 0) {
      throw new SqliteRefusal({
        code: 'database_newer',
        errcode: null,
        message: `The database was written by a newer Vigil: it holds ${unknown.join(', ')}, which this version does not know.`,
      })
    }
    for (const migration of migrations) {
      if (applied.has(migration.name)) continue
      this.#transaction(true, () => {
        this.#database.exec(migration.sql)
        this.#run({
          sql: 'INSERT INTO migrations (name, applied_at_ms) VALUES (?, ?)',
          parameters: [migration.name, nowMs],
        })
      })
    }
  }

  #open(): DatabaseSync {
    const database = new DatabaseSync(this.#path, {
      readOnly: this.#readOnly,
      enableForeignKeyConstraints: true,
      timeout: DATABASE_LIMITS.busyTimeoutMs,
    })
    try {
      defineChainHash(database)
      // Sorting in memory: a full disk must not make a list fail.
      database.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;')
      if (!this.#readOnly) this.#makeDurable(database)
    } catch (error) {
      database.close()
      throw error
    }
    return database
  }

  #makeDurable(database: DatabaseSync): void {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    const mode = database.prepare('PRAGMA journal_mode').get()?.journal_mode
    const synchronous = database.prepare('PRAGMA synchronous').get()?.synchronous
    const wanted = this.#path === ':memory:' ? 'memory' : 'wal'
    if (mode !== wanted || synchronous !== FULL_SYNCHRONOUS) {
      throw new SqliteRefusal({
        code: 'database_unavailable',
        errcode: null,
        message: `The file system does not let the database work safely (journal_mode ${String(mode)}, synchronous ${String(synchronous)}).`,
      })
    }
  }

  #transaction<Result>(write: boolean, work: () => Result): Result {
    this.#database.exec(write ? 'BEGIN IMMEDIATE' : 'BEGIN')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  /** After a failed read or write of the file the handle may be stale: the next request gets a new one. */
  #recovering<Result>(work: () => Result): Result {
    if (!this.#database.isOpen) this.#database = this.#open()
    try {
      return work()
    } catch (error) {
      const errcode = errcodeOf(error)
      if (errcode !== null && (errcode & 0xff) === IO_ERROR && this.#path !== ':memory:') {
        this.close()
      }
      throw error
    }
  }

  #run(statement: Statement): StatementResult {
    const prepared = this.#prepare(statement.sql)
    if (statement.rows !== undefined) {
      let changes = 0
      for (const row of statement.rows) changes += Number(prepared.run(...bindable(row)).changes)
      return { ...NOTHING, changes }
    }
    const parameters = bindable(statement.parameters ?? [])
    if (prepared.columns().length > 0) return { ...NOTHING, rows: prepared.all(...parameters) }
    const { changes, lastInsertRowid } = prepared.run(...parameters)
    return { rows: [], changes: Number(changes), lastInsertId: Number(lastInsertRowid) }
  }

  /** The least recently used statement goes when there are too many; a Map keeps that order. */
  #prepare(sql: string): StatementSync {
    const kept = this.#statements.get(sql)
    if (kept !== undefined) {
      this.#statements.delete(sql)
      this.#statements.set(sql, kept)
      return kept
    }
    const prepared = this.#database.prepare(sql)
    this.#statements.set(sql, prepared)
    if (this.#statements.size > DATABASE_LIMITS.statementsCachedMax) {
      const oldest = this.#statements.keys().next().value
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    return prepared
  }
}

/** SQLite knows no booleans. Anything else that it cannot take is refused by `node:sqlite` itself. */
function bindable(values: readonly unknown[]): SQLInputValue[] {
  return values.map((value) =>
    typeof value === 'boolean' ? Number(value) : (value as SQLInputValue),
  )
}

export function errcodeOf(error: unknown): number | null {
  if (error instanceof SqliteRefusal) return error.errcode
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}
