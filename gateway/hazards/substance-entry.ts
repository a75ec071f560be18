import { type Checked, failed, passed } from './hazard-issue.ts'
import type { SubstanceQuantity } from './identification.ts'
import {
  type Localized,
  STANDARD,
  type Table2Row,
  table1Row,
  table2Row,
  table3Row,
  table3RowOf,
} from './standard.ts'

/** What the tables say of a substance: its critical quantity and β, and where each stands. */
export interface SubstanceEntry {
  readonly name: Localized
  /** Tonnes. */
  readonly criticalQuantity: string
  /** Null: neither in table 3 nor with a category. */
  readonly beta: string | null
  readonly criticalQuantityFrom: { readonly table: 1 | 2; readonly entry: string }
  readonly betaFrom: { readonly table: 3 | 4; readonly entry: string } | null
  readonly cautions: readonly Localized[]
}

const BETA_OF_SEVERAL: Localized = {
  zh: '标准未规定多种危险性时 β 如何取值，此处取最大值',
  en: 'the standard does not say which β counts for several categories; the largest is used',
}

export function substanceEntry(
  substance: SubstanceQuantity,
  path: string,
): Checked<SubstanceEntry> {
  if (substance.mixture === 'other-class' && substance.row !== undefined) {
    return failed(
      `${path}.row`,
      'mixture_needs_category',
      'a mixture in another hazard class than its pure substance is judged by its own categories (4.2.3), not by a row of table 1',
    )
  }
  const categories = rowsOf(substance.categories ?? [], `${path}.categories`)
  if (!categories.ok) return categories
  return substance.row === undefined
    ? byCategory(substance, categories.value, path)
    : byRow(substance.row, categories.value, path)
}

/** Table 1 gives Q; β comes from table 3 where the substance stands there, else by its category (4.3.2). */
function byRow(
  number: number,
  categories: readonly Table2Row[],
  path: string,
): Checked<SubstanceEntry> {
  const row = table1Row(number)
  if (row === null) {
    const message = `table 1 has rows 1 to ${STANDARD.table1.length}`
    return failed(`${path}.row`, 'substance_unknown', message)
  }
  const named = table3RowOf(number)
  const largest = largestBeta(categories)
  const severalBetas = named === null && differ(categories)
  return passed({
    name: row.name,
    criticalQuantity: row.criticalQuantity,
    beta: named?.beta ?? largest?.beta ?? null,
    criticalQuantityFrom: { table: 1, entry: String(row.row) },
    betaFrom: betaFromOf(named === null ? null : named.name.zh, largest),
    cautions: [
      ...(row.unverified === undefined ? [] : [row.unverified]),
      ...(named === null ? cautionsOf(categories) : []),
      ...(severalBetas ? [BETA_OF_SEVERAL] : []),
    ],
  })
}

/** Several categories: the lowest Q counts (4.1.2). Which β then applies is not said; the largest is taken, the cautious reading. */
function byCategory(
  substance: SubstanceQuantity,
  categories: readonly Table2Row[],
  path: string,
): Checked<SubstanceEntry> {
  const lowest = categories.toSorted(
    (one, other) => Number(one.criticalQuantity) - Number(other.criticalQuantity),
  )[0]
  if (lowest === undefined) {
    const message = 'at least one category of table 2 is needed'
    return failed(`${path}.categories`, 'category_missing', message)
  }
  const named = substance.betaRow === undefined ? null : table3Row(substance.betaRow)
  if (substance.betaRow !== undefined && named === null) {
    const message = `table 3 has rows 1 to ${STANDARD.table3.length}`
    return failed(`${path}.betaRow`, 'substance_unknown', message)
  }
  const largest = largestBeta(categories)
  return passed({
    name: named?.name ?? lowest.class,
    criticalQuantity: lowest.criticalQuantity,
    beta: named?.beta ?? largest?.beta ?? null,
    criticalQuantityFrom: { table: 2, entry: lowest.category },
    betaFrom: betaFromOf(named === null ? null : named.name.zh, largest),
    cautions: [
      ...cautionsOf(categories),
      ...(named === null && differ(categories) ? [BETA_OF_SEVERAL] : []),
    ],
  })
}

function betaFromOf(named: string | null, largest: Table2Row | null): SubstanceEntry['betaFrom'] {
  if (named !== null) return { table: 3, entry: named }
  return largest === null ? null : { table: 4, entry: largest.category }
}

function rowsOf(categories: readonly string[], path: string): Checked<readonly Table2Row[]> {
  const rows: Table2Row[] = []
  for (const category of categories) {
    const row = table2Row(category)
    if (row === null) {
      const known = STANDARD.table2.map((candidate) => candidate.category).join(', ')
      return failed(path, 'category_unknown', `table 2 has the categories ${known}`)
    }
    rows.push(row)
  }
  return passed(rows)
}

function largestBeta(rows: readonly Table2Row[]): Table2Row | null {
  return rows.toSorted((one, other) => Number(other.beta) - Number(one.beta))[0] ?? null
}

function differ(rows: readonly Table2Row[]): boolean {
  return rows.some((row) => row.beta !== rows[0]?.beta)
}

function cautionsOf(rows: readonly Table2Row[]): readonly Localized[] {
  return rows.flatMap((row) => row.unverified ?? [])
}
