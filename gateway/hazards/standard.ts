import reference from '#config/standards/gb18218-2018.json' with { type: 'json' }

/** The tables of GB 18218 (config/standards/gb18218-2018.json), typed, each row with what is known of its source. */

export interface Localized {
  readonly zh: string
  readonly en: string
}

export interface Table1Row {
  readonly row: number
  readonly name: Localized
  readonly aliases: readonly string[]
  readonly cas: readonly string[]
  /** Tonnes. */
  readonly criticalQuantity: string
  readonly unverified?: Localized
}

export interface Table2Row {
  readonly category: string
  readonly class: Localized
  readonly criterion: Localized
  readonly criticalQuantity: string
  /** Table 4. */
  readonly beta: string
  readonly unverified?: Localized
}

export interface Table3Row {
  readonly name: Localized
  /** Null: carbon monoxide, which has no row of its own in table 1. */
  readonly table1Row: number | null
  readonly beta: string
}

export interface StandardRule {
  readonly id: string
  readonly clause: string
  readonly text: Localized
  readonly unverified?: Localized
}

export const STANDARD: {
  readonly standard: string
  readonly title: Localized
  readonly inForceFrom: string
  readonly provenance: Localized
  readonly rules: readonly StandardRule[]
  readonly table1: readonly Table1Row[]
  readonly table2: readonly Table2Row[]
  readonly table3: readonly Table3Row[]
  readonly table5: readonly { readonly exposedMin: number; readonly alpha: string }[]
  readonly table6: readonly { readonly hazardLevel: number; readonly rMin: string | null }[]
} = reference

const rowsOfTable1 = new Map(STANDARD.table1.map((row) => [row.row, row]))
const rowsOfTable2 = new Map(STANDARD.table2.map((row) => [row.category, row]))
const betaOfRow = new Map(
  STANDARD.table3.flatMap((row) => (row.table1Row === null ? [] : [[row.table1Row, row]])),
)

export function table1Row(row: number): Table1Row | null {
  return rowsOfTable1.get(row) ?? null
}

export function table2Row(category: string): Table2Row | null {
  return rowsOfTable2.get(category) ?? null
}

/** Rows of table 3 are counted from 1, in the order of the standard. */
export function table3Row(row: number): Table3Row | null {
  return STANDARD.table3[row - 1] ?? null
}

/** The row of table 3 that names the substance of this row of table 1. */
export function table3RowOf(row: number): Table3Row | null {
  return betaOfRow.get(row) ?? null
}
