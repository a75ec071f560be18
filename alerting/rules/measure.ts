import type { Condition, ConditionKind, ConditionOf } from './alarm-rule.ts'
import type { RuleContext } from './judging-tools.ts'
import {
  combinationMeasure,
  deviationMeasure,
  expressionMeasure,
  voteMeasure,
} from './operand-measures.ts'
import type { MeasureMemory } from './rule-memory.ts'
import { seasonMeasure } from './season-measure.ts'
import type { Sample, Signal } from './signal.ts'
import {
  aggregateMeasure,
  countMeasure,
  forecastMeasure,
  rateMeasure,
  stuckMeasure,
} from './window-measures.ts'

/**
 * How one kind of condition makes what is compared with its set-points: takes samples in, says what
 * they come to. Pure: memory in, memory out.
 */
export interface Measure<Kind extends ConditionKind> {
  /** What the memory was gathered for; of another shape it is dropped when a rule changes. */
  shape(condition: ConditionOf<Kind>): string
  /** Whether booleans count as 1 and 0; otherwise they are not judged. */
  readonly takesBooleans?: boolean
  observe(
    condition: ConditionOf<Kind>,
    memory: MeasureMemory,
    input: { readonly sample: Sample; readonly context: RuleContext },
  ): MeasureMemory
  signal(
    condition: ConditionOf<Kind>,
    memory: MeasureMemory | undefined,
    input: { readonly context: RuleContext },
  ): Signal
  /** When the signal changes by time alone. */
  wakeAtMs?(
    condition: ConditionOf<Kind>,
    memory: MeasureMemory,
    context: RuleContext,
  ): number | null
  /** What is left of it after a gap that voids; absent: all of it. */
  void?(memory: MeasureMemory): MeasureMemory | undefined
  /** As if the time of a pause had not been; absent: windows go on. */
  pause?(memory: MeasureMemory, pausedMs: number): MeasureMemory
  /** Whether forgetting it would change nothing, at level 0. Absent: never. */
  isIdle?(condition: ConditionOf<Kind>, memory: MeasureMemory): boolean
}

/** Kinds that gather something. The others are judged by the value as it comes. */
export type MeasuredKind = Exclude<ConditionKind, 'limit' | 'boolean' | 'no-data'>

const MEASURES: { readonly [Kind in MeasuredKind]: Measure<Kind> } = {
  rate: rateMeasure,
  deviation: deviationMeasure,
  stuck: stuckMeasure,
  count: countMeasure,
  aggregate: aggregateMeasure,
  vote: voteMeasure,
  combination: combinationMeasure,
  forecast: forecastMeasure,
  season: seasonMeasure,
  expression: expressionMeasure,
}

/** The measure of a condition; null where the value is compared as it is. */
export function measureOf(condition: Condition): Measure<ConditionKind> | null {
  if (condition.kind === 'limit' || condition.kind === 'boolean' || condition.kind === 'no-data') {
    return null
  }
  // Each measure is only ever given conditions of its own kind: the table's type says so.
  return MEASURES[condition.kind] as unknown as Measure<ConditionKind>
}
