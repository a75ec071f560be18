import { ALARM_LIMITS } from '#config/limits.ts'
import { MARK, type Quality } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { isPassed, levelCount } from './condition.ts'
import { evaluateTimer } from './elapsed.ts'
import {
  finished,
  freshMeasure,
  isJudgeable,
  judge,
  judgeAgain,
  plainSignal,
  take,
  unjudged,
} from './judge.ts'
import { JudgingTools, type RuleContext } from './judging-tools.ts'
import {
  AT_REST,
  type Evaluation,
  type EvaluationReason,
  type RuleInput,
  type RuleMemory,
  settled,
  unchanged,
} from './level-change.ts'
import { measureOf } from './measure.ts'
import { looksAtOperands, ownKey } from './operands.ts'
import type { ReadingInput } from './reading-input.ts'
import { type HeldValue, REST } from './rule-memory.ts'
import type { Sample } from './signal.ts'
import { evaluateSilence } from './silence.ts'

export type {
  EvaluationReason,
  LevelChange,
  PendingLevel,
  RuleInput,
  RuleMemory,
} from './level-change.ts'

/**
 * Judges one input by one rule. Pure: `nowMs` is the only time it knows. What the words mean stands
 * in DESIGN.md, section 1.
 */
export function evaluate(
  rule: AlarmRule,
  memory: RuleMemory | null,
  input: RuleInput,
  nowMs: number,
  tools: JudgingTools = new JudgingTools(),
): Evaluation {
  const context = { rule, nowMs, tools }
  const own = memory === null ? null : fitted(context, memory)
  if (rule.condition.kind === 'no-data') return evaluateSilence(context, own, input)
  switch (input.kind) {
    case 'reading':
      return evaluateReading(context, own, input)
    case 'timer':
      return evaluateTimer(context, own)
    case 'rule-changed':
      return evaluateChangedRule(context, own, input)
    case 'listening-again':
      return unchanged(context, own, 'not_due')
    default:
      return input satisfies never
  }
}

/** The memory as far as the rule knows what it speaks of: the rule may have been edited since. */
function fitted(context: RuleContext, memory: RuleMemory): RuleMemory {
  const { condition } = context.rule
  const levels = levelCount(condition)
  const isSilence = condition.kind === 'no-data'
  const { measure } = memory
  const knowsLevels = memory.level <= levels && memory.rises.every(({ level }) => level <= levels)
  const fitsKind = isSilence
    ? memory.rises.length === 0 && memory.held === null
    : memory.heardAtMs === null
  const fitsMeasure = measure === undefined || measure.shape === context.tools.shapeOf(context.rule)
  if (knowsLevels && fitsKind && fitsMeasure) return memory
  const { measure: _, ...rest } = memory
  return {
    ...rest,
    level: Math.min(memory.level, levels),
    rises: isSilence ? [] : memory.rises.filter(({ level }) => level <= levels),
    falls: memory.falls.filter(({ level }) => level < levels),
    held: isSilence ? null : memory.held,
    heardAtMs: isSilence ? memory.heardAtMs : null,
    ...(fitsMeasure && measure !== undefined ? { measure } : {}),
  }
}

function evaluateReading(
  context: RuleContext,
  memory: RuleMemory | null,
  reading: ReadingInput,
): Evaluation {
  const { rule } = context
  if (reading.marks & MARK.outOfOrder) return unchanged(context, memory, 'out_of_order')
  const measure = measureOf(rule.condition)
  if (measure !== null && !isLookedAt(context, keyOf(context, reading))) {
    return unchanged(context, memory, 'not_an_operand')
  }
  const refusal = qualityRefusal(rule, reading.quality)
  if (refusal !== null) return withoutValue(context, memory, { reading, refusal })
  if (!isJudgeable(rule, measure, reading.value)) {
    return withoutValue(context, memory, { reading, refusal: 'value_kind_mismatch' })
  }
  if (reading.marks & MARK.late) return hold(context, memory ?? REST, reading)
  if (measure === null && memory === null) {
    // By far the most frequent case, and the one that must cost nothing.
    const signal = plainSignal(rule, reading.value)
    if (!isPassed(rule.condition, 1, signal)) return AT_REST
  }
  return finished(context, take(context, memory ?? REST, sampleOf(context, reading)))
}

function keyOf({ rule }: RuleContext, { operand }: { readonly operand?: string }): string {
  return operand ?? ownKey(rule)
}

function isLookedAt({ rule, tools }: RuleContext, key: string): boolean {
  const operands = tools.operandsOf(rule)
  return operands.size === 0 ? key === ownKey(rule) : operands.has(key)
}

function sampleOf(context: RuleContext, reading: ReadingInput): Sample {
  const { value, observedAtMs = context.nowMs } = reading
  const key = measureOf(context.rule.condition) === null ? '' : keyOf(context, reading)
  return { key, value, observedAtMs }
}

function qualityRefusal({ qualityMin }: AlarmRule, quality: Quality): EvaluationReason | null {
  switch (quality) {
    case 'calibrating':
      return 'quality_calibrating'
    case 'bad':
      return 'quality_bad'
    case 'uncertain':
      return qualityMin === 'good' ? 'quality_uncertain' : null
    case 'good':
      return null
    default:
      return quality satisfies never
  }
}

/** Something came, but no value: a condition over several points may have to do without this one. */
function withoutValue(
  context: RuleContext,
  memory: RuleMemory | null,
  { reading, refusal }: { readonly reading: ReadingInput; readonly refusal: EvaluationReason },
): Evaluation {
  const { rule, nowMs } = context
  if (!looksAtOperands(rule.condition)) return unchanged(context, memory, refusal)
  const before = memory ?? REST
  const measure = before.measure ?? freshMeasure(context)
  const key = keyOf(context, reading)
  const state = { value: reading.value, atMs: nowMs, isBad: true } as const
  const spoiled = { ...measure, operands: { ...measure.operands, [key]: state } }
  const step = judgeAgain(context, { ...before, measure: spoiled })
  return finished(context, step.changes.length > 0 ? step : { ...step, reason: refusal })
}

function hold(context: RuleContext, before: RuleMemory, reading: ReadingInput): Evaluation {
  const { condition } = context.rule
  const { value, observedAtMs } = reading
  const heldUntil = (known: HeldValue | null | undefined): HeldValue => {
    const dueAtMs = known?.dueAtMs ?? context.nowMs + ALARM_LIMITS.lateHoldMs
    const isTrend = condition.kind === 'rate' || condition.kind === 'forecast'
    return isTrend && observedAtMs !== undefined
      ? { value, dueAtMs, observedAtMs }
      : { value, dueAtMs }
  }
  const outcome = { changes: [], reason: 'late_held' } as const
  if (!looksAtOperands(condition)) {
    return settled(context, { ...before, held: heldUntil(before.held) }, outcome)
  }
  const measure = before.measure ?? freshMeasure(context)
  const key = keyOf(context, reading)
  const held = { ...measure.held, [key]: heldUntil(measure.held?.[key]) }
  return settled(context, { ...before, measure: { ...measure, held } }, outcome)
}

function evaluateChangedRule(
  context: RuleContext,
  memory: RuleMemory | null,
  input: Extract<RuleInput, { kind: 'rule-changed' }>,
): Evaluation {
  const { rule, nowMs } = context
  const before = memory ?? REST
  const { value } = input
  const measure = measureOf(rule.condition)
  if (measure === null) {
    const present = value ?? before.value
    const known = present === null || !isJudgeable(rule, null, present) ? null : present
    const { isVoid } = before
    if (known === null || isVoid) return finished(context, unjudged(before))
    // The value is not a new one, so it does not end a hold.
    return finished(context, judge(context, before, plainSignal(rule, known)))
  }
  const key = keyOf(context, input)
  const isNew = looksAtOperands(rule.condition) && before.measure?.operands?.[key] === undefined
  if (isNew && value !== null && isLookedAt(context, key) && isJudgeable(rule, measure, value)) {
    return finished(context, take(context, before, { key, value, observedAtMs: nowMs }))
  }
  return finished(
    context,
    before.measure === undefined ? unjudged(before) : judgeAgain(context, before),
  )
}
