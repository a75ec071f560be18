import type { JudgedPoint, Judgement } from './judged-points.ts'
import { isQuiet } from './quiet.ts'
import type { Watch, Watches } from './watches.ts'

/** A good value in time, as it stands in columns. */
export interface PlainValue {
  readonly flags: number
  readonly value: number
  readonly nowMs: number
}

/** Whether `evaluate` would leave rules that are at rest where they are; no other needs to be asked. */
export class RestCheck {
  readonly #watches: Watches

  constructor(watches: Watches) {
    this.#watches = watches
  }

  /** All rules of the point. */
  isLeft(heard: JudgedPoint, { flags, value, nowMs }: PlainValue): boolean {
    const { quiet } = heard
    return quiet !== null && isQuiet(quiet, flags, value) && this.#areAllAtRest(heard, nowMs)
  }

  /** One rule of a point of which another is at work. */
  isRuleLeft(judgement: Judgement, { flags, value, nowMs }: PlainValue): boolean {
    const { rule, quiet } = judgement
    if (rule.condition.kind === 'no-data') return this.#wasJustHeard(judgement, nowMs)
    return quiet !== null && isQuiet(quiet, flags, value) && this.#watchOf(judgement) === undefined
  }

  #areAllAtRest(heard: JudgedPoint, nowMs: number): boolean {
    for (const silence of heard.silences) if (!this.#wasJustHeard(silence, nowMs)) return false
    const { revision } = this.#watches
    if (heard.atRestAt === revision) return true
    for (const other of heard.others) if (this.#watchOf(other) !== undefined) return false
    heard.atRestAt = revision
    return true
  }

  /** A message brings several values at one instant, and many messages come in a millisecond. */
  #wasJustHeard(judgement: Judgement, nowMs: number): boolean {
    const memory = this.#watchOf(judgement)?.memory
    return memory !== undefined && memory.level === 0 && memory.heardAtMs === nowMs
  }

  #watchOf(judgement: Judgement): Watch | undefined {
    const { revision } = this.#watches
    if (judgement.watchAt !== revision) {
      judgement.watch = this.#watches.get(judgement.key)
      judgement.watchAt = revision
    }
    return judgement.watch
  }
}
