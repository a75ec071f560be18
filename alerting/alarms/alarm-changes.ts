import assert from 'node:assert/strict'
import { type CaseEvent, type CaseRules, caseTransition } from '../cases/case-file.ts'
import { followCase, overdue } from '../cases/follow-case.ts'
import type { ConditionEvent } from '../rules/condition-event.ts'
import type { Alarm } from './alarm.ts'
import type { AlarmErrorCode } from './alarm-errors.ts'
import { ALARM_ERROR_CODES } from './alarm-errors.ts'
import type { AlarmEvent, AlarmRefusal } from './alarm-event.ts'
import {
  type AlarmStep,
  type AlarmUpdate,
  type Circumstances,
  type Surroundings,
  SYSTEM_ACTOR,
  update,
  updateByCondition,
} from './alarm-update.ts'
import { type AlarmEnd, endsOf } from './open-alarm-set.ts'

/** No grade has a case: for who does not ask for any. */
export const NO_CASES: CaseRules = {
  limits: { 1: null, 2: null, 3: null, 4: null },
  secondPersonGradeMax: 0,
}

/** What a person does: an event of the alarm, a step of its case, and what else changes with it. */
export interface Verb {
  readonly event: AlarmEvent
  readonly caseEvent?: CaseEvent | undefined
  readonly also?: (alarm: Alarm, nowMs: number) => Alarm
}

export type VerbResult =
  | { readonly ok: false; readonly code: AlarmErrorCode }
  | { readonly ok: true; readonly step: AlarmStep }

/** Every change of an alarm, pure: the table of its life first, then what that means for its case. */
export class AlarmChanges {
  readonly #rules: CaseRules

  constructor(rules: CaseRules) {
    this.#rules = rules
  }

  byCondition(alarm: Alarm | null, event: ConditionEvent, about: Surroundings): AlarmUpdate {
    const result = updateByCondition(alarm, event, about)
    if (!result.ok) return result
    const before = alarm ?? result.step.alarm
    return { ok: true, step: this.#followed(before, result.step, event.atMs) }
  }

  byEvent(alarm: Alarm, event: AlarmEvent, circumstances: Circumstances): AlarmUpdate {
    const result = update(alarm, event, circumstances)
    if (!result.ok) return result
    return { ok: true, step: this.#followed(alarm, result.step, circumstances.atMs) }
  }

  byVerb(alarm: Alarm, verb: Verb, circumstances: Circumstances): VerbResult {
    const { event, caseEvent, also } = verb
    const { atMs, actor } = circumstances
    const { grade, caseFile } = alarm
    const result = this.byEvent(alarm, event, circumstances)
    if (!result.ok && caseEvent === undefined) return { ok: false, code: codeOf(result.refusal) }
    let changed = alarm
    if (caseEvent !== undefined) {
      const about = { atMs, actor, grade, rules: this.#rules }
      const moved = caseTransition(caseFile, caseEvent, about)
      if (!moved.ok) return { ok: false, code: moved.refusal }
      changed = { ...alarm, caseFile: moved.file }
    }
    if (!result.ok) return { ok: false, code: codeOf(result.refusal) }
    const { step } = caseEvent === undefined ? result : this.#again(changed, event, circumstances)
    return { ok: true, step: { ...step, alarm: also?.(step.alarm, atMs) ?? step.alarm } }
  }

  /** What has ended by itself until now, each at its own instant, whatever happens later. */
  ended(alarm: Alarm, nowMs: number): AlarmStep[] {
    const steps: AlarmStep[] = []
    let current = alarm
    for (let end = endsOf(current)[0]; end !== undefined; end = endsOf(current)[0]) {
      if (end.atMs > nowMs) break
      const step = this.#endedAt(current, end)
      steps.push(step)
      current = step.alarm
    }
    return steps
  }

  #endedAt(alarm: Alarm, { kind, atMs }: AlarmEnd): AlarmStep {
    const { caseFile } = alarm
    const late = kind === 'case-overdue' && caseFile !== null
    const changed = late ? { ...alarm, caseFile: overdue(caseFile, atMs) } : alarm
    const circumstances = { atMs, actor: SYSTEM_ACTOR, note: caseFile?.awaits ?? null, value: null }
    return this.#again(changed, { kind }, late ? circumstances : { ...circumstances, note: null })
      .step
  }

  /** For what the table has agreed to already. */
  #again(alarm: Alarm, event: AlarmEvent, circumstances: Circumstances) {
    const result = this.byEvent(alarm, event, circumstances)
    assert(result.ok, `${event.kind} is possible`)
    return result
  }

  #followed(before: Alarm, step: AlarmStep, atMs: number): AlarmStep {
    return followCase(before, step, { atMs, limits: this.#rules.limits })
  }
}

function codeOf(refused: AlarmRefusal): AlarmErrorCode {
  const code = ALARM_ERROR_CODES.find((known) => known === refused)
  assert(code !== undefined, `${refused} is the answer to a condition or a logic, not to a person`)
  return code
}
