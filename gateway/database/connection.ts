import { CodedError } from '#alerting/errors.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import type { DiskGuard } from './disk-guard.ts'
import { FairLock } from './fair-lock.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { Statement, StatementResult } from './worker-protocol.ts'

/**
 * One connection as the main thread uses it. States: free, or held by one caller (a statement, a
 * batch, or a Kysely transaction); others wait in order. A transaction whose statement met a failing
 * disk is lost (SQLite may have ended it): everything but its rollback is refused, because it would
 * be written outside of any transaction.
 */
export class Connection {
  readonly #thread: SqliteThread
  readonly #guard: DiskGuard
  readonly #lock = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })
  #transaction: 'none' | 'open' | 'lost' = 'none'

  constructor(options: { readonly thread: SqliteThread; readonly guard: DiskGuard }) {
    this.#thread = options.thread
    this.#guard = options.guard
  }

  acquire(): Promise<void> {
    return this.#lock.acquire()
  }

  release(): void {
    this.#lock.release()
  }

  /** Resolves when nobody holds the connection. */
  ready(): Promise<void> {
    return this.#lock.with(async () => undefined)
  }

  /** The holder's statement. `writes`: its success outside of a transaction proves the disk. */
  async run(
    statement: Statement,
    { writes }: { readonly writes: boolean },
  ): Promise<StatementResult> {
    this.#assertNotLost()
    const alone = this.#transaction === 'none'
    try {
      const [result] = await this.#guard.attempt(
        () => this.#thread.request({ kind: 'run', statement }),
        { mayRetry: alone },
      )
      if (alone && writes) this.#guard.succeeded()
      return result ?? { rows: [], changes: 0, lastInsertId: 0 }
    } catch (error) {
      if (!alone && isUnavailable(error)) this.#transaction = 'lost'
      throw error
    }
  }

  async begin(): Promise<void> {
    await this.run({ sql: 'BEGIN IMMEDIATE' }, { writes: false })
    this.#transaction = 'open'
  }

  async commit(): Promise<void> {
    await this.run({ sql: 'COMMIT' }, { writes: false })
    this.#transaction = 'none'
    this.#guard.succeeded()
  }

  async rollback(): Promise<void> {
    this.#transaction = 'none'
    await this.#guard.attempt(() => this.#thread.request({ kind: 'rollback' }), { mayRetry: false })
  }

  /** All statements as one transaction; waits for the connection by itself. */
  batch(
    statements: readonly Statement[],
    { write }: { readonly write: boolean },
  ): Promise<readonly StatementResult[]> {
    return this.#lock.with(async () => {
      const results = await this.#guard.attempt(
        () => this.#thread.request({ kind: 'batch', statements, write }),
        { mayRetry: true },
      )
      if (write) this.#guard.succeeded()
      return results
    })
  }

  #assertNotLost(): void {
    if (this.#transaction !== 'lost') return
    throw new CodedError('database_unavailable', 'The transaction was lost with the disk.')
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'database_unavailable'
}
