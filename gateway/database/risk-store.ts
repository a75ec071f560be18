import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { RiskOfNode } from '../risk/risk-model.ts'
import type { Database } from './open.ts'

export interface StoredRisk extends RiskOfNode {
  readonly id: string
}

export interface RiskSnapshot {
  readonly atMs: number
  readonly organizations: readonly StoredRisk[]
}

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** What the risk was, snapshot by snapshot. */
export class RiskStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Adds it, and removes what is older than `keepFromMs`: one transaction. */
  async add({ atMs, organizations }: RiskSnapshot, keepFromMs: number): Promise<void> {
    const body = await compress(JSON.stringify(organizations))
    await this.#database.batch([
      { sql: 'DELETE FROM risk_snapshots WHERE at_ms < ?', parameters: [keepFromMs] },
      {
        sql: 'INSERT OR REPLACE INTO risk_snapshots (at_ms, body) VALUES (?, ?)',
        parameters: [atMs, new Uint8Array(body)],
      },
    ])
  }

  /** The newest at or before that instant. */
  async at(atMs: number): Promise<RiskSnapshot | null> {
    const row = await this.#database.reader
      .selectFrom('risk_snapshots')
      .selectAll()
      .where('at_ms', '<=', atMs)
      .orderBy('at_ms', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) return null
    const text = (await decompress(row.body)).toString('utf8')
    return { atMs: row.at_ms, organizations: JSON.parse(text) as StoredRisk[] }
  }

  /** When there are snapshots, oldest first. */
  async times(): Promise<readonly number[]> {
    const rows = await this.#database.reader
      .selectFrom('risk_snapshots')
      .select('at_ms')
      .orderBy('at_ms')
      .execute()
    return rows.map(({ at_ms }) => at_ms)
  }
}
