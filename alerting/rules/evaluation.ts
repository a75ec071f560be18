import { ALARM_LIMITS } from '#config/limits.ts'
import { MARK } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { isCleared, isJudgeable, isPassed, levelCount, type ValueCondition } from './condition.ts'
import {
  AT_REST,
  type Evaluation,
  mature,
  type PendingLevel,
  pendingAt,
  REST,
  type RuleInput,
  type RuleMemory,
  reasonOf,
  settled,
  unchanged,
  wakeAtMsOf,
} from './level-change.ts'
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
): Evaluation {
  const own = memory === null ? null : fitted(rule, memory)
  if (rule.condition.kind === 'no-data') return evaluateSilence(rule, own, input, nowMs)
  if (rule.condition.kind !== 'limit' && rule.condition.kind !== 'boolean') {
    return unchanged(rule, own, 'kind_not_judged')
  }
  switch (input.kind) {
    case 'reading':
      return evaluateReading(rule, own, input, nowMs)
    case 'timer':
      return evaluateTimer(rule, own, nowMs)
    case 'rule-changed':
      return evaluateChangedRule(rule, own, input.value, nowMs)
    case 'listening-again':
      return unchanged(rule, own, 'not_due')
    default:
      return input satisfies never
  }
}

/** The memory as far as the rule knows what it speaks of: the rule may have been edited since. */
function fitted(rule: AlarmRule, memory: RuleMemory): RuleMemory {
  const levels = levelCount(rule.condition)
  const isSilence = rule.condition.kind === 'no-data'
  const fits = isSilence
    ? memory.level <= levels && memory.rises.length === 0 && memory.held === null
    : memory.level <= levels &&
      memory.rises.every(({ level }) => level <= levels) &&
      memory.heardAtMs === null
  if (fits) return memory
  return {
    ...memory,
    level: Math.min(memory.level, levels),
    rises: isSilence ? [] : memory.rises.filter(({ level }) => level <= levels),
    falls: memory.falls.filter(({ level }) => level < levels),
    held: isSilence ? null : memory.held,
    heardAtMs: isSilence ? memory.heardAtMs : null,
  }
}

function evaluateReading(
  rule: AlarmRule,
  memory: RuleMemory | null,
  reading: Extract<RuleInput, { kind: 'reading' }>,
  nowMs: number,
): Evaluation {
  if (reading.marks & MARK.outOfOrder) return unchanged(rule, memory, 'out_of_order')
  if (reading.quality === 'calibrating') return unchanged(rule, memory, 'quality_calibrating')
  if (reading.quality === 'bad') return unchanged(rule, memory, 'quality_bad')
  const condition = valueConditionOf(rule)
  if (!isJudgeable(condition, reading.value)) return unchanged(rule, memory, 'value_kind_mismatch')
  if (reading.marks & MARK.late) {
    const before = memory ?? REST
    const dueAtMs = before.held?.dueAtMs ?? nowMs + ALARM_LIMITS.lateHoldMs
    return settled(rule, { ...before, held: { value: reading.value, dueAtMs } }, [], 'late_held')
  }
  // By far the most frequent case, and the one that must cost nothing.
  if (memory === null && !isPassed(condition, 1, reading.value)) return AT_REST
  return judgeValue(rule, memory ?? REST, reading.value, nowMs)
}

function evaluateTimer(rule: AlarmRule, memory: RuleMemory | null, nowMs: number): Evaluation {
  const due = wakeAtMsOf(rule, memory)
  if (memory === null || due === null || due > nowMs) return unchanged(rule, memory, 'not_due')
  const matured = mature(rule, memory, nowMs)
  const { held } = matured.memory
  if (held === null || held.dueAtMs > nowMs) {
    return settled(rule, matured.memory, matured.changes, reasonOf(memory, matured))
  }
  const judged = judgeValue(rule, matured.memory, held.value, nowMs)
  return { ...judged, changes: [...matured.changes, ...judged.changes] }
}

function evaluateChangedRule(
  rule: AlarmRule,
  memory: RuleMemory | null,
  lastValue: number | boolean | null,
  nowMs: number,
): Evaluation {
  const before = memory ?? REST
  const value = lastValue ?? before.value
  if (value === null || !isJudgeable(valueConditionOf(rule), value)) {
    return settled(rule, before, [], 'level_unchanged')
  }
  const judged = judgeValue(rule, before, value, nowMs)
  // The value is not a new one, so it does not end a hold.
  return before.held === null
    ? judged
    : settled(
        rule,
        { ...(judged.memory ?? REST), held: before.held },
        judged.changes,
        judged.reason,
      )
}

/** Takes the value as the present one; ends a hold. */
function judgeValue(
  rule: AlarmRule,
  before: RuleMemory,
  value: number | boolean,
  nowMs: number,
): Evaluation {
  const condition = valueConditionOf(rule)
  const rises: PendingLevel[] = []
  for (let level = before.level + 1; level <= levelCount(condition); level += 1) {
    if (!isPassed(condition, level, value)) break
    rises.push(pendingAt(before.rises, level, nowMs))
  }
  const falls: PendingLevel[] = []
  for (let level = before.level; level >= 1; level -= 1) {
    if (!isCleared(condition, level, value)) break
    falls.push(pendingAt(before.falls, level - 1, nowMs))
  }
  const matured = mature(rule, { ...before, rises, falls, held: null, value }, nowMs)
  return settled(rule, matured.memory, matured.changes, reasonOf(before, matured))
}

function valueConditionOf(rule: AlarmRule): ValueCondition {
  // Callers have sent `no-data` another way.
  return rule.condition as ValueCondition
}
