import { CodedError } from '#alerting/errors.ts'
import reference from '#config/standards/gb18218-2018.json' with { type: 'json' }
import { Rational } from './rational.ts'

/**
 * Identification and grading of a major hazard source by GB 18218: S = Σ q/Q (4.2.1), R = α · Σ β·q/Q
 * (4.3). Everything is exact; decimals come in and go out as text. The critical quantities, β, α and
 * levels are data (config/standards/gb18218-2018.json), each row with what is known of its source.
 */

/** One substance of the unit. `quantityTonnes`: design maximum, not the present stock (4.2.2). */
export type SubstanceQuantity = {
  /** Decimal text, above 0. */
  readonly quantityTonnes: string
  /** Decimal text; replaces the β of the tables, e.g. where a firm's assessment says otherwise. */
  readonly beta?: string | undefined
  /** Shown instead of the table's name. */
  readonly name?: string | undefined
} & (
  | {
      /** A row of table 1; β then comes from table 3 or, for the rest, from the category given. */
      readonly row: number
      readonly category?: string | undefined
    }
  | {
      /** Categories of table 2 that the substance falls under; the lowest critical quantity counts (4.1.2). */
      readonly categories: readonly string[]
    }
)

export interface IdentificationLine {
  readonly name: { readonly zh: string; readonly en: string }
  readonly q: string
  readonly criticalQuantity: string
  readonly beta: string | null
  readonly sTerm: string
  readonly rTerm: string | null
  /** Where Q and β stand, e.g. `GB 18218-2018 table 1 row 4; β: table 3`. */
  readonly source: string
  /** What of this line could not be verified, in words; null when nothing. */
  readonly warning: string | null
}

export interface Identification {
  readonly s: string
  /** Null where the unit is no major hazard source: R has no meaning then. */
  readonly r: string | null
  readonly alpha: string
  readonly majorHazard: boolean
  readonly hazardLevel: 1 | 2 | 3 | 4 | null
  /** False when a quotient has no finite decimal: the texts are rounded, the judgement is not. */
  readonly exact: boolean
  readonly lines: readonly IdentificationLine[]
}

interface Term {
  readonly line: IdentificationLine
  readonly s: Rational
  readonly r: Rational | null
  readonly exact: boolean
}

/**
 * @throws CodedError `hazard_input_invalid` (details.issues names the field) for an unknown row or
 * category, a quantity that is no decimal above 0, a substance listed twice, a missing β.
 */
export function identify(unit: {
  readonly substances: readonly SubstanceQuantity[]
  /** Permanent residents within 500 m of the plant's boundary (table 5). */
  readonly exposedPopulation: number
}): Identification {
  if (unit.substances.length === 0) throw invalid('substances', 'at least one substance is needed')
  const alpha = alphaOf(unit.exposedPopulation)
  refuseRepeats(unit.substances)
  const terms = unit.substances.map((substance, index) => termOf(substance, `substances.${index}`))
  const s = terms.reduce((sum, term) => sum.plus(term.s), Rational.zero)
  const majorHazard = s.isAtLeast(decimal('1'))
  const r = majorHazard ? gradeOf(terms).times(decimal(alpha)) : null
  const sText = s.toDecimal()
  const rText = r?.toDecimal() ?? null
  return {
    s: sText.text,
    r: rText?.text ?? null,
    alpha,
    majorHazard,
    hazardLevel: r === null ? null : levelOf(r),
    exact: sText.exact && (rText?.exact ?? true) && terms.every((term) => term.exact),
    lines: terms.map((term) => term.line),
  }
}

function termOf(substance: SubstanceQuantity, path: string): Term {
  const q = positive(substance.quantityTonnes, `${path}.quantityTonnes`)
  const entry = 'row' in substance ? rowEntry(substance, path) : categoryEntry(substance, path)
  const beta = substance.beta ?? entry.beta
  const s = q.dividedBy(decimal(entry.criticalQuantity))
  const r = beta === null ? null : s.times(positive(beta, `${path}.beta`))
  const betaSource = substance.beta === undefined ? entry.betaSource : 'given'
  const sText = s.toDecimal()
  const rText = r?.toDecimal() ?? null
  return {
    s,
    r,
    exact: sText.exact && (rText?.exact ?? true),
    line: {
      name: substance.name === undefined ? entry.name : { zh: substance.name, en: substance.name },
      q: q.toDecimal().text,
      criticalQuantity: entry.criticalQuantity,
      beta,
      sTerm: sText.text,
      rTerm: rText?.text ?? null,
      source: `${reference.standard} ${entry.source}${beta === null ? '' : `; β: ${betaSource}`}`,
      warning: entry.warning,
    },
  }
}

interface Entry {
  readonly name: { readonly zh: string; readonly en: string }
  readonly criticalQuantity: string
  readonly beta: string | null
  readonly betaSource: string
  readonly source: string
  readonly warning: string | null
}

/** Table 1 gives Q; β comes from table 3 where the substance stands there, else by its category (4.3.2). */
function rowEntry(
  substance: { readonly row: number; readonly category?: string | undefined },
  path: string,
): Entry {
  const row = reference.table1.find((candidate) => candidate.row === substance.row)
  if (row === undefined) {
    throw invalid(`${path}.row`, `table 1 has rows 1 to ${reference.table1.length}`)
  }
  const named = reference.table3.find((candidate) => candidate.table1Row === row.row)
  const category = substance.category === undefined ? null : categoryRow(substance.category, path)
  return {
    name: row.name,
    criticalQuantity: row.criticalQuantity,
    beta: named?.beta ?? category?.beta ?? null,
    betaSource: named === undefined ? `table 4 ${category?.category ?? ''}` : 'table 3',
    source: `table 1 row ${row.row}`,
    warning: row.unverified ?? null,
  }
}

/**
 * Several categories: the lowest Q counts (4.1.2). Which β then applies is not said; the largest is
 * taken, the cautious reading, and the line says so.
 */
function categoryEntry(substance: { readonly categories: readonly string[] }, path: string): Entry {
  const rows = substance.categories.map((category) => categoryRow(category, path))
  const lowest = rows.toSorted((a, b) => Number(a.criticalQuantity) - Number(b.criticalQuantity))[0]
  const largest = rows.toSorted((a, b) => Number(b.beta) - Number(a.beta))[0]
  if (lowest === undefined || largest === undefined) {
    throw invalid(`${path}.categories`, 'at least one category of table 2 is needed')
  }
  const warnings = rows.flatMap((row) => row.unverified ?? [])
  if (rows.some((row) => row.beta !== largest.beta)) {
    warnings.push(
      'the standard does not say which β counts for several categories; the largest is used',
    )
  }
  return {
    name: lowest.class,
    criticalQuantity: lowest.criticalQuantity,
    beta: largest.beta,
    betaSource: `table 4 ${largest.category}`,
    source: `table 2 ${lowest.category}`,
    warning: warnings.length === 0 ? null : warnings.join('; '),
  }
}

function categoryRow(category: string, path: string) {
  const row = reference.table2.find((candidate) => candidate.category === category)
  if (row === undefined) {
    const known = reference.table2.map((candidate) => candidate.category).join(', ')
    throw invalid(`${path}.category`, `table 2 has the categories ${known}`)
  }
  return row
}

function gradeOf(terms: readonly Term[]): Rational {
  return terms.reduce((sum, { r, line }, index) => {
    if (r === null) {
      throw invalid(
        `substances.${index}.category`,
        `${line.name.en} is not in table 3: its β follows from its hazard category, which is needed to grade`,
      )
    }
    return sum.plus(r)
  }, Rational.zero)
}

function levelOf(r: Rational): 1 | 2 | 3 | 4 {
  // Level 4 has no lower edge: a major hazard source is never below it.
  for (const { hazardLevel, rMin } of reference.table6) {
    if (rMin === null || r.isAtLeast(decimal(rMin))) return hazardLevel as 1 | 2 | 3 | 4
  }
  return 4
}

function alphaOf(exposedPopulation: number): string {
  if (!Number.isSafeInteger(exposedPopulation) || exposedPopulation < 0) {
    throw invalid('exposedPopulation', 'a whole number of people, 0 or more, is needed')
  }
  const row = reference.table5.find((candidate) => exposedPopulation >= candidate.exposedMin)
  if (row === undefined) throw new RangeError('table 5 covers every population')
  return row.alpha
}

/** A substance counts once: its quantities are to be added up before. */
function refuseRepeats(substances: readonly SubstanceQuantity[]): void {
  const seen = new Map<number, number>()
  for (const [index, substance] of substances.entries()) {
    if (!('row' in substance) || substance.name !== undefined) continue
    const first = seen.get(substance.row)
    if (first !== undefined) {
      throw invalid(
        `substances.${index}.row`,
        `row ${substance.row} is listed already, at ${first}; add the quantities up`,
      )
    }
    seen.set(substance.row, index)
  }
}

const INTEGER_DIGITS_MAX = 9
const FRACTION_DIGITS_MAX = 9

function positive(text: string, path: string): Rational {
  const value = Rational.parse(text)
  const [whole = '', fraction = ''] = text.split('.')
  if (value === null || !text.match(/[1-9]/) || text.startsWith('-')) {
    throw invalid(path, `a decimal above 0 is needed, not "${text.slice(0, 40)}"`)
  }
  if (whole.length > INTEGER_DIGITS_MAX || fraction.length > FRACTION_DIGITS_MAX) {
    throw invalid(
      path,
      `at most ${INTEGER_DIGITS_MAX} digits before and ${FRACTION_DIGITS_MAX} after the point`,
    )
  }
  return value
}

/** For figures of the reference data, which are decimals by construction. */
function decimal(text: string): Rational {
  const value = Rational.parse(text)
  if (value === null) throw new RangeError(`not a decimal in the reference data: ${text}`)
  return value
}

function invalid(path: string, message: string): CodedError<'hazard_input_invalid'> {
  return new CodedError('hazard_input_invalid', message, {
    details: { issues: [{ path, message }] },
  })
}
