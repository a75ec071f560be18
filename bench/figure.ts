/**
 * What a measurement found: one quantity, of us and of each peer, a number a round. The rounds of all
 * take turns in one run, so the numbers of one position belong together and may be divided.
 */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly better: 'more' | 'less'
  /** Ours first. */
  readonly columns: readonly Column[]
  readonly limits?: readonly Limit[]
}

export interface Column {
  readonly who: string
  readonly rounds: readonly number[]
}

/** Ours divided by a peer's of the same round, or ours less the peer's, or ours by itself. */
export interface Limit {
  readonly peer: string | null
  /** How ours is held beside the peer's; as a ratio unless told. */
  readonly as?: 'ratio' | 'difference'
  readonly is: 'at least' | 'at most'
  readonly bound: number
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export interface Verdict {
  readonly limit: Limit
  readonly measured: Spread
  readonly isKept: boolean
}

/** What a measurement's process tells the one that writes the report. */
export type Told = { readonly figure: Figure } | { readonly remark: string }

export const OURS = 'vigil'

/** For people on the screen, for the report through the channel to the process that asked. */
export function tellFigure(figure: Figure): void {
  console.log(`${figure.name}, ${figure.unit}`)
  for (const { who, rounds } of figure.columns) {
    console.log(`  ${who.padEnd(28)} ${describeSpread(spreadOf(rounds))}`)
  }
  for (const line of verdictsOf(figure).map(describeVerdict)) console.log(`  ${line}`)
  tell({ figure })
}

/** What is not a number: a peer that is not there, a condition of the measurement. */
export function tellRemark(remark: string): void {
  console.log(remark)
  tell({ remark })
}

function tell(told: Told): void {
  process.send?.(told)
}

export function verdictsOf({ columns, limits = [] }: Figure): readonly Verdict[] {
  const ours = columns[0]?.rounds ?? []
  return limits.flatMap((limit) => {
    const peer = columns.find(({ who }) => who === limit.peer)?.rounds
    if (limit.peer !== null && peer === undefined) return []
    const measured = spreadOf(
      ours.map((value, round) => {
        if (peer === undefined) return value
        const other = peer[round] ?? Number.NaN
        return limit.as === 'difference' ? value - other : value / other
      }),
    )
    const isKept =
      limit.is === 'at least' ? measured.median >= limit.bound : measured.median <= limit.bound
    return [{ limit, measured, isKept }]
  })
}

export function spreadOf(rounds: readonly number[]): Spread {
  const sorted = rounds.toSorted((left, right) => left - right)
  const half = sorted.length / 2
  const [below, above] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  return {
    min: sorted[0] ?? Number.NaN,
    median: ((below ?? Number.NaN) + (above ?? Number.NaN)) / 2,
    max: sorted.at(-1) ?? Number.NaN,
  }
}

export function medianOf(rounds: readonly number[]): number {
  return spreadOf(rounds).median
}

/** Of each round the most that any of them took. */
export function mostOf(all: readonly (readonly number[])[]): readonly number[] {
  return (all[0] ?? []).map((_, round) => Math.max(...all.map((rounds) => rounds[round] ?? 0)))
}

/** The value below which the share of them lies. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}

export function describeSpread({ min, median, max }: Spread): string {
  return `${describeNumber(median)} (${describeNumber(min)} … ${describeNumber(max)})`
}

export function describeVerdict({ limit, measured, isKept }: Verdict): string {
  const what = limit.peer === null ? 'by itself' : `${limit.as ?? 'ratio'} to ${limit.peer}`
  const bound = `${limit.is} ${describeNumber(limit.bound)}`
  return `${what} ${describeSpread(measured)}, ${bound}: ${isKept ? 'kept' : 'NOT KEPT'}`
}

/** What was asked, in short: `≤ 1.2 × bare aedes`, `≤ bare aedes + 5`, `≥ 100`. */
export function describeLimit({ peer, as, is, bound }: Limit): string {
  const sign = is === 'at least' ? '≥' : '≤'
  const number = describeNumber(bound)
  if (peer === null) return `${sign} ${number}`
  return as === 'difference' ? `${sign} ${peer} + ${number}` : `${sign} ${number} × ${peer}`
}

/** Two or three digits that count; whole numbers in full. */
export function describeNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 4
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}
