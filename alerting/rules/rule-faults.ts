import type { EvaluationReason } from './level-change.ts'

/** What a rule could not do: the last time, and how often since it was last changed. */
export interface RuleFault {
  readonly ruleId: string
  readonly version: number
  /** Where it happened last. */
  readonly deviceId: string
  readonly point: string
  readonly atMs: number
  /** `division_by_zero`, `expression_failed` or `evaluation_failed`. */
  readonly reason: EvaluationReason
  /** In English, as the evaluation put it. */
  readonly detail: string
  readonly times: number
}

/** Marks on rules; one a rule, so no more than there are rules. */
export class RuleFaults {
  readonly #byRule = new Map<string, RuleFault>()

  note(fault: Omit<RuleFault, 'times'>): void {
    const known = this.#byRule.get(fault.ruleId)
    const times = known?.version === fault.version ? known.times + 1 : 1
    this.#byRule.set(fault.ruleId, { ...fault, times })
  }

  forget(ruleId: string): void {
    this.#byRule.delete(ruleId)
  }

  of(ruleId: string): RuleFault | null {
    return this.#byRule.get(ruleId) ?? null
  }

  all(): Iterable<RuleFault> {
    return this.#byRule.values()
  }
}
