import { afterGap } from './gap.ts'
import { finished, judgeAgain, outOfSchedule, presentSignal, type Step, take } from './judge.ts'
import { isInSchedule, type RuleContext } from './judging-tools.ts'
import {
  type Evaluation,
  gapAtMs,
  mature,
  type RuleMemory,
  reasonOf,
  unchanged,
} from './level-change.ts'
import { measureOf } from './measure.ts'
import { ownKey } from './operands.ts'
import { reAlarmed } from './re-alarm.ts'
import type { HeldValue } from './rule-memory.ts'
import { unknown } from './signal.ts'

/** What time alone changes; one after the other, in the order in which they are due to each other. */
export function evaluateTimer(context: RuleContext, memory: RuleMemory | null): Evaluation {
  if (memory === null) return unchanged(context, memory, 'not_due')
  const parts = [scheduleChanged, gapBegun, delaysOver, holdsOver, timeAlone, askedAgain]
  let step: Step = { memory, changes: [], reason: 'not_due' }
  for (const part of parts) {
    const next = part(context, step.memory)
    if (next === null) continue
    step = { ...next, changes: [...step.changes, ...next.changes] }
  }
  const isNothing = step.memory === memory && step.reason === 'not_due'
  return isNothing ? unchanged(context, memory, 'not_due') : finished(context, step)
}

function scheduleChanged(context: RuleContext, memory: RuleMemory): Step | null {
  const isActive = isInSchedule(context)
  if (isActive ? !memory.waitsForSchedule : memory.level === 0 && memory.rises.length === 0) {
    return null
  }
  if (isActive) return judgeAgain(context, memory)
  return outOfSchedule(
    context,
    memory,
    presentSignal(context, memory) ?? unknown('too_few_readings'),
  )
}

function gapBegun(context: RuleContext, memory: RuleMemory): Step | null {
  const atMs = gapAtMs(context.rule, memory)
  return atMs === null || atMs > context.nowMs ? null : afterGap(context, memory)
}

function delaysOver({ rule, nowMs }: RuleContext, memory: RuleMemory): Step | null {
  const matured = mature(rule, memory, nowMs)
  return matured.memory === memory ? null : { ...matured, reason: reasonOf(memory, matured) }
}

function holdsOver(context: RuleContext, memory: RuleMemory): Step | null {
  const { nowMs, rule } = context
  let step: Step | null = null
  const judged = (key: string, { value, observedAtMs = nowMs }: HeldValue) => {
    const next = take(context, step?.memory ?? memory, { key, value, observedAtMs })
    step = { ...next, changes: [...(step?.changes ?? []), ...next.changes] }
  }
  if (memory.held !== null && memory.held.dueAtMs <= nowMs) judged(ownKey(rule), memory.held)
  for (const [key, held] of Object.entries(memory.measure?.held ?? {})) {
    if (held.dueAtMs <= nowMs) judged(key, held)
  }
  return step
}

/** Kinds whose signal changes by time alone have asked to be looked at. */
function timeAlone(context: RuleContext, memory: RuleMemory): Step | null {
  if (measureOf(context.rule.condition)?.wakeAtMs === undefined) return null
  return judgeAgain(context, memory)
}

function askedAgain(context: RuleContext, memory: RuleMemory): Step | null {
  const again = reAlarmed(context, memory)
  return again.memory === memory ? null : { ...again, reason: 're-alarmed' }
}
