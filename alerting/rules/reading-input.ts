import { marksIn, qualityIn, type ReadingColumns, valueIn } from '../reading-columns.ts'
import type { RuleInput } from './level-change.ts'

export type ReadingInput = Extract<RuleInput, { kind: 'reading' }>

/** A reading of a batch, as rules are given it. */
export function inputOf(columns: ReadingColumns, index: number): ReadingInput {
  const flags = columns.flags[index] as number
  return {
    kind: 'reading',
    value: valueIn(flags, columns.values[index] as number),
    quality: qualityIn(flags),
    marks: marksIn(flags),
    observedAtMs: columns.observedAtMs[index] as number,
  }
}
