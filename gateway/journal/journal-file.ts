import { copyFileSync, existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { JOURNAL_LIMITS } from '#config/limits.ts'
import { damageOf } from './batch-codec.ts'
import type { JournalDamage } from './journal.ts'
import { openJournalDatabase, PAGE_BYTES, pragma } from './journal-database.ts'
import { JournalFileError, reasonOf } from './journal-failure.ts'
import type {
  AnswerOf,
  Extent,
  JournalFileOptions,
  RequestOf,
  StoredBatch,
} from './journal-protocol.ts'
import { asidePathOf, salvageJournal } from './journal-salvage.ts'
import { inspectWal } from './wal-inspection.ts'

/** Free pages kept in the file for the batches to come; more than that is given back to the disk. */
const FREE_PAGES_KEPT = (32 * 1024 * 1024) / PAGE_BYTES
const PAGES_GIVEN_BACK_PER_STEP = 1024
const ROWS_PER_STEP = 1_000

/**
 * The journal's file, synchronously: lives in the worker. Every method may throw what SQLite throws;
 * `JournalWorker` sorts that and calls `salvage` or `closeAfterFailure`, after which the next
 * operation opens the file again.
 */
export class JournalFile {
  readonly #options: JournalFileOptions
  readonly #onDamage: (damage: JournalDamage) => void
  #open: { readonly database: DatabaseSync; readonly statements: Statements } | null = null
  #bytesSinceCheckpoint = 0
  #mustFold = false
  /** A reader that asks for what was just pruned has not found damage. */
  #prunedBefore = 0

  constructor(options: JournalFileOptions, onDamage: (damage: JournalDamage) => void) {
    this.#options = options
    this.#onDamage = onDamage
  }

  /** Opens the file and verifies its end. */
  open(nowMs: number): Extent {
    this.#inspectWal(nowMs)
    this.#statements()
    this.#readTail({ bytesMax: JOURNAL_LIMITS.verifiedAtStartBytes, nowMs })
    return this.#extent()
  }

  commit({ offset, data }: StoredBatch, nowMs: number): AnswerOf<'commit'> {
    this.#assertRoom(data.length)
    // A batch whose commit failed half-way may lie there already.
    this.#statements().insert.run(offset, nowMs, data)
    this.#bytesSinceCheckpoint += data.length + 2 * PAGE_BYTES
    return { bytes: this.#bytes() }
  }

  /** After the acknowledgement, so that nobody waits for it but the next commit. */
  foldIfDue(): void {
    if (this.#bytesSinceCheckpoint < JOURNAL_LIMITS.checkpointBytes) return
    this.#bytesSinceCheckpoint = 0
    this.#database().exec('PRAGMA wal_checkpoint(PASSIVE)')
  }

  read(request: RequestOf<'read'>, nowMs: number): AnswerOf<'read'> {
    const { fromOffset, beforeOffset, bytesMax } = request
    const rows: StoredBatch[] = []
    let bytes = 0
    for (const row of this.#statements().from.iterate(fromOffset, beforeOffset)) {
      const batch = storedBatch(row)
      rows.push(batch)
      bytes += batch.data.length
      if (bytes >= bytesMax) break
    }
    let expected = Math.max(fromOffset, this.#prunedBefore)
    for (const { offset } of rows) {
      if (offset > expected) this.#noteMissing([expected, offset - 1], nowMs)
      expected = offset + 1
    }
    if (rows.length === 0) {
      this.#noteMissing([expected, beforeOffset - 1], nowMs)
      expected = beforeOffset
    }
    return { batches: this.#soundOf(rows, nowMs), nextOffset: expected }
  }

  tail({ bytesMax }: RequestOf<'tail'>, nowMs: number): AnswerOf<'tail'> {
    return { batches: this.#readTail({ bytesMax, nowMs }) }
  }

  prune({ beforeOffset, committedBeforeMs }: RequestOf<'prune'>): AnswerOf<'prune'> {
    const statements = this.#statements()
    // The newest row stays: the next offset is told by it.
    const { nextOffset } = this.#offsets()
    const end = Math.min(beforeOffset, nextOffset - 1)
    let cut = 0
    let bytes = 0
    let rows = 0
    for (const row of statements.sizes.iterate(end)) {
      if (numberOf(row.committed_at_ms) >= committedBeforeMs) break
      cut = numberOf(row.offset) + 1
      bytes += numberOf(row.bytes)
      rows += 1
      if (bytes >= JOURNAL_LIMITS.pruneBytesMax || rows >= ROWS_PER_STEP) break
    }
    if (rows > 0) {
      this.#prunedBefore = cut
      statements.deleteBatches.run(cut)
      statements.deleteMissing.run(cut)
      this.#bytesSinceCheckpoint += PAGE_BYTES * rows
      this.foldIfDue()
      return { ...this.#extent(), isDone: false }
    }
    const isDone = !this.#giveBackPages()
    return { ...this.#extent(), isDone }
  }

  skipTo({ nextOffset }: RequestOf<'skipTo'>, nowMs: number): Extent {
    const current = this.#offsets().nextOffset
    if (nextOffset > current) this.#noteMissing([current, nextOffset - 1], nowMs)
    return this.#extent()
  }

  /** The file can be read no further: what can be read goes into a new one, the old one aside. */
  salvage(nowMs: number, cause: unknown): void {
    this.closeAfterFailure()
    const { path, bytesMax } = this.#options
    const { asidePath, rows } = salvageJournal(path, { bytesMax, nowMs })
    this.#onDamage({
      kind: 'damaged_file',
      fromOffset: null,
      toOffset: null,
      foundAtMs: nowMs,
      asidePath,
      detail: `${reasonOf(cause)} ${rows} batches could be read.`,
    })
    for (const range of this.#statements().holes.all()) {
      this.#noteMissing([numberOf(range.from_offset), numberOf(range.to_offset)], nowMs)
    }
  }

  /**
   * After a failed write or fsync nothing may be believed that this handle holds: the kernel may
   * have dropped the pages and reports the failure only once. The log is folded into the file
   * (written again, synced again) before anything new is committed.
   */
  closeAfterFailure(): void {
    const open = this.#open
    this.#open = null
    this.#mustFold = true
    open?.database.close()
  }

  /** Folds the log into the file and releases the lock. */
  close(): void {
    const open = this.#open
    this.#open = null
    open?.database.close()
  }

  #database(): DatabaseSync {
    return this.#opened().database
  }

  #statements(): Statements {
    return this.#opened().statements
  }

  #opened(): { readonly database: DatabaseSync; readonly statements: Statements } {
    if (this.#open !== null) return this.#open
    const database = openJournalDatabase(this.#options.path, this.#options)
    try {
      if (this.#mustFold) database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      this.#open = { database, statements: prepareStatements(database) }
    } catch (error) {
      database.close()
      throw error
    }
    this.#mustFold = false
    return this.#open
  }

  /** Before SQLite drops the rest of a damaged log without a word. */
  #inspectWal(nowMs: number): void {
    const walPath = `${this.#options.path}-wal`
    if (!existsSync(walPath)) return
    const state = inspectWal(walPath)
    if (state === 'sound') return
    const asidePath = `${asidePathOf(this.#options.path, nowMs)}-wal`
    copyFileSync(walPath, asidePath)
    this.#onDamage({
      kind: state === 'damaged' ? 'damaged_file' : 'unfinished_write',
      fromOffset: null,
      toOffset: null,
      foundAtMs: nowMs,
      asidePath,
      detail:
        state === 'damaged'
          ? 'The write-ahead log is damaged; what was committed after that place is lost.'
          : 'The last write was cut off, or the last commit is damaged.',
    })
  }

  #readTail({ bytesMax, nowMs }: { bytesMax: number; nowMs: number }): readonly StoredBatch[] {
    const rows: StoredBatch[] = []
    let bytes = 0
    for (const row of this.#statements().newest.iterate()) {
      const batch = storedBatch(row)
      bytes += batch.data.length
      if (bytes > bytesMax && rows.length > 0) break
      rows.push(batch)
    }
    rows.reverse()
    for (let i = 1; i < rows.length; i++) {
      const gap = [(rows[i - 1]?.offset ?? 0) + 1, (rows[i]?.offset ?? 0) - 1] as const
      if (gap[0] <= gap[1]) this.#noteMissing(gap, nowMs)
    }
    return this.#soundOf(rows, nowMs)
  }

  #soundOf(rows: readonly StoredBatch[], nowMs: number): readonly StoredBatch[] {
    return rows.filter((row) => {
      const reason = damageOf(row.data, row.offset)
      if (reason !== null) this.#setAside(row, reason, nowMs)
      return reason === null
    })
  }

  #setAside({ offset, data }: StoredBatch, reason: string, nowMs: number): void {
    const statements = this.#statements()
    const database = this.#database()
    database.exec('BEGIN IMMEDIATE')
    try {
      statements.setAside.run(offset, data, nowMs, reason)
      statements.noteMissing.run(offset, offset, nowMs, reason)
      statements.deleteOne.run(offset)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
    this.#onDamage({
      kind: 'damaged_batch',
      fromOffset: offset,
      toOffset: offset,
      foundAtMs: nowMs,
      asidePath: null,
      detail: reason,
    })
  }

  /** Records and reports what of `from` … `to` was not known to be missing before. */
  #noteMissing([from, to]: readonly [number, number], nowMs: number): void {
    const statements = this.#statements()
    let cursor = from
    while (cursor <= to) {
      const known = statements.missingAt.get(cursor, cursor)
      if (known !== undefined) {
        cursor = numberOf(known.to_offset) + 1
        continue
      }
      const next = statements.missingAfter.get(cursor, to)
      const end = next === undefined ? to : numberOf(next.from_offset) - 1
      const reason = 'The batches are not in the file.'
      statements.noteMissing.run(cursor, end, nowMs, reason)
      this.#onDamage({
        kind: 'missing_batches',
        fromOffset: cursor,
        toOffset: end,
        foundAtMs: nowMs,
        asidePath: null,
        detail: reason,
      })
      cursor = end + 1
    }
  }

  /** True when pages were given back and there may be more. */
  #giveBackPages(): boolean {
    const free = numberOf(pragma(this.#database(), 'freelist_count'))
    if (free <= FREE_PAGES_KEPT) return false
    const pages = Math.min(free - FREE_PAGES_KEPT, PAGES_GIVEN_BACK_PER_STEP)
    this.#database().exec(`PRAGMA incremental_vacuum(${pages})`)
    this.#bytesSinceCheckpoint += pages * PAGE_BYTES
    this.foldIfDue()
    return free - pages > FREE_PAGES_KEPT
  }

  #assertRoom(batchBytes: number): void {
    const { path, diskReserveBytes } = this.#options
    const { bavail, bsize } = statfsSync(dirname(path))
    const freeBytes = bavail * bsize
    if (freeBytes < diskReserveBytes + batchBytes) {
      throw new JournalFileError(
        'full',
        `The disk has ${freeBytes} bytes left, of which ${diskReserveBytes} are kept for the other parts.`,
      )
    }
  }

  #extent(): Extent {
    return { ...this.#offsets(), bytes: this.#bytes() }
  }

  #offsets(): { firstOffset: number; nextOffset: number } {
    const row = this.#statements().extent.get()
    return { firstOffset: numberOf(row?.first), nextOffset: numberOf(row?.last) + 1 }
  }

  /** What counts against the bound: pages that hold something. Free ones are room, whether given back or not. */
  #bytes(): number {
    const { pageCount, freePages } = this.#statements()
    const pages = numberOf(pageCount.get()?.page_count)
    return (pages - numberOf(freePages.get()?.freelist_count)) * PAGE_BYTES
  }
}

type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>

const SQL = {
  insert: 'INSERT OR REPLACE INTO batch (offset, committed_at_ms, data) VALUES (?, ?, ?)',
  from: 'SELECT offset, data FROM batch WHERE offset >= ? AND offset < ? ORDER BY offset',
  newest: 'SELECT offset, data FROM batch WHERE offset > 0 ORDER BY offset DESC',
  sizes: `SELECT offset, committed_at_ms, length(data) AS bytes FROM batch
          WHERE offset > 0 AND offset < ? ORDER BY offset`,
  deleteBatches: 'DELETE FROM batch WHERE offset < ?',
  deleteMissing: 'DELETE FROM missing WHERE to_offset < ?',
  deleteOne: 'DELETE FROM batch WHERE offset = ?',
  setAside: 'INSERT OR REPLACE INTO damaged_batch VALUES (?, ?, ?, ?)',
  noteMissing: 'INSERT OR REPLACE INTO missing VALUES (?, ?, ?, ?)',
  missingAt: 'SELECT to_offset FROM missing WHERE from_offset <= ? AND to_offset >= ?',
  missingAfter: `SELECT from_offset FROM missing WHERE from_offset > ? AND from_offset <= ?
                 ORDER BY from_offset LIMIT 1`,
  holes: `SELECT offset + 1 AS from_offset, next - 1 AS to_offset FROM
            (SELECT offset, lead(offset) OVER (ORDER BY offset) AS next FROM batch)
          WHERE next > offset + 1`,
  // An empty journal's first offset is its next one.
  extent: `WITH ends AS (
             SELECT (SELECT min(offset) FROM batch WHERE offset > 0) AS first,
                    (SELECT max(offset) FROM batch) AS last
             UNION ALL SELECT min(from_offset), max(to_offset) FROM missing
             UNION ALL SELECT NULL, max(offset) FROM damaged_batch)
           SELECT coalesce(min(first), coalesce(max(last), 0) + 1) AS first,
                  coalesce(max(last), 0) AS last FROM ends`,
  pageCount: 'PRAGMA page_count',
  freePages: 'PRAGMA freelist_count',
} as const

function prepareStatements(database: DatabaseSync): Statements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)])
  // Object.fromEntries loses the names of the keys.
  return Object.fromEntries(entries) as Statements
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new JournalFileError('damaged', 'A number was expected.')
  return value
}

function storedBatch(row: Record<string, unknown>): StoredBatch {
  const { offset, data } = row
  if (!(data instanceof Uint8Array)) {
    throw new JournalFileError('damaged', 'A batch has no bytes.')
  }
  // node:sqlite hands out each blob in memory of its own.
  return { offset: numberOf(offset), data: data as Uint8Array<ArrayBuffer> }
}
