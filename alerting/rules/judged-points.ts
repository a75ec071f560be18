import type { AlarmRule } from './alarm-rule.ts'
import { isPassed } from './condition.ts'
import { type Cause, causeKey } from './condition-event.ts'
import { plainSignal } from './judge.ts'

/** A rule on a point, with what is worked out of both once. */
export interface Judgement {
  readonly rule: AlarmRule
  readonly cause: Cause
  readonly key: string
  /** The rule compares the value as it comes; see `isQuiet`. */
  readonly isPlain: boolean
  /** There was no watch for it when so many had been added (`Watches.added`); looking again costs more. */
  unwatchedAt: number
}

/** A point that is judged or looked at, and the last value it had; null: none yet. */
export interface JudgedPoint {
  readonly deviceId: string
  readonly point: string
  value: number | boolean | null
  /** As the directory gave them; another list means that the rules are others. */
  rules: readonly AlarmRule[]
  judgements: readonly Judgement[]
}

/**
 * Whether a good value in time leaves a rule that is at rest where it is: by far the most frequent
 * case, and the one that must cost nothing. Says what `evaluate` would.
 */
export function isQuiet({ rule, isPlain }: Judgement, value: number | boolean): boolean {
  if (!isPlain) return false
  const { condition } = rule
  if (condition.kind === 'boolean') return value === !condition.is
  return typeof value === 'number' && !isPassed(condition, 1, plainSignal(rule, value))
}

/** The points that rules speak of and that have been heard. */
export class JudgedPoints {
  readonly #devices = new Map<string, Map<string, JudgedPoint>>()
  /** Asked for last: the points of a device are heard one after the other. */
  #last: { readonly deviceId: string; readonly points: Map<string, JudgedPoint> } | null = null

  /** The point with these rules, made when it is heard first. */
  take(deviceId: string, point: string, rules: readonly AlarmRule[]): JudgedPoint {
    const known = this.#pointsOf(deviceId)?.get(point)
    if (known === undefined) return this.#add({ deviceId, point }, rules)
    if (known.rules !== rules) {
      known.rules = rules
      known.judgements = judgementsOf(known, rules)
    }
    return known
  }

  forget({ deviceId, point }: JudgedPoint): void {
    const points = this.#devices.get(deviceId)
    points?.delete(point)
    if (points?.size !== 0) return
    this.#devices.delete(deviceId)
    this.#last = null
  }

  *all(): Iterable<JudgedPoint> {
    for (const points of this.#devices.values()) yield* points.values()
  }

  #pointsOf(deviceId: string): Map<string, JudgedPoint> | null {
    if (this.#last?.deviceId === deviceId) return this.#last.points
    const points = this.#devices.get(deviceId)
    if (points === undefined) return null
    this.#last = { deviceId, points }
    return points
  }

  #add(at: Pick<JudgedPoint, 'deviceId' | 'point'>, rules: readonly AlarmRule[]): JudgedPoint {
    const made = { ...at, value: null, rules, judgements: judgementsOf(at, rules) }
    const points = this.#devices.get(at.deviceId)
    if (points === undefined) this.#devices.set(at.deviceId, new Map([[at.point, made]]))
    else points.set(at.point, made)
    return made
  }
}

function judgementsOf(
  { deviceId, point }: Pick<JudgedPoint, 'deviceId' | 'point'>,
  rules: readonly AlarmRule[],
): readonly Judgement[] {
  return rules.map((rule) => {
    const cause = { ruleId: rule.id, deviceId, point }
    const { condition } = rule
    const isPlain =
      condition.kind === 'boolean' || (condition.kind === 'limit' && 'setpoints' in condition)
    return { rule, cause, key: causeKey(cause), isPlain, unwatchedAt: -1 }
  })
}
