import { MARK } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import {
  changeLevel,
  type Evaluation,
  mature,
  pendingAt,
  REST,
  type RuleInput,
  type RuleMemory,
  reasonOf,
  settled,
  silentAtMs,
  unchanged,
  wakeAtMsOf,
} from './level-change.ts'

/** A `no-data` rule: readings are only signs of life, the clock does the rest. */
export function evaluateSilence(
  rule: AlarmRule,
  memory: RuleMemory | null,
  input: RuleInput,
  nowMs: number,
): Evaluation {
  switch (input.kind) {
    case 'reading':
      return input.marks & MARK.outOfOrder
        ? unchanged(rule, memory, 'out_of_order')
        : heard(rule, memory ?? REST, nowMs)
    case 'timer':
      return evaluateSilenceTimer(rule, memory, nowMs)
    case 'rule-changed':
      return evaluateChangedSilence(rule, memory, input.value, nowMs)
    case 'listening-again':
      return memory === null || memory.level > 0 || memory.heardAtMs === null
        ? unchanged(rule, memory, 'not_due')
        : settled(
            rule,
            { ...memory, heardAtMs: Math.max(memory.heardAtMs, input.sinceMs) },
            [],
            'heard',
          )
    default:
      return input satisfies never
  }
}

function heard(rule: AlarmRule, before: RuleMemory, nowMs: number): Evaluation {
  if (before.level === 0) return settled(rule, { ...REST, heardAtMs: nowMs }, [], 'heard')
  const falls = [pendingAt(before.falls, 0, nowMs)]
  const matured = mature(rule, { ...before, falls, heardAtMs: nowMs }, nowMs)
  return settled(rule, matured.memory, matured.changes, reasonOf(before, matured))
}

function evaluateSilenceTimer(
  rule: AlarmRule,
  memory: RuleMemory | null,
  nowMs: number,
): Evaluation {
  const due = wakeAtMsOf(rule, memory)
  if (memory === null || due === null || due > nowMs) return unchanged(rule, memory, 'not_due')
  if (memory.level === 0) {
    const raised = changeLevel(memory, { level: 1, rises: [], falls: [] }, nowMs)
    return settled(rule, raised.memory, raised.changes, 'raised')
  }
  const matured = mature(rule, memory, nowMs)
  if (matured.changes.length > 0) {
    return settled(rule, matured.memory, matured.changes, 'returned')
  }
  return settled(rule, { ...memory, falls: [] }, [], 'fall_abandoned')
}

function evaluateChangedSilence(
  rule: AlarmRule,
  memory: RuleMemory | null,
  lastValue: number | boolean | null,
  nowMs: number,
): Evaluation {
  const before = memory ?? REST
  if (before.level === 0) {
    // A point that was ever heard is listened for from now on, at the latest.
    const heardAtMs = before.heardAtMs ?? (lastValue === null ? null : nowMs)
    return settled(rule, { ...REST, heardAtMs }, [], heardAtMs === null ? 'at_rest' : 'heard')
  }
  const deadlineMs = silentAtMs(rule, before)
  if ((deadlineMs !== null && deadlineMs <= nowMs) || before.falls.length > 0) {
    return settled(rule, before, [], 'level_unchanged')
  }
  const returned = changeLevel(before, { level: 0, rises: [], falls: [] }, nowMs)
  return settled(rule, returned.memory, returned.changes, 'returned')
}
