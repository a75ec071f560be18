import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { JournalFileError } from './journal-failure.ts'

export const PAGE_BYTES = 4096
/** "VGJL" */
const APPLICATION_ID = 0x5647_4a4c
const SCHEMA_VERSION = 1
/** SQLite's number for synchronous=FULL. */
const SYNCHRONOUS_FULL = 2
/** Another process may be on its way out. */
const BUSY_TIMEOUT_MS = 1_000

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS batch (
    offset INTEGER PRIMARY KEY,
    committed_at_ms INTEGER NOT NULL,
    data BLOB NOT NULL
  ) STRICT;
  -- Rows that could not be understood, kept for a person to look at.
  CREATE TABLE IF NOT EXISTS damaged_batch (
    offset INTEGER PRIMARY KEY,
    data BLOB NOT NULL,
    found_at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  -- Offsets known to be gone, so that each loss is reported once.
  CREATE TABLE IF NOT EXISTS missing (
    from_offset INTEGER PRIMARY KEY,
    to_offset INTEGER NOT NULL,
    found_at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
`

/**
 * Opens (or creates) a journal's file and makes sure that a commit means the disk: WAL with
 * `synchronous=FULL`, read back, for some builds of SQLite lower it silently. The lock is exclusive,
 * so that a second gateway on the same folder is refused. Throws SQLite's errors and
 * `JournalFileError` `unusable`.
 */
export function openJournalDatabase(path: string, { bytesMax }: { bytesMax: number }) {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    prepare(database, bytesMax)
  } catch (error) {
    database.close()
    throw error
  }
  syncDirectory(dirname(path))
  return database
}

function prepare(database: DatabaseSync, bytesMax: number): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  assertOurs(database)
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  const mode = pragma(database, 'journal_mode')
  const synchronous = pragma(database, 'synchronous')
  if (mode !== 'wal' || synchronous !== SYNCHRONOUS_FULL) {
    throw new JournalFileError(
      'unusable',
      `The disk would not be waited for (journal_mode ${mode}, synchronous ${synchronous}).`,
    )
  }
  // Folded in by us, after the acknowledgement instead of before it.
  database.exec('PRAGMA wal_autocheckpoint = 0')
  database.exec('PRAGMA temp_store = MEMORY')
  database.exec('PRAGMA trusted_schema = OFF')
  database.exec('PRAGMA cell_size_check = ON')
  if (pragma(database, 'user_version') === 0) {
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA}
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION};
      COMMIT`)
  }
  database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytesMax / PAGE_BYTES))}`)
}

/** Refuses a file of somebody else or of a later version, before anything is written to it. */
function assertOurs(database: DatabaseSync): void {
  const applicationId = pragma(database, 'application_id')
  const version = pragma(database, 'user_version')
  const tables = database.prepare('SELECT name FROM sqlite_schema').all()
  if (applicationId === 0 && version === 0 && tables.length === 0) return
  if (applicationId !== APPLICATION_ID) {
    const looksLikeOurs = tables.some((table) => table.name === 'batch')
    throw new JournalFileError(
      looksLikeOurs ? 'damaged' : 'unusable',
      'The file does not bear the mark of a journal.',
    )
  }
  if (version !== SCHEMA_VERSION) {
    throw new JournalFileError(
      'unusable',
      `The journal was written by another version of the gateway (format ${version}, known: ${SCHEMA_VERSION}).`,
    )
  }
}

export function pragma(database: DatabaseSync, name: string): unknown {
  const row = database.prepare(`PRAGMA ${name}`).get()
  return row === undefined ? undefined : Object.values(row)[0]
}

/** Makes the names in a folder durable. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
