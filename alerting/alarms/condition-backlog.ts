import type { Grade } from '../rules/alarm-rule.ts'
import { type ConditionEvent, causeKey } from '../rules/condition-event.ts'

/** A condition that is decided and has its place in the order of the engine, whenever it is applied. */
export interface WaitingCondition {
  readonly order: number
  readonly event: ConditionEvent
}

interface Cause {
  readonly grade: Grade
  readonly waiting: WaitingCondition[]
}

const GRADES: readonly Grade[] = [1, 2, 3, 4]
const RED_ALONE: readonly Grade[] = [1]

/**
 * Conditions that are decided, stand on disk and wait to be applied, because there are too many for one
 * commit. The most urgent cause is next; of one grade, the one that has waited longest. What happened
 * to one cause stays in its order, so a cause goes as soon as the worst of it.
 */
export class ConditionBacklog {
  readonly #causes = new Map<string, Cause>()
  readonly #keysOf: Readonly<Record<Grade, Set<string>>> = {
    1: new Set(),
    2: new Set(),
    3: new Set(),
    4: new Set(),
  }
  #size = 0

  get size(): number {
    return this.#size
  }

  /** In order; behind everything that waits already. */
  add(conditions: readonly WaitingCondition[]): void {
    for (const condition of conditions) {
      const key = causeKey(condition.event)
      const known = this.#causes.get(key)
      const grade = gradeOf(condition.event)
      const waiting = known?.waiting ?? []
      waiting.push(condition)
      this.#size += 1
      if (known !== undefined && known.grade <= grade) continue
      if (known !== undefined) this.#keysOf[known.grade].delete(key)
      this.#keysOf[grade].add(key)
      this.#causes.set(key, { grade, waiting })
    }
  }

  /** The most urgent of them, in the order of the engine. Red ones are not kept waiting for company. */
  mostUrgent(countMax: number): readonly WaitingCondition[] {
    const taken: WaitingCondition[] = []
    const grades = this.#keysOf[1].size > 0 ? RED_ALONE : GRADES
    for (const grade of grades) {
      for (const key of this.#keysOf[grade]) {
        if (taken.length >= countMax) break
        const waiting = this.#causes.get(key)?.waiting ?? []
        taken.push(...waiting.slice(0, countMax - taken.length))
      }
    }
    return taken.sort((one, other) => one.order - other.order)
  }

  /** They are applied. */
  remove(applied: readonly WaitingCondition[]): void {
    for (const { event } of applied) {
      const key = causeKey(event)
      const cause = this.#causes.get(key)
      if (cause?.waiting.shift() === undefined) continue
      this.#size -= 1
      if (cause.waiting.length > 0) continue
      this.#causes.delete(key)
      this.#keysOf[cause.grade].delete(key)
    }
  }

  /** Everything before it is applied; infinite when nothing waits. */
  get firstOrder(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { waiting } of this.#causes.values()) {
      first = Math.min(first, waiting[0]?.order ?? Number.POSITIVE_INFINITY)
    }
    return first
  }
}

/** What has gone can wait. */
function gradeOf(event: ConditionEvent): Grade {
  return event.kind === 'returned' || event.kind === 're-alarmed' ? 4 : event.grade
}
