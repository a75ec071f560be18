import { DatabaseSync } from 'node:sqlite'
import { alarmOfRow, recordHashOf } from './alarm-rows.ts'
import type { AlarmTable } from './tables.ts'
import { CHAIN_GENESIS, CHAINED_COLUMNS, chainHash } from './timeline-chain.ts'

export const BREAK_KINDS = [
  /** Entries are missing between two positions, or at the end. */
  'deleted',
  /** What stands in an entry is not what was hashed. */
  'edited',
  /** An entry stands outside of the chain. */
  'inserted',
  /** An alarm is not as its last entry left it. */
  'alarm-edited',
] as const

export interface ChainBreak {
  readonly kind: (typeof BREAK_KINDS)[number]
  readonly position: number
  readonly alarmId: string
  readonly sequence: number
}

export interface ChainReport {
  /** Entries that were proven. */
  readonly entries: number
  readonly from: number
  readonly to: number
  /** Of the last entry of the range: written down elsewhere, it proves later that nothing before it changed. */
  readonly headHash: string
  readonly firstBreak: ChainBreak | null
}

interface Row {
  readonly alarm_id: string
  readonly sequence: number
  readonly position: number
  readonly hash: string
  readonly record_hash: string | null
}

/**
 * Proves the chain of all time lines from one position to another (both included; null: to the end), and
 * that the alarms are as their last entries left them. Reads only; the gateway may run meanwhile.
 */
export function verifyChain(
  path: string,
  range: { readonly from: number; readonly to: number | null },
): ChainReport {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    // One snapshot, whatever is committed meanwhile.
    database.exec('BEGIN')
    return proven(database, range)
  } finally {
    database.close()
  }
}

function proven(
  database: DatabaseSync,
  range: { readonly from: number; readonly to: number | null },
): ChainReport {
  const { from } = range
  const stored = database.prepare('SELECT position, hash FROM timeline_head').get() as
    | { readonly position: number; readonly hash: string }
    | undefined
  const head = stored ?? { position: 0, hash: CHAIN_GENESIS }
  const to = range.to === null ? head.position : Math.min(range.to, head.position)
  let hash = hashBefore(database, from)
  let entries = 0
  const report = (firstBreak: ChainBreak | null) => ({
    entries,
    from,
    to,
    headHash: hash,
    firstBreak,
  })
  const rows = database
    .prepare('SELECT * FROM alarm_timeline WHERE position BETWEEN ? AND ? ORDER BY position')
    .iterate(from, to) as unknown as Iterable<Row>
  for (const row of rows) {
    const { alarm_id: alarmId, sequence, position } = row
    const expected = from + entries
    if (position !== expected) {
      return report({ kind: 'deleted', position: expected, alarmId, sequence })
    }
    const values = CHAINED_COLUMNS.map((column) => row[column as keyof Row])
    if (chainHash(hash, values) !== row.hash) {
      return report({ kind: 'edited', position, alarmId, sequence })
    }
    hash = row.hash
    entries += 1
  }
  if (from + entries <= to) {
    return report({ kind: 'deleted', position: from + entries, alarmId: '', sequence: 0 })
  }
  if (to === head.position && hash !== head.hash) {
    return report({ kind: 'edited', position: to, alarmId: '', sequence: 0 })
  }
  return report(outsider(database, head.position) ?? editedAlarm(database, { from, to }))
}

function hashBefore(database: DatabaseSync, from: number): string {
  if (from === 1) return CHAIN_GENESIS
  const row = database
    .prepare('SELECT hash FROM alarm_timeline WHERE position = ?')
    .get(from - 1) as { readonly hash: string } | undefined
  return row?.hash ?? CHAIN_GENESIS
}

/** An entry that no commit of ours has written. */
function outsider(database: DatabaseSync, head: number): ChainBreak | null {
  const row = database
    .prepare('SELECT * FROM alarm_timeline WHERE position IS NULL OR position > ? LIMIT 1')
    .get(head) as Row | undefined
  if (row === undefined) return null
  const { alarm_id: alarmId, sequence, position } = row
  return { kind: 'inserted', position: position ?? 0, alarmId, sequence }
}

/** Alarms whose last entry lies in the range; those adopted from before have no record to be held to. */
function editedAlarm(
  database: DatabaseSync,
  { from, to }: { readonly from: number; readonly to: number },
): ChainBreak | null {
  const last = database
    .prepare(
      `SELECT alarm_id, max(sequence) AS sequence, position, record_hash FROM alarm_timeline
       GROUP BY alarm_id HAVING position BETWEEN ? AND ?`,
    )
    .iterate(from, to) as unknown as Iterable<Row>
  const alarmOf = database.prepare('SELECT * FROM alarms WHERE id = ?')
  for (const { alarm_id: alarmId, sequence, position, record_hash: recordHash } of last) {
    if (recordHash === null) continue
    const row = alarmOf.get(alarmId) as AlarmTable | undefined
    const isAsLeft = row !== undefined && recordHashOf(alarmOfRow(row)) === recordHash
    if (!isAsLeft) return { kind: 'alarm-edited', position, alarmId, sequence }
  }
  return null
}
