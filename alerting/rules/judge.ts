import type { AlarmRule } from './alarm-rule.ts'
import { isCleared, isPassed, levelCount } from './condition.ts'
import { resumed } from './gap.ts'
import { isInSchedule, type RuleContext } from './judging-tools.ts'
import {
  changeLevel,
  type Evaluation,
  type EvaluationReason,
  type LevelChange,
  mature,
  type PendingLevel,
  pendingAt,
  type RuleMemory,
  reasonOf,
  settled,
} from './level-change.ts'
import { type Measure, measureOf } from './measure.ts'
import type { MeasureMemory } from './rule-memory.ts'
import { figure, type Sample, type Signal } from './signal.ts'

/** What one part of an evaluation came to. */
export interface Step {
  readonly memory: RuleMemory
  readonly changes: readonly LevelChange[]
  readonly reason: EvaluationReason
  readonly fault?: string
}

const QUIET = { level: 0, rises: [], falls: [] } as const

/** Whether the value is of the kind the condition works with. */
export function isJudgeable(
  { condition }: AlarmRule,
  measure: Measure<AlarmRule['condition']['kind']> | null,
  value: number | boolean,
): boolean {
  if (condition.kind === 'boolean') return typeof value === 'boolean'
  if (typeof value === 'boolean') return measure?.takesBooleans === true
  return Number.isFinite(value)
}

export function freshMeasure({ rule, nowMs, tools }: RuleContext): MeasureMemory {
  return { shape: tools.shapeOf(rule), sinceMs: nowMs }
}

/** Takes the sample as the present value of its point; ends a hold. */
export function take(context: RuleContext, memory: RuleMemory, sample: Sample): Step {
  const { rule, nowMs } = context
  const before = notVoid(resumed(context, memory))
  const keepsTime = rule.gap !== undefined && rule.gap.policy !== 'keep'
  const after = keepsTime ? { ...before, valueAtMs: nowMs } : before
  const measure = measureOf(rule.condition)
  if (measure === null) {
    return judge(context, { ...after, held: null }, plainSignal(rule, sample.value))
  }
  const gathered = measure.observe(rule.condition, before.measure ?? freshMeasure(context), {
    sample,
    context,
  })
  const taken = { ...after, held: null, measure: withoutHeld(gathered, sample.key) }
  return judge(context, taken, measure.signal(rule.condition, taken.measure, { context }))
}

/** Taken apart only where there is something to take away: this is done for every reading. */
function notVoid(memory: RuleMemory): RuleMemory {
  if (memory.isVoid === undefined) return memory
  const { isVoid: _, ...rest } = memory
  return rest
}

function notWaiting(memory: RuleMemory): RuleMemory {
  if (memory.waitsForSchedule === undefined) return memory
  const { waitsForSchedule: _, ...rest } = memory
  return rest
}

function withoutHeld(memory: MeasureMemory, key: string): MeasureMemory {
  if (memory.held === undefined) return memory
  const { held, ...rest } = memory
  const left = Object.entries(held).filter(([heldKey]) => heldKey !== key)
  return left.length === 0 ? rest : { ...rest, held: Object.fromEntries(left) }
}

export function plainSignal({ condition }: AlarmRule, value: number | boolean): Signal {
  if (condition.kind !== 'boolean') return figure(Number(value))
  return { kind: 'state', state: value === condition.is ? 'passed' : 'cleared', value }
}

/** What the memory says without anything new; null: nothing that could be judged. */
export function presentSignal(context: RuleContext, memory: RuleMemory): Signal | null {
  if (memory.isVoid) return null
  const { rule } = context
  const measure = measureOf(rule.condition)
  if (measure !== null) return measure.signal(rule.condition, memory.measure, { context })
  return memory.value === null || !isJudgeable(rule, null, memory.value)
    ? null
    : plainSignal(rule, memory.value)
}

export function judgeAgain(context: RuleContext, memory: RuleMemory): Step {
  const signal = presentSignal(context, memory)
  return signal === null ? unjudged(memory) : judge(context, memory, signal)
}

/** Compares the signal with the set-points; what it cannot say leaves everything as it is. */
export function judge(context: RuleContext, memory: RuleMemory, signal: Signal): Step {
  if (!isInSchedule(context)) return outOfSchedule(context, memory, signal)
  const before = notWaiting(memory)
  if (signal.kind === 'unknown') {
    const { reason, detail } = signal
    const step = { memory: before, changes: [], reason }
    return reason === 'division_by_zero' || reason === 'expression_failed'
      ? { ...step, fault: detail ?? reason }
      : step
  }
  const { rule, nowMs } = context
  const rises: PendingLevel[] = []
  for (let level = before.level + 1; level <= levelCount(rule.condition); level += 1) {
    if (!isPassed(rule.condition, level, signal)) break
    rises.push(pendingAt(before.rises, level, nowMs))
  }
  const falls: PendingLevel[] = []
  for (let level = before.level; level >= 1; level -= 1) {
    if (!isCleared(rule.condition, level, signal)) break
    falls.push(pendingAt(before.falls, level - 1, nowMs))
  }
  const matured = mature(rule, { ...before, rises, falls, value: toldValue(signal) }, nowMs)
  return { ...matured, reason: reasonOf(before, matured) }
}

/** What an alarm says the value was; an infinite figure has no number. */
function toldValue(signal: Exclude<Signal, { kind: 'unknown' }>): number | boolean | null {
  if (signal.kind === 'state') return signal.value
  return Number.isFinite(signal.figure) ? signal.figure : null
}

/** The condition counts as gone, at once; what is beyond a set-point waits for the schedule to begin. */
export function outOfSchedule(context: RuleContext, memory: RuleMemory, signal: Signal): Step {
  const { waitsForSchedule: _, ...before } = memory
  const quiet = { ...before, ...QUIET }
  const { rule, nowMs } = context
  const value = signal.kind === 'unknown' ? before.value : toldValue(signal)
  const isBeyond = isPassed(rule.condition, 1, signal)
  const left =
    before.level === 0
      ? { memory: quiet, changes: [] }
      : changeLevel(rule, { before: { ...before, value }, after: QUIET, nowMs })
  const after = { ...left.memory, value }
  return {
    memory: isBeyond ? { ...after, waitsForSchedule: true } : after,
    changes: left.changes,
    reason: isBeyond ? 'waits_for_schedule' : 'out_of_schedule',
  }
}

export function unjudged(memory: RuleMemory): Step {
  return { memory, changes: [], reason: 'level_unchanged' }
}

export function finished(context: RuleContext, { memory, fault, ...outcome }: Step): Evaluation {
  const evaluation = settled(context, memory, outcome)
  return fault === undefined ? evaluation : { ...evaluation, fault }
}
