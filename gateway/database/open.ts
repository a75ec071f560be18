import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type CompiledQuery, Kysely } from 'kysely'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import { Ballast } from './ballast.ts'
import { Connection } from './connection.ts'
import { type DatabaseStatus, DiskGuard } from './disk-guard.ts'
import { readMigrations } from './migrations.ts'
import { quickCheck } from './quick-check.ts'
import { SqliteThread } from './sqlite-thread.ts'
import type { Tables } from './tables.ts'
import { WorkerDialect } from './worker-dialect.ts'
import { type Migration, SqliteRefusal, type Statement } from './worker-protocol.ts'

export type { DatabaseStatus } from './disk-guard.ts'
export type { Statement } from './worker-protocol.ts'

const IN_MEMORY = ':memory:'
const CORRUPT = 11
const NOT_A_DATABASE = 26

export interface DatabaseOptions {
  /** A file, or `:memory:` for tests. */
  readonly path: string
  readonly clock: Clock
  readonly logger: BaseLogger
  /** Room kept back for alarms on a full disk; 0: none. Default `DATABASE_LIMITS.ballastBytes`. */
  readonly ballastBytes?: number
  /** The schema; only tests hand in another than that of `migrations/`. */
  readonly migrations?: readonly Migration[]
}

/**
 * The database of everything but readings: one writing connection and one reading connection, each
 * in its own thread. Rejects with `CodedError` `database_unavailable` when the disk is full or
 * failing: nothing was written then, and the same may be tried again.
 */
export interface Database {
  /** Reads and writes; `transaction()` holds the one writing connection until it ends. */
  readonly kysely: Kysely<Tables>
  /** Reads only, beside the writer, for lists and reports: never delays a commit. */
  readonly reader: Kysely<Tables>
  /** Several statements as one transaction in one round trip; answers the rows of each. */
  batch(statements: readonly Statement[]): Promise<readonly (readonly unknown[])[]>
  /** Several queries on one snapshot in one round trip, on the reading connection. */
  readAll<Row>(queries: readonly CompiledQuery<Row>[]): Promise<readonly (readonly Row[])[]>
  status(): DatabaseStatus
  onStateChange(listener: (status: DatabaseStatus) => void): () => void
  /** Waits for what was begun, then closes. Idempotent. */
  stop(): Promise<void>
}

/**
 * Opens (or creates) the database: pragmas read back, migrations run, quick check in bounded time.
 * Rejects with `database_newer` (written by a newer Vigil), `database_damaged`, `database_unavailable`.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { path, clock, logger } = options
  const inMemory = path === IN_MEMORY
  const ballastBytes = inMemory ? 0 : (options.ballastBytes ?? DATABASE_LIMITS.ballastBytes)
  const ballast =
    ballastBytes > 0 ? new Ballast({ path: `${path}.ballast`, bytes: ballastBytes }) : null
  const guard = new DiskGuard({ clock, logger, ballast })
  if (!inMemory) await mkdir(dirname(path), { recursive: true })
  const check = inMemory ? null : new StartCheck({ path, clock, logger, guard })
  await check?.run()

  const migrations = options.migrations ?? (await readMigrations())
  const nowMs = clock.nowMs()
  const writer = await openThread(guard, { path, readOnly: false, migrations, nowMs })
  const reader = inMemory
    ? writer
    : await openThread(guard, { path, readOnly: true, migrations: [], nowMs }).catch(
        async (error: unknown) => {
          await writer.stop()
          throw error
        },
      )
  guard.restoreBallast()
  return new SqliteDatabase({ guard, writer, reader, check })
}

async function openThread(
  guard: DiskGuard,
  request: {
    readonly path: string
    readonly readOnly: boolean
    readonly migrations: readonly Migration[]
    readonly nowMs: number
  },
): Promise<SqliteThread> {
  const thread = new SqliteThread()
  try {
    await guard.attempt(() => thread.request({ kind: 'open', ...request }), { mayRetry: true })
    return thread
  } catch (error) {
    await thread.stop()
    const refusal = error instanceof CodedError ? error.cause : error
    if (!(refusal instanceof SqliteRefusal)) throw error
    if (refusal.code === 'database_newer') {
      throw new CodedError('database_newer', refusal.message, {
        hint: 'Start the newer version, or restore a backup made before it.',
      })
    }
    const primary = (refusal.errcode ?? 0) & 0xff
    if (primary === CORRUPT || primary === NOT_A_DATABASE) throw damaged(refusal.message)
    throw error
  }
}

function damaged(what: string): CodedError<'database_damaged'> {
  return new CodedError('database_damaged', `The database file is damaged: ${what}`, {
    hint: 'Stop, keep a copy of the data folder, and restore the last backup.',
  })
}

/** The quick check of a start: waited for so long, then left to go on beside the work. */
class StartCheck {
  readonly #options: {
    readonly path: string
    readonly clock: Clock
    readonly logger: BaseLogger
    readonly guard: DiskGuard
  }
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: {
    readonly path: string
    readonly clock: Clock
    readonly logger: BaseLogger
    readonly guard: DiskGuard
  }) {
    this.#options = options
  }

  /** Rejects with `database_damaged` when that is known in time. */
  async run(): Promise<void> {
    const { path, clock } = this.#options
    if (!(await hasContent(path))) return
    const deadline = Promise.withResolvers<'late'>()
    const cancel = clock.wakeAt(clock.nowMs() + DATABASE_LIMITS.quickCheckDurationMsMax, () =>
      deadline.resolve('late'),
    )
    const outcome = this.#outcome()
    const first = await Promise.race([outcome, deadline.promise])
    cancel()
    if (first === 'late') this.#running = outcome.then((problem) => this.#report(problem))
    else if (first !== null) throw damaged(first)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #outcome(): Promise<string | null> {
    try {
      return await quickCheck(this.#options.path, { signal: this.#stopping.signal })
    } catch (error) {
      if (error instanceof SqliteRefusal && (error.errcode ?? 0) !== 0) {
        const primary = (error.errcode ?? 0) & 0xff
        if (primary === CORRUPT || primary === NOT_A_DATABASE) return error.message
      }
      // It could not be looked at (full disk, no permission): opening it will say so.
      this.#options.logger.warn({ err: error }, 'the database could not be checked')
      return null
    }
  }

  #report(problem: string | null): void {
    if (problem === null) return
    this.#options.logger.error({ problem }, 'the database file is damaged')
    this.#options.guard.damaged(problem)
  }
}

async function hasContent(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

class SqliteDatabase implements Database {
  readonly kysely: Kysely<Tables>
  readonly reader: Kysely<Tables>
  readonly #guard: DiskGuard
  readonly #check: StartCheck | null
  readonly #threads: ReadonlySet<SqliteThread>
  readonly #writing: Connection
  readonly #reading: Connection
  #stopped: Promise<void> | null = null

  constructor(parts: {
    readonly guard: DiskGuard
    readonly writer: SqliteThread
    readonly reader: SqliteThread
    readonly check: StartCheck | null
  }) {
    this.#guard = parts.guard
    this.#check = parts.check
    // The reader closes first: the last connection to close folds the write-ahead log into the file.
    this.#threads = new Set([parts.reader, parts.writer])
    this.#writing = new Connection({ thread: parts.writer, guard: parts.guard })
    this.#reading =
      parts.reader === parts.writer
        ? this.#writing
        : new Connection({ thread: parts.reader, guard: parts.guard })
    this.kysely = new Kysely<Tables>({ dialect: new WorkerDialect(this.#writing) })
    this.reader = new Kysely<Tables>({ dialect: new WorkerDialect(this.#reading) })
  }

  async batch(statements: readonly Statement[]): Promise<readonly (readonly unknown[])[]> {
    const results = await this.#writing.batch(statements, { write: true })
    return results.map((result) => result.rows)
  }

  async readAll<Row>(queries: readonly CompiledQuery<Row>[]): Promise<readonly (readonly Row[])[]> {
    const statements = queries.map(({ sql, parameters }) => ({ sql, parameters }))
    const results = await this.#reading.batch(statements, { write: false })
    return results.map((result) => result.rows as readonly Row[])
  }

  status(): DatabaseStatus {
    return this.#guard.status()
  }

  onStateChange(listener: (status: DatabaseStatus) => void): () => void {
    return this.#guard.onStateChange(listener)
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    await this.#reading.ready()
    if (this.#writing !== this.#reading) await this.#writing.ready()
    await this.#check?.stop()
    await this.#guard.idle()
    for (const thread of this.#threads) await thread.stop()
  }
}
