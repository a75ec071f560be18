/**
 * What a rule remembers of one point between readings; absent when at rest. `level` is the index of
 * the deepest set-point in force plus one (0: normal). A pending rise or fall has begun at its
 * `sinceMs` and takes effect when its delay is over.
 */
export interface RuleMemory {
  readonly level: number
  readonly rise: { readonly level: number; readonly sinceMs: number } | null
  readonly fall: { readonly level: number; readonly sinceMs: number } | null
  /** Value that was judged last. */
  readonly value: number | boolean | null
  /** `no-data`: when the point was heard last. */
  readonly heardAtMs: number | null
  /** Where the present occurrence began; the id of its alarm derives from it. */
  readonly onset: string | null
}
