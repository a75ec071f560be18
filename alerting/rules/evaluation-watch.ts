import { RULE_LIMITS } from '#config/limits.ts'
import type { Quality } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import type { Evaluation, EvaluationReason, RuleInput } from './level-change.ts'

/** One evaluation as it is shown to a person. */
export interface NotedEvaluation {
  readonly atMs: number
  readonly ruleVersion: number
  /** What it was about: a reading, the clock, or a changed rule. */
  readonly cause: RuleInput['kind']
  /** Of a reading: which point of the condition, its value and quality. Null: the judged point. */
  readonly operand: string | null
  readonly value: number | boolean | null
  readonly quality: Quality | null
  readonly reason: EvaluationReason
  /** Level after it, and the figure that was compared. */
  readonly level: number
  readonly figure: number | boolean | null
  readonly fault: string | null
}

/** An evaluation as the engine has it. */
export interface RawEvaluation {
  readonly rule: AlarmRule
  readonly input: RuleInput
  readonly evaluation: Evaluation
  readonly atMs: number
}

interface Ring {
  askedAtMs: number
  readonly evaluations: NotedEvaluation[]
}

/**
 * Keeps the last evaluations of what somebody looks at, and of nothing else: a point nobody has
 * asked for costs one look at an empty map. Bounded by `RULE_LIMITS`.
 */
export class EvaluationWatch {
  readonly #rings = new Map<string, Ring>()

  /** What was noted since the first call; asking keeps it going. */
  ask(key: string, nowMs: number): readonly NotedEvaluation[] {
    const ring = this.#rings.get(key) ?? { askedAtMs: nowMs, evaluations: [] }
    ring.askedAtMs = nowMs
    // Last in the map: asked for most recently.
    this.#rings.delete(key)
    this.#rings.set(key, ring)
    for (const [other, { askedAtMs }] of this.#rings) {
      const isTooMany = this.#rings.size > RULE_LIMITS.watchedMax
      if (!isTooMany && nowMs - askedAtMs <= RULE_LIMITS.watchedForMs) break
      this.#rings.delete(other)
    }
    return [...ring.evaluations]
  }

  /** Nobody looks at anything. */
  get isIdle(): boolean {
    return this.#rings.size === 0
  }

  note(key: string, noted: RawEvaluation): void {
    const ring = this.#rings.get(key)
    if (ring === undefined) return
    ring.evaluations.push(notedEvaluation(noted))
    if (ring.evaluations.length > RULE_LIMITS.evaluationsKeptMax) ring.evaluations.shift()
  }
}

export function notedEvaluation(raw: RawEvaluation): NotedEvaluation {
  const { rule, input, evaluation, atMs } = raw
  const isReading = input.kind === 'reading'
  const { memory, reason, fault } = evaluation
  return {
    atMs,
    ruleVersion: rule.version,
    cause: input.kind,
    operand: isReading ? (input.operand ?? null) : null,
    value: isReading ? input.value : null,
    quality: isReading ? input.quality : null,
    reason,
    level: memory?.level ?? 0,
    figure: memory?.value ?? null,
    fault: fault ?? null,
  }
}
