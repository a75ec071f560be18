import type { HazardQuantity, Mixture } from '../contract.ts'
import { type HazardIssue, inputInvalid } from './hazard-issue.ts'
import { betaOf, tonnesOf } from './quantity.ts'
import { Rational } from './rational.ts'
import { STANDARD } from './standard.ts'
import { type SubstanceEntry, substanceEntry } from './substance-entry.ts'

/**
 * Identification and grading of a major hazard source by GB 18218: S = Σ q/Q (4.2.1), R = α · Σ β·q/Q
 * (4.3). Everything is exact; decimals come in and go out as text. The critical quantities, β, α and
 * levels are data (config/standards/gb18218-2018.json), each row with what is known of its source.
 */

/** One substance of a unit. */
export interface SubstanceQuantity {
  /** Design maximum, not the present stock (4.2.2). */
  readonly quantity: HazardQuantity
  /** A row of table 1; absent: judged by its categories. */
  readonly row?: number | undefined
  /** Row of table 3, for a substance that stands there but not in table 1 (carbon monoxide). */
  readonly betaRow?: number | undefined
  /** Categories of table 2. Beside a row they only give its β where table 3 has none. */
  readonly categories?: readonly string[] | undefined
  readonly mixture?: Mixture | undefined
  /** Decimal text; replaces the β of the tables, e.g. where a firm's assessment says otherwise. */
  readonly beta?: string | undefined
  /** Shown instead of the table's name. */
  readonly name?: string | undefined
}

export interface IdentificationLine {
  readonly name: { readonly zh: string; readonly en: string }
  /** As it was given, with its unit; `q` is the same in tonnes. */
  readonly given: HazardQuantity
  readonly q: string
  readonly criticalQuantity: string
  readonly beta: string | null
  readonly sTerm: string
  readonly rTerm: string | null
  /** Where Q stands: `row` of table 1 or `category` of table 2. */
  readonly criticalQuantityFrom: { readonly table: 1 | 2; readonly entry: string }
  /** Where β stands; `given`: by the person. */
  readonly betaFrom: { readonly table: 3 | 4 | 'given'; readonly entry: string } | null
  readonly clauses: readonly string[]
  /** The same in one line, e.g. `GB 18218-2018 table 1 row 4; β: table 3`. */
  readonly source: string
  /** What of this line could not be verified or is a choice of ours. */
  readonly cautions: readonly { readonly zh: string; readonly en: string }[]
  /** The cautions in English; null when there is none. */
  readonly warning: string | null
}

/** As far as it could be calculated; `issues` says what stands in the way of the rest. */
export interface Evaluation {
  /** Null while a substance has no usable quantity or no critical quantity. */
  readonly s: string | null
  /** Null also where the unit is no major hazard source: R has no meaning then. */
  readonly r: string | null
  readonly alpha: string | null
  readonly majorHazard: boolean | null
  readonly hazardLevel: 1 | 2 | 3 | 4 | null
  /** False when a quotient has no finite decimal: the texts are rounded, the judgement is not. */
  readonly exact: boolean
  /** One a substance, in order; null where it could not be calculated. */
  readonly lines: readonly (IdentificationLine | null)[]
  readonly issues: readonly HazardIssue[]
}

/** Complete, without issues. */
export interface Identification {
  readonly s: string
  readonly r: string | null
  readonly alpha: string
  readonly majorHazard: boolean
  readonly hazardLevel: 1 | 2 | 3 | 4 | null
  readonly exact: boolean
  readonly lines: readonly IdentificationLine[]
}

export interface HazardUnit {
  readonly substances: readonly SubstanceQuantity[]
  /** Permanent residents within 500 m of the plant's boundary (table 5); null: not known yet. */
  readonly exposedPopulation: number | null
}

interface Term {
  readonly line: IdentificationLine
  readonly s: Rational
  readonly r: Rational | null
  readonly exact: boolean
}

/**
 * `quantityField`: what the caller calls the quantity, for the paths of issues.
 *
 * @throws CodedError `hazard_input_invalid` (details.issues names the fields) for an unknown row or
 * category, a quantity that cannot be, a substance listed twice, a missing β.
 */
export function identify(
  unit: HazardUnit,
  options: { readonly quantityField?: string } = {},
): Identification {
  const { issues, s, alpha, majorHazard, lines, ...rest } = evaluate(unit)
  if (issues.length > 0 || s === null || alpha === null || majorHazard === null) {
    const field = options.quantityField ?? 'quantity'
    throw inputInvalid(
      issues.map((issue) => ({ ...issue, path: issue.path.replace(/quantity$/, field) })),
    )
  }
  return { ...rest, s, alpha, majorHazard, lines: lines.filter((line) => line !== null) }
}

/** Never throws: what cannot be calculated is null, with the reason among the issues. */
export function evaluate(unit: HazardUnit): Evaluation {
  const { substances, exposedPopulation } = unit
  const issues: HazardIssue[] = [...repeats(substances)]
  if (substances.length === 0) {
    issues.push({
      path: 'substances',
      code: 'unit_empty',
      message: 'at least one substance is needed',
    })
  }
  const alpha = alphaOf(exposedPopulation)
  if (alpha === null) issues.push(populationIssue(exposedPopulation))
  const terms = substances.map((substance, index) => {
    const outcome = termOf(substance, `substances.${index}`)
    if ('issues' in outcome) issues.push(...outcome.issues)
    return 'issues' in outcome ? null : outcome
  })
  const known = terms.filter((term) => term !== null)
  const isWhole = known.length === terms.length && terms.length > 0
  const s = isWhole ? sum(known.map((term) => term.s)) : null
  const majorHazard = s?.isAtLeast(decimal('1')) ?? null
  if (majorHazard === true) issues.push(...missingBetas(known))
  const r = majorHazard === true && alpha !== null ? gradeOf(known, decimal(alpha)) : null
  const sText = s?.toDecimal() ?? null
  const rText = r?.toDecimal() ?? null
  return {
    s: sText?.text ?? null,
    r: rText?.text ?? null,
    alpha,
    majorHazard,
    hazardLevel: r === null ? null : levelOf(r),
    exact: (sText?.exact ?? true) && (rText?.exact ?? true) && known.every((term) => term.exact),
    lines: terms.map((term) => term?.line ?? null),
    issues,
  }
}

function termOf(
  substance: SubstanceQuantity,
  path: string,
): Term | { readonly issues: readonly HazardIssue[] } {
  const q = tonnesOf(substance.quantity, `${path}.quantity`)
  const entry = substanceEntry(substance, path)
  const given = substance.beta === undefined ? null : betaOf(substance.beta, `${path}.beta`)
  if (!q.ok || !entry.ok || given?.ok === false) {
    const outcomes = [q, entry, ...(given === null ? [] : [given])]
    return { issues: outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.issue])) }
  }
  const beta = given?.value ?? (entry.value.beta === null ? null : decimal(entry.value.beta))
  const s = q.value.dividedBy(decimal(entry.value.criticalQuantity))
  const r = beta === null ? null : s.times(beta)
  const exact = s.toDecimal().exact && (r?.toDecimal().exact ?? true)
  return { s, r, exact, line: lineOf(substance, entry.value, { q: q.value, s, r, beta }) }
}

function lineOf(
  substance: SubstanceQuantity,
  entry: SubstanceEntry,
  figures: {
    readonly q: Rational
    readonly s: Rational
    readonly r: Rational | null
    readonly beta: Rational | null
  },
): IdentificationLine {
  const { name } = substance
  const betaFrom =
    substance.beta === undefined ? entry.betaFrom : { table: 'given' as const, entry: '' }
  const mixture = substance.mixture ?? 'pure'
  return {
    name: name === undefined ? entry.name : { zh: name, en: name },
    given: substance.quantity,
    q: figures.q.toDecimal().text,
    criticalQuantity: entry.criticalQuantity,
    beta: figures.beta?.toDecimal().text ?? null,
    sTerm: figures.s.toDecimal().text,
    rTerm: figures.r?.toDecimal().text ?? null,
    criticalQuantityFrom: entry.criticalQuantityFrom,
    betaFrom: figures.beta === null ? null : betaFrom,
    clauses: ['4.1.2', '4.2.1', '4.2.2', ...(mixture === 'pure' ? [] : ['4.2.3']), '4.3.2'],
    source: sourceOf(entry, figures.beta === null ? null : betaFrom),
    cautions: entry.cautions,
    warning: entry.cautions.length === 0 ? null : entry.cautions.map(({ en }) => en).join('; '),
  }
}

function sourceOf(entry: SubstanceEntry, betaFrom: IdentificationLine['betaFrom']): string {
  const { table, entry: place } = entry.criticalQuantityFrom
  const q = `${STANDARD.standard} table ${table} ${table === 1 ? 'row ' : ''}${place}`
  if (betaFrom === null) return q
  if (betaFrom.table === 'given') return `${q}; β: given`
  return `${q}; β: table ${betaFrom.table}${betaFrom.table === 4 ? ` ${betaFrom.entry}` : ''}`
}

function missingBetas(terms: readonly Term[]): readonly HazardIssue[] {
  return terms.flatMap(({ r, line }, index) =>
    r === null
      ? [
          {
            path: `substances.${index}.categories`,
            code: 'beta_missing' as const,
            message: `${line.name.en} is not in table 3: its β follows from its hazard category, which is needed to grade`,
          },
        ]
      : [],
  )
}

function gradeOf(terms: readonly Term[], alpha: Rational): Rational | null {
  const parts = terms.map((term) => term.r).filter((r) => r !== null)
  return parts.length === terms.length ? sum(parts).times(alpha) : null
}

function levelOf(r: Rational): 1 | 2 | 3 | 4 {
  // Level 4 has no lower edge: a major hazard source is never below it.
  for (const { hazardLevel, rMin } of STANDARD.table6) {
    if (rMin === null || r.isAtLeast(decimal(rMin))) return hazardLevel as 1 | 2 | 3 | 4
  }
  return 4
}

/** Table 5; null for what is no number of people. */
function alphaOf(exposedPopulation: number | null): string | null {
  if (exposedPopulation === null || !Number.isSafeInteger(exposedPopulation)) return null
  const row = STANDARD.table5.find((candidate) => exposedPopulation >= candidate.exposedMin)
  return row?.alpha ?? null
}

function populationIssue(exposedPopulation: number | null): HazardIssue {
  const message = 'a whole number of people, 0 or more, is needed'
  const code = exposedPopulation === null ? 'population_missing' : 'population_impossible'
  return { path: 'exposedPopulation', code, message }
}

/** A substance counts once in a unit: its quantities are to be added up before. A name of its own tells two apart. */
function repeats(substances: readonly SubstanceQuantity[]): readonly HazardIssue[] {
  const seen = new Map<string, number>()
  return substances.flatMap((substance, index) => {
    const key = identityOf(substance)
    const first = key === null ? undefined : seen.get(key)
    if (key !== null && first === undefined) seen.set(key, index)
    if (first === undefined) return []
    const path = `substances.${index}.${substance.row === undefined ? 'name' : 'row'}`
    const message = `this substance is listed already, at ${first}; add the quantities up`
    return [{ path, code: 'substance_repeated' as const, message }]
  })
}

function identityOf({ row, name, categories }: SubstanceQuantity): string | null {
  if (row !== undefined) return `${row} ${name ?? ''}`
  return name === undefined ? null : `${name} ${categories?.toSorted().join() ?? ''}`
}

function sum(terms: readonly Rational[]): Rational {
  return terms.reduce((total, term) => total.plus(term), Rational.zero)
}

/** For figures of the reference data, which are decimals by construction. */
function decimal(text: string): Rational {
  const value = Rational.parse(text)
  if (value === null) throw new RangeError(`not a decimal in the reference data: ${text}`)
  return value
}
