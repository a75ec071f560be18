import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/** What the chain starts from. */
export const CHAIN_GENESIS = createHash('sha256').update('vigil alarm time line').digest('hex')

/**
 * The columns of an entry that are hashed, in this order. The canonical bytes are the UTF-8 of a JSON
 * array: the hash before, then these; so that anybody can check a chain without us.
 */
export const CHAINED_COLUMNS = [
  'alarm_id',
  'sequence',
  'at_ms',
  'kind',
  'actor',
  'note',
  'state',
  'value',
  'grade',
  'record_hash',
] as const
export type ChainedEntry = Readonly<Record<(typeof CHAINED_COLUMNS)[number], unknown>>

export function chainHash(before: string, values: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([before, ...values]))
    .digest('hex')
}

/** `chain_hash(before, …columns)` for the statements and migrations that extend the chain. */
export function defineChainHash(database: DatabaseSync): void {
  database.function('chain_hash', { deterministic: true, varargs: true }, (before, ...values) =>
    chainHash(String(before), values),
  )
}
