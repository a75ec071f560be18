import { isBoolean } from '../reading-columns.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { isLow } from './condition.ts'

/** Figures between two, without both. */
interface Span {
  readonly above: number
  readonly below: number
}

/**
 * Good values in time that leave a rule at rest where it is, so that nothing needs to be asked of it: by
 * far the most frequent case, and the one that must cost nothing. As they stand in columns, where a
 * boolean is 0 or 1.
 */
export interface Quiet {
  readonly numbers: Span
  readonly booleans: Span
}

const ALL: Span = { above: Number.NEGATIVE_INFINITY, below: Number.POSITIVE_INFINITY }
const NONE: Span = { above: Number.POSITIVE_INFINITY, below: Number.NEGATIVE_INFINITY }

export const ANYTHING: Quiet = { numbers: ALL, booleans: ALL }

/** Null: that cannot be told from the value alone. Says what `evaluate` would. */
export function quietOf({ condition }: AlarmRule): Quiet | null {
  if (condition.kind === 'boolean') {
    const other = condition.is ? 0 : 1
    return { numbers: NONE, booleans: { above: other - 1, below: other + 1 } }
  }
  // A broken rule, without set-points, is marked when it is evaluated; the others go on.
  if (condition.kind !== 'limit' || !('setpoints' in condition)) return null
  const first = condition.setpoints[0]?.setpoint
  if (typeof first !== 'number') return null
  const numbers = isLow(condition) ? { ...ALL, above: first } : { ...ALL, below: first }
  return { numbers, booleans: NONE }
}

/** What leaves both rules at rest. */
export function overlapOf(one: Quiet, other: Quiet): Quiet {
  return {
    numbers: overlap(one.numbers, other.numbers),
    booleans: overlap(one.booleans, other.booleans),
  }
}

/** `flags`, `value`: as in columns. */
export function isQuiet({ numbers, booleans }: Quiet, flags: number, value: number): boolean {
  const { above, below } = isBoolean(flags) ? booleans : numbers
  return value > above && value < below
}

function overlap(one: Span, other: Span): Span {
  return { above: Math.max(one.above, other.above), below: Math.min(one.below, other.below) }
}
