import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Connection } from './connection.ts'

/** Kysely over a connection that lives in another thread. */
export class WorkerDialect implements Dialect {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  createDriver(): Driver {
    return new WorkerDriver(this.#connection)
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new SqliteAdapter()
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signature is Kysely's.
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }
}

/** Opening and closing the thread is the business of `openDatabase`; this only passes statements on. */
class WorkerDriver implements Driver {
  readonly #connection: Connection
  readonly #facade: DatabaseConnection

  constructor(connection: Connection) {
    this.#connection = connection
    this.#facade = new WorkerConnection(connection)
  }

  async init(): Promise<void> {
    await this.#connection.ready()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#connection.acquire()
    return this.#facade
  }

  async releaseConnection(): Promise<void> {
    this.#connection.release()
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.begin()
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.commit()
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection.rollback()
  }

  async destroy(): Promise<void> {
    await this.#connection.ready()
  }
}

class WorkerConnection implements DatabaseConnection {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.#connection.run(
      { sql: query.sql, parameters: query.parameters },
      { writes: !SelectQueryNode.is(query.query) },
    )
    return {
      rows: result.rows as Row[],
      numAffectedRows: BigInt(result.changes),
      insertId: BigInt(result.lastInsertId),
    }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Lists are read page by page, not as a stream.')
  }
}
