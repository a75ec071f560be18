/** A level whose condition holds since `sinceMs` and takes effect when its delay is over. */
export interface PendingLevel {
  readonly level: number
  readonly sinceMs: number
}

/**
 * What a rule remembers of one point between readings; absent when at rest. `level` is the index of
 * the deepest set-point in force plus one (0: normal).
 */
export interface RuleMemory {
  readonly level: number
  /** Deeper levels under their on-delay, mild to severe. */
  readonly rises: readonly PendingLevel[]
  /** Milder levels (0: normal) under their off-delay, severe to mild. */
  readonly falls: readonly PendingLevel[]
  /** A late value, judged at `dueAtMs` if nothing newer has come by then. */
  readonly held: { readonly value: number | boolean; readonly dueAtMs: number } | null
  /** Value that was judged last. */
  readonly value: number | boolean | null
  /** `no-data`: when the point was heard last. */
  readonly heardAtMs: number | null
  /** Where the present occurrence began; the id of its alarm derives from it. */
  readonly onset: string | null
}
