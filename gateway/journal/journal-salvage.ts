import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { damageOf } from './batch-codec.ts'
import { openJournalDatabase, syncDirectory } from './journal-database.ts'
import { isUnreadable } from './journal-failure.ts'

/** More than this many single look-ups are not worth the time between two readable ends. */
const LOOKUPS_MAX = 200_000
const ROWS_PER_TRANSACTION = 1_000

interface Row {
  readonly offset: number
  readonly committedAtMs: number
  readonly data: Uint8Array
}

export interface Salvage {
  readonly asidePath: string
  readonly rows: number
}

/**
 * Writes a new journal of every batch that can still be read from a damaged one and puts the damaged
 * file aside, with its write-ahead log, for a person to look at. All or nothing: when the disk has
 * no room for the copy, everything is as before.
 */
export function salvageJournal(
  path: string,
  { bytesMax, nowMs }: { readonly bytesMax: number; readonly nowMs: number },
): Salvage {
  const asidePath = asidePathOf(path, nowMs)
  const freshPath = `${path}.salvage`
  removeDatabase(freshPath)
  let rows = 0
  const fresh = openJournalDatabase(freshPath, { bytesMax })
  try {
    rows = copyReadable(path, fresh, nowMs)
  } catch (error) {
    fresh.close()
    removeDatabase(freshPath)
    throw error
  }
  fresh.close()
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${asidePath}-wal`)
  renameSync(path, asidePath)
  renameSync(freshPath, path)
  syncDirectory(dirname(path))
  return { asidePath, rows }
}

/** A name beside `path` that is not taken. */
export function asidePathOf(path: string, nowMs: number): string {
  const base = `${path}.damaged-${new Date(nowMs).toISOString().replaceAll(':', '')}`
  let candidate = base
  for (let i = 2; existsSync(candidate); i++) candidate = `${base}-${i}`
  return candidate
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
}

function copyReadable(path: string, fresh: DatabaseSync, nowMs: number): number {
  const old = openDamaged(path)
  if (old === null) return 0
  try {
    copyLosses(old, fresh)
    return insertAll(readableRows(old), fresh, nowMs)
  } finally {
    old.close()
  }
}

function openDamaged(path: string): DatabaseSync | null {
  return whileReadable(() => {
    const old = new DatabaseSync(path)
    old.exec('PRAGMA locking_mode = EXCLUSIVE')
    old.exec('PRAGMA wal_autocheckpoint = 0')
    if (whileReadable(() => old.prepare('SELECT offset FROM batch LIMIT 1').get()) === null) {
      old.close()
      return null
    }
    return old
  })
}

function insertAll(rows: Iterable<Row>, fresh: DatabaseSync, nowMs: number): number {
  const insert = fresh.prepare('INSERT OR REPLACE INTO batch VALUES (?, ?, ?)')
  const setAside = fresh.prepare('INSERT OR REPLACE INTO damaged_batch VALUES (?, ?, ?, ?)')
  let copied = 0
  fresh.exec('BEGIN')
  for (const { offset, committedAtMs, data } of rows) {
    const damage = damageOf(data, offset)
    if (damage === null) insert.run(offset, committedAtMs, data)
    else setAside.run(offset, data, nowMs, damage)
    copied += 1
    if (copied % ROWS_PER_TRANSACTION === 0) fresh.exec('COMMIT; BEGIN')
  }
  fresh.exec('COMMIT')
  return copied
}

/** From the front as far as it goes, from the back as far as it goes, then one by one in between. */
function* readableRows(old: DatabaseSync): Generator<Row> {
  let front = 0
  for (const row of scan(old, 'ASC')) {
    if (row.offset <= front) break
    front = row.offset
    yield row
  }
  let back = Number.MAX_SAFE_INTEGER
  for (const row of scan(old, 'DESC')) {
    if (row.offset <= front || row.offset >= back) break
    back = row.offset
    yield row
  }
  if (back === Number.MAX_SAFE_INTEGER) return
  const one = old.prepare('SELECT offset, committed_at_ms, data FROM batch WHERE offset = ?')
  const end = Math.min(back, front + 1 + LOOKUPS_MAX)
  for (let offset = front + 1; offset < end; offset++) {
    const row = whileReadable(() => rowOf(one.get(offset)))
    if (row !== null) yield row
  }
}

function* scan(old: DatabaseSync, order: 'ASC' | 'DESC'): Generator<Row> {
  const rows = whileReadable(() =>
    old
      .prepare(
        `SELECT offset, committed_at_ms, data FROM batch WHERE offset > 0 ORDER BY offset ${order}`,
      )
      .iterate(),
  )
  if (rows === null) return
  for (;;) {
    const row = whileReadable(() => rowOf(rows.next().value))
    if (row === null) return
    yield row
  }
}

/** Null at the end as well: node:sqlite's iterator ends with a `null` value. */
function rowOf(row: Record<string, unknown> | null | undefined): Row | null {
  if (row === undefined || row === null) return null
  const { offset, committed_at_ms: committedAtMs, data } = row
  if (typeof offset !== 'number' || typeof committedAtMs !== 'number') return null
  return data instanceof Uint8Array ? { offset, committedAtMs, data } : null
}

/** What was known to be lost stays known. */
function copyLosses(old: DatabaseSync, fresh: DatabaseSync): void {
  for (const [table, columns] of [
    ['missing', 4],
    ['damaged_batch', 4],
  ] as const) {
    const rows = whileReadable(() => old.prepare(`SELECT * FROM ${table}`).all())
    const insert = fresh.prepare(
      `INSERT OR REPLACE INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`,
    )
    for (const row of rows ?? []) insert.run(...Object.values(row))
  }
}

/** The result, or null where the old file cannot be read, for whatever reason. */
function whileReadable<Result>(read: () => Result): Result | null {
  try {
    return read()
  } catch (error) {
    if (!isUnreadable(error)) throw error
    return null
  }
}
