import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { BlockSummary } from './block-codec.ts'
import { type BlockHead, TIER } from './merge-plan.ts'
import { ROLLUP_SCHEMA, RollupTable, type SeriesDay } from './rollup-table.ts'
import type { SeriesRow } from './series-directory.ts'

/**
 * The SQLite file of the embedded store: sealed blocks, series, and one row that says up to where
 * the journal is in here. Every method that writes is one transaction, on disk when it returns.
 * Payloads lie in the row's overflow pages, so that heads are read without them; pages of what is
 * forgotten are used again.
 */
const FORMAT = 3

const SCHEMA = `
  CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    next_offset INTEGER NOT NULL,
    next_age INTEGER NOT NULL,
    forgotten_before_ms REAL NOT NULL,
    readings INTEGER NOT NULL
  ) STRICT;
  INSERT INTO store VALUES (1, 1, 1, -9e99, 0);
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL,
    point TEXT NOT NULL,
    -- The newest sealed reading: four doubles, because a REAL column does not keep the sign of zero.
    latest_at_ms REAL,
    latest BLOB,
    UNIQUE (device_id, point)
  ) STRICT;
  CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    series_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    tier INTEGER NOT NULL,
    age INTEGER NOT NULL,
    first_at_ms REAL NOT NULL,
    last_at_ms REAL NOT NULL,
    readings INTEGER NOT NULL,
    usable INTEGER NOT NULL,
    value_min REAL,
    value_max REAL,
    value_sum REAL,
    value_last REAL,
    payload BLOB NOT NULL
  ) STRICT;
  CREATE INDEX block_of_series ON block (series_id, first_at_ms);
  CREATE INDEX block_of_day ON block (day);
  CREATE INDEX block_unfinished ON block (day, series_id) WHERE tier < ${TIER.final};
`

/** What format 2 added. Of a file of format 1 every day is rolled up anew. Format 3 has blocks that those before it cannot read. */
const SCHEMA_2 = `
  ALTER TABLE store ADD COLUMN rolled_before_day INTEGER NOT NULL DEFAULT ${-100_000_000};
  ALTER TABLE store ADD COLUMN minutes_gone_before_ms REAL NOT NULL DEFAULT -9e99;
  ALTER TABLE store ADD COLUMN hours_gone_before_ms REAL NOT NULL DEFAULT -9e99;
  ${ROLLUP_SCHEMA}
`

const HEAD_COLUMNS = `id, tier, age, first_at_ms, last_at_ms, readings, usable,
  value_min, value_max, value_sum, value_last`

// Made once: a text put together at each call would have to be hashed to find its statement.
const HEADS_OF_SERIES = `SELECT ${HEAD_COLUMNS} FROM block
  WHERE series_id = ? AND first_at_ms >= ? AND first_at_ms < ? AND last_at_ms >= ?
  ORDER BY first_at_ms`
const HEADS_OUTDATED = `SELECT ${HEAD_COLUMNS} FROM block
  WHERE day <= ? AND last_at_ms < ? LIMIT ?`

const DAY_MS = 86_400_000

/** Blocks end at midnight UTC, so that a day can be finished, and forgotten, by itself. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS)
}

export function startOfDay(day: number): number {
  return day * DAY_MS
}

export interface NewBlock {
  readonly seriesId: number
  readonly tier: number
  readonly age: number
  readonly summary: BlockSummary
  readonly payload: Uint8Array
}

export interface StoredBlock extends BlockHead {
  readonly summary: BlockSummary
}

/** The newest reading of a series within one sealing: observed at, arrived at, value, flags. */
export interface SealedLatest {
  readonly seriesId: number
  readonly reading: Float64Array
}

export interface StoreRow {
  readonly nextOffset: number
  readonly nextAge: number
  readonly forgottenBeforeMs: number
  readonly readings: number
  /** Days before are rolled up, but for those that a row marks. */
  readonly rolledBeforeDay: number
  readonly minutesGoneBeforeMs: number
  readonly hoursGoneBeforeMs: number
}

export interface Replacement {
  readonly outdated: readonly BlockHead[]
  readonly blocks: readonly NewBlock[]
  readonly finals: readonly BlockHead[]
}

/** `HEAD_COLUMNS`, as the schema has them: strict, and no null where none is allowed. */
type HeadRow = readonly [
  id: number,
  tier: number,
  age: number,
  firstAtMs: number,
  lastAtMs: number,
  readings: number,
  usable: number,
  min: number | null,
  max: number | null,
  sum: number | null,
  last: number | null,
]

export class BlockFile {
  /** To be read at any time; written to within `rollUp` and the like only. */
  readonly rollups: RollupTable
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.rollups = new RollupTable((sql) => this.#prepare(sql))
    try {
      this.#prepareFile()
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  readStore(): StoreRow {
    const row = this.#prepare('SELECT * FROM store').get() ?? {}
    return {
      nextOffset: Number(row.next_offset),
      nextAge: Number(row.next_age),
      forgottenBeforeMs: Number(row.forgotten_before_ms),
      readings: Number(row.readings),
      rolledBeforeDay: Number(row.rolled_before_day),
      minutesGoneBeforeMs: Number(row.minutes_gone_before_ms),
      hoursGoneBeforeMs: Number(row.hours_gone_before_ms),
    }
  }

  readSeries(): readonly (SeriesRow & { readonly latest: Float64Array | null })[] {
    return this.#prepare('SELECT id, device_id, point, latest FROM series')
      .all()
      .map((row) => ({
        id: Number(row.id),
        deviceId: String(row.device_id),
        point: String(row.point),
        latest:
          row.latest instanceof Uint8Array ? new Float64Array(row.latest.slice().buffer) : null,
      }))
  }

  /** All of one sealing, with the offset that the journal need not keep any more. */
  seal(sealing: {
    readonly newSeries: readonly SeriesRow[]
    readonly blocks: readonly NewBlock[]
    readonly latest: readonly SealedLatest[]
    /** Days of which roll-ups were made before these blocks came. */
    readonly staleDays: readonly SeriesDay[]
    readonly store: StoreRow
  }): void {
    this.transact(() => {
      const series = this.#prepare('INSERT INTO series (id, device_id, point) VALUES (?, ?, ?)')
      for (const { id, deviceId, point } of sealing.newSeries) series.run(id, deviceId, point)
      for (const block of sealing.blocks) this.#insert(block)
      for (const day of sealing.staleDays) this.rollups.markDue(day)
      const latest = this.#prepare(`UPDATE series SET latest_at_ms = ?1, latest = ?2
        WHERE id = ?3 AND coalesce(latest_at_ms < ?1, true)`)
      for (const { seriesId, reading } of sealing.latest) {
        latest.run(reading[0] ?? 0, new Uint8Array(reading.buffer), seriesId)
      }
      this.#updateStore(sealing.store)
    })
  }

  /** Puts `blocks` in the place of `outdated`; what is in `finals` stays as it is, for good. */
  replace({ outdated, blocks, finals }: Replacement, store: StoreRow): void {
    this.transact(() => {
      const remove = this.#prepare('DELETE FROM block WHERE id = ?')
      for (const head of outdated) remove.run(head.id)
      for (const block of blocks) this.#insert(block)
      const finalize = this.#prepare('UPDATE block SET tier = ? WHERE id = ?')
      for (const head of finals) finalize.run(TIER.final, head.id)
      this.#updateStore(store)
    })
  }

  writeStore(store: StoreRow, also: () => void = () => undefined): void {
    this.transact(() => {
      also()
      this.#updateStore(store)
    })
  }

  /** Heads of one series' blocks with a reading in [fromMs, toMs), by their first time. */
  heads(seriesId: number, fromMs: number, toMs: number): readonly StoredBlock[] {
    // No block crosses midnight: what reaches into the range begins on its first day at the earliest.
    return this.#heads(HEADS_OF_SERIES, seriesId, startOfDay(dayOf(fromMs)), toMs, fromMs)
  }

  payload(id: number): Uint8Array | null {
    const payload = this.#prepare('SELECT payload FROM block WHERE id = ?').get(id)?.payload
    return payload instanceof Uint8Array ? payload : null
  }

  /** Series and days before `day` that still have small blocks. */
  unfinished(beforeDay: number): readonly { readonly seriesId: number; readonly day: number }[] {
    return this.#prepare(`SELECT DISTINCT day, series_id FROM block INDEXED BY block_unfinished
      WHERE tier < ${TIER.final} AND day < ?`)
      .all(beforeDay)
      .map((row) => ({ seriesId: Number(row.series_id), day: Number(row.day) }))
  }

  /** Some blocks that lie before `beforeMs` as a whole. */
  outdated(beforeMs: number, limit: number): readonly StoredBlock[] {
    return this.#heads(HEADS_OUTDATED, dayOf(beforeMs), beforeMs, limit)
  }

  #prepareFile(): void {
    this.#database.exec('PRAGMA page_size = 8192')
    // One process at a time; without it two gateways on one folder would both write.
    this.#database.exec('PRAGMA locking_mode = EXCLUSIVE')
    this.#database.exec('PRAGMA journal_mode = WAL')
    this.#database.exec('PRAGMA synchronous = FULL')
    this.#database.exec('PRAGMA cache_size = -8192')
    this.#database.exec('PRAGMA journal_size_limit = 16777216')
    const version = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version)
    if (version > FORMAT) {
      throw new RangeError(`The file has format ${version}; this version reads format ${FORMAT}.`)
    }
    if (version < FORMAT) {
      const missing = [SCHEMA, SCHEMA_2].slice(version).join('')
      this.#database.exec(`BEGIN IMMEDIATE; ${missing} PRAGMA user_version = ${FORMAT}; COMMIT`)
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** All of `work` or nothing. */
  transact(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#database.exec('COMMIT')
    } catch (error) {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  #heads(sql: string, ...values: readonly number[]): readonly StoredBlock[] {
    const statement = this.#prepare(sql)
    statement.setReturnArrays(true)
    // Rows are arrays then, which the types of the library do not know.
    return (statement.all(...values) as unknown as readonly HeadRow[]).map(parseHead)
  }

  #insert({ seriesId, tier, age, summary, payload }: NewBlock): void {
    this.#prepare('INSERT INTO block VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      seriesId,
      dayOf(summary.firstAtMs),
      tier,
      age,
      summary.firstAtMs,
      summary.lastAtMs,
      summary.count,
      summary.usable,
      summary.min,
      summary.max,
      summary.sum,
      summary.last,
      payload,
    )
  }

  #updateStore(store: StoreRow): void {
    this.#prepare(`UPDATE store SET next_offset = ?, next_age = ?, forgotten_before_ms = ?, readings = ?,
      rolled_before_day = ?, minutes_gone_before_ms = ?, hours_gone_before_ms = ?`).run(
      store.nextOffset,
      store.nextAge,
      store.forgottenBeforeMs,
      store.readings,
      store.rolledBeforeDay,
      store.minutesGoneBeforeMs,
      store.hoursGoneBeforeMs,
    )
  }
}

function parseHead(row: HeadRow): StoredBlock {
  const [id, tier, age, firstAtMs, lastAtMs, count, usable, min, max, sum, last] = row
  return {
    id,
    tier,
    age,
    firstAtMs,
    lastAtMs,
    count,
    summary: { count, firstAtMs, lastAtMs, usable, min, max, sum, last },
  }
}
