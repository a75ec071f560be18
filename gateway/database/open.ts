import type { CompiledQuery, Kysely } from 'kysely'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import type { Tables } from './tables.ts'

/** `full`: the disk has no room; `failing`: it refuses. Both end by themselves with the next write that succeeds. */
export interface DatabaseStatus {
  readonly state: 'ok' | 'full' | 'failing'
  readonly reason: string | null
  readonly ballast: 'held' | 'released' | 'none'
}

export interface DatabaseOptions {
  /** A file, or `:memory:` for tests. */
  readonly path: string
  readonly clock: Clock
  readonly logger: BaseLogger
  /** Room kept back for alarms on a full disk; 0: none. Default 8 MiB. */
  readonly ballastBytes?: number
}

/** One statement of a batch; with `rows` it is prepared once and run for each of them. */
export interface Statement {
  readonly sql: string
  readonly parameters?: readonly unknown[]
  readonly rows?: readonly (readonly unknown[])[]
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
  /** Several queries on one snapshot in one round trip. */
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
export async function openDatabase(_options: DatabaseOptions): Promise<Database> {
  throw new Error('being built')
}
