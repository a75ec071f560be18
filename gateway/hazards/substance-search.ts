import type { HazardSubstanceEntry } from '../contract.ts'
import { type Localized, STANDARD, type Table1Row, table3RowOf } from './standard.ts'

interface Candidate {
  readonly entry: HazardSubstanceEntry
  readonly words: readonly string[]
}

/** Carbon monoxide stands in table 3 only; its CAS number is not printed there. */
const CAS_OF_TABLE_3_ONLY: Readonly<Record<string, readonly string[]>> = {
  一氧化碳: ['630-08-0'],
}

const CANDIDATES: readonly Candidate[] = [
  ...STANDARD.table1.map((row) => candidate(entryOfRow(row))),
  ...STANDARD.table3.flatMap(({ name, table1Row, beta }, index) =>
    table1Row === null ? [candidate(entryOfTable3(name, beta, index + 1))] : [],
  ),
]

/**
 * Substances of the standard by Chinese or English name, alias or CAS number: the whole word first,
 * then what begins with it, then what has it anywhere. One CAS number may stand in several rows
 * (nitrocellulose in six): the person chooses.
 */
export function findSubstances(text: string, limit: number): HazardSubstanceEntry[] {
  const wanted = normal(text)
  if (wanted === '') return []
  return CANDIDATES.map(({ entry, words }) => ({ entry, rank: rankOf(words, wanted) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((one, other) => other.rank - one.rank)
    .slice(0, limit)
    .map(({ entry }) => entry)
}

function rankOf(words: readonly string[], wanted: string): number {
  if (words.includes(wanted)) return 3
  if (words.some((word) => word.startsWith(wanted))) return 2
  return words.some((word) => word.includes(wanted)) ? 1 : 0
}

function candidate(entry: HazardSubstanceEntry): Candidate {
  const words = [entry.name.zh, entry.name.en, ...entry.aliases, ...entry.cas]
  return { entry, words: words.map(normal) }
}

/** Full-width forms and spaces are typed as they come. */
function normal(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, '')
}

function entryOfRow(row: Table1Row): HazardSubstanceEntry {
  return {
    row: row.row,
    betaRow: null,
    name: row.name,
    aliases: [...row.aliases],
    cas: [...row.cas],
    criticalQuantity: row.criticalQuantity,
    beta: table3RowOf(row.row)?.beta ?? null,
    cautions: row.unverified === undefined ? [] : [row.unverified],
  }
}

function entryOfTable3(name: Localized, beta: string, betaRow: number): HazardSubstanceEntry {
  return {
    row: null,
    betaRow,
    name,
    aliases: [],
    cas: [...(CAS_OF_TABLE_3_ONLY[name.zh] ?? [])],
    criticalQuantity: null,
    beta,
    cautions: [],
  }
}
