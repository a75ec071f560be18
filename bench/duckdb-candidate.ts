// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { Reading, ReadingBatch } from '#alerting/reading.ts'
import type { Candidate } from './timeseries-candidate.ts'

/** The few things of `@duckdb/node-api` that are used; it is no dependency of the project. */
export interface DuckModule {
  readonly DuckDBInstance: {
    create(path: string, options: Record<string, string>): Promise<DuckInstance>
  }
  readonly DuckDBDataChunk: { create(types: readonly unknown[], rowCount: number): DuckChunk }
  readonly INTEGER: unknown
  readonly BIGINT: unknown
  readonly DOUBLE: unknown
  readonly UTINYINT: unknown
}
interface DuckInstance {
  connect(): Promise<DuckConnection>
  closeSync(): void
}
interface DuckConnection {
  run(sql: string): Promise<{ fetchAllChunks(): Promise<readonly DuckChunk[]> }>
  createAppender(table: string): Promise<DuckAppender>
  closeSync(): void
}
interface DuckAppender {
  appendDataChunk(chunk: DuckChunk): void
  flushSync(): void
  closeSync(): void
}
interface DuckChunk {
  readonly rowCount: number
  setColumnValues(index: number, values: readonly unknown[]): void
  getColumnValues(index: number): readonly unknown[]
}

/** A table in order of arrival; the batch and the offset are one transaction, one for 20 batches. */
export class Duck implements Candidate {
  static readonly CHUNK_ROWS = 2048
  static readonly BATCHES_PER_COMMIT = 20
  readonly #module: DuckModule
  #instance: DuckInstance | null = null
  #connection: DuckConnection | null = null
  #appender: DuckAppender | null = null

  constructor(module: DuckModule) {
    this.#module = module
  }

  async open(path: string): Promise<void> {
    this.#instance = await this.#module.DuckDBInstance.create(path, {
      threads: '1',
      memory_limit: '256MB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    this.#connection = await this.#instance.connect()
    await this.#run(`CREATE TABLE IF NOT EXISTS reading (series INTEGER, observed_at_ms BIGINT,
      lag_ms INTEGER, value DOUBLE, flags UTINYINT)`)
    await this.#run('CREATE TABLE IF NOT EXISTS progress (next_offset BIGINT)')
    this.#appender = await this.#connection.createAppender('reading')
  }

  async write({ offset, readings }: ReadingBatch): Promise<void> {
    if (offset % Duck.BATCHES_PER_COMMIT === 1) await this.#run('BEGIN')
    for (let at = 0; at < readings.length; at += Duck.CHUNK_ROWS) {
      this.#appender?.appendDataChunk(this.#chunkOf(readings.slice(at, at + Duck.CHUNK_ROWS)))
    }
    this.#appender?.flushSync()
    if (offset % Duck.BATCHES_PER_COMMIT === 0) await this.#commit(offset)
  }

  async settle(): Promise<void> {
    await this.#commit(0).catch((error: unknown) => {
      // Nothing was open: the last batch was the last of its transaction.
      if (!String(error).includes('no transaction')) throw error
    })
    await this.#run('CHECKPOINT')
  }

  async day(point: number, fromMs: number, toMs: number): Promise<number> {
    const result = await this.#run(`SELECT observed_at_ms::DOUBLE, lag_ms, value, flags FROM reading
      WHERE series = ${point} AND observed_at_ms >= ${fromMs} AND observed_at_ms < ${toMs}
      ORDER BY observed_at_ms`)
    const chunks = await result.fetchAllChunks()
    const readings = chunks.flatMap((chunk) => {
      const columns = [0, 1, 2, 3].map((index) => chunk.getColumnValues(index))
      return Array.from({ length: chunk.rowCount }, (_, row) => ({
        observedAtMs: columns[0]?.[row],
        lagMs: columns[1]?.[row],
        value: columns[2]?.[row],
        flags: columns[3]?.[row],
      }))
    })
    return readings.length
  }

  async means(point: number, range: { fromMs: number; toMs: number; everyMs: number }) {
    const { fromMs, toMs, everyMs } = range
    return this.#count(`SELECT observed_at_ms // ${everyMs} AS bucket, avg(value) FROM reading
      WHERE series = ${point} AND observed_at_ms >= ${fromMs} AND observed_at_ms < ${toMs}
      GROUP BY bucket ORDER BY bucket`)
  }

  latest(): Promise<number> {
    return this.#count('SELECT series, arg_max(value, observed_at_ms) FROM reading GROUP BY series')
  }

  async close(): Promise<void> {
    this.#appender?.closeSync()
    this.#connection?.closeSync()
    this.#instance?.closeSync()
  }

  #chunkOf(readings: readonly Reading[]): DuckChunk {
    const { DuckDBDataChunk, INTEGER, BIGINT, DOUBLE, UTINYINT } = this.#module
    const types = [INTEGER, BIGINT, INTEGER, DOUBLE, UTINYINT]
    const chunk = DuckDBDataChunk.create(types, readings.length)
    const column = (index: number, pick: (reading: Reading) => unknown) =>
      chunk.setColumnValues(index, readings.map(pick))
    column(0, (reading) => Number(reading.deviceId.slice(1)))
    column(1, (reading) => BigInt(reading.observedAtMs))
    column(2, (reading) => reading.arrivedAtMs - reading.observedAtMs)
    column(3, (reading) => Number(reading.value))
    column(4, (reading) => (typeof reading.value === 'boolean' ? 1 : 0))
    return chunk
  }

  async #commit(offset: number): Promise<void> {
    await this.#run('DELETE FROM progress')
    await this.#run(`INSERT INTO progress VALUES (${offset + 1})`)
    await this.#run('COMMIT')
  }

  async #count(sql: string): Promise<number> {
    const chunks = await (await this.#run(sql)).fetchAllChunks()
    return chunks.reduce((total, chunk) => total + chunk.getColumnValues(0).length, 0)
  }

  #run(sql: string) {
    if (this.#connection === null) throw new Error('Not open.')
    return this.#connection.run(sql)
  }
}
