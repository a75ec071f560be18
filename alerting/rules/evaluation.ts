import { ALARM_LIMITS } from '#config/limits.ts'
import { MARK, type Quality } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { isCleared, isJudgeable, isPassed, levelCount, type ValueCondition } from './condition.ts'
import type { ConditionEventKind } from './condition-event.ts'

/** A level whose condition holds since `sinceMs` and takes effect when its delay is over. */
export interface PendingLevel {
  readonly level: number
  readonly sinceMs: number
}

/**
 * What a rule remembers of one point between readings; absent when at rest. `level` is the index of
 * the deepest set-point in force plus one (0: normal).
 */
export interface RuleMemory {
  readonly level: number
  /** Deeper levels under their on-delay, mild to severe. */
  readonly rises: readonly PendingLevel[]
  /** Milder levels (0: normal) under their off-delay, severe to mild. */
  readonly falls: readonly PendingLevel[]
  /** A late value, judged at `dueAtMs` if nothing newer has come by then. */
  readonly held: { readonly value: number | boolean; readonly dueAtMs: number } | null
  /** Value that was judged last. */
  readonly value: number | boolean | null
  /** `no-data`: when the point was heard last. */
  readonly heardAtMs: number | null
  /** Where the present occurrence began; the id of its alarm derives from it. */
  readonly onset: string | null
}

/** What a rule is told. A reading is judged at its arrival, which is the `nowMs` of that call. */
export type RuleInput =
  | {
      readonly kind: 'reading'
      readonly value: number | boolean
      readonly quality: Quality
      /** Bit set of `MARK`. */
      readonly marks: number
    }
  /** A wake-up that was asked for. */
  | { readonly kind: 'timer' }
  /** The rule is another one than the memory was made with. `value`: the last one judged, if known. */
  | { readonly kind: 'rule-changed'; readonly value: number | boolean | null }
  /** Nobody was listening until now: silence before this instant does not count. */
  | { readonly kind: 'listening-again'; readonly sinceMs: number }

/** What an evaluation came to, for explaining it to a person. */
export const EVALUATION_REASONS = [
  'at_rest',
  'level_unchanged',
  'rise_pending',
  'rise_abandoned',
  'fall_pending',
  'fall_abandoned',
  'raised',
  'rose',
  'fell',
  'returned',
  'heard',
  'late_held',
  'out_of_order',
  'quality_calibrating',
  'quality_bad',
  'value_kind_mismatch',
  'not_due',
] as const
export type EvaluationReason = (typeof EVALUATION_REASONS)[number]

export interface LevelChange {
  readonly kind: ConditionEventKind
  /** The level left and the level now in force. */
  readonly from: number
  readonly to: number
  readonly value: number | boolean | null
  readonly onset: string
}

export interface Evaluation {
  /** Null: at rest. The very object that was given when nothing changed. */
  readonly memory: RuleMemory | null
  readonly changes: readonly LevelChange[]
  readonly reason: EvaluationReason
  /** When to call again with a `timer`, at the latest; null: not before the next reading. */
  readonly wakeAtMs: number | null
}

const REST: RuleMemory = {
  level: 0,
  rises: [],
  falls: [],
  held: null,
  value: null,
  heardAtMs: null,
  onset: null,
}
const AT_REST: Evaluation = { memory: null, changes: [], reason: 'at_rest', wakeAtMs: null }

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

function pendingAt(pending: readonly PendingLevel[], level: number, nowMs: number): PendingLevel {
  return pending.find((one) => one.level === level) ?? { level, sinceMs: nowMs }
}

interface Matured {
  readonly memory: RuleMemory
  readonly changes: readonly LevelChange[]
}

/** Puts pending levels into force whose delay is over. */
function mature(rule: AlarmRule, memory: RuleMemory, nowMs: number): Matured {
  const risen = memory.rises.filter(({ sinceMs }) => sinceMs + rule.onDelayMs <= nowMs)
  const fallen = memory.falls.filter(({ sinceMs }) => sinceMs + rule.offDelayMs <= nowMs)
  const level = (risen.at(-1) ?? fallen.at(-1))?.level ?? memory.level
  if (level === memory.level) return { memory, changes: [] }
  return changeLevel(
    memory,
    {
      level,
      rises: memory.rises.filter((one) => one.level > level),
      falls: memory.falls.filter((one) => one.level < level),
    },
    nowMs,
  )
}

function changeLevel(
  before: RuleMemory,
  after: Pick<RuleMemory, 'level' | 'rises' | 'falls'>,
  nowMs: number,
): Matured {
  const onset = before.onset ?? String(nowMs)
  const change: LevelChange = {
    kind: kindOfChange(before.level, after.level),
    from: before.level,
    to: after.level,
    value: before.value,
    onset,
  }
  const memory = { ...before, ...after, onset: after.level === 0 ? null : onset }
  return { memory, changes: [change] }
}

function kindOfChange(from: number, to: number): ConditionEventKind {
  if (to > from) return from === 0 ? 'raised' : 'rose'
  return to === 0 ? 'returned' : 'fell'
}

function reasonOf(before: RuleMemory, { memory, changes }: Matured): EvaluationReason {
  const last = changes.at(-1)
  if (last !== undefined) return last.kind
  if (memory.rises.length > 0) return 'rise_pending'
  if (memory.falls.length > 0) return 'fall_pending'
  if (before.rises.length > 0) return 'rise_abandoned'
  if (before.falls.length > 0) return 'fall_abandoned'
  return isAtRest(memory) ? 'at_rest' : 'level_unchanged'
}

/** A `no-data` rule: readings are only signs of life, the clock does the rest. */
function evaluateSilence(
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

/** From when on the point counts as silent. */
function silentAtMs(rule: AlarmRule, memory: RuleMemory): number | null {
  if (rule.condition.kind !== 'no-data' || memory.heardAtMs === null) return null
  return memory.heardAtMs + rule.condition.afterMs
}

/** The earliest instant at which time alone changes something. */
function wakeAtMsOf(rule: AlarmRule, memory: RuleMemory | null): number | null {
  if (memory === null) return null
  let wakeAtMs = Number.POSITIVE_INFINITY
  for (const { sinceMs } of memory.rises) wakeAtMs = Math.min(wakeAtMs, sinceMs + rule.onDelayMs)
  for (const { sinceMs } of memory.falls) wakeAtMs = Math.min(wakeAtMs, sinceMs + rule.offDelayMs)
  if (memory.held !== null) wakeAtMs = Math.min(wakeAtMs, memory.held.dueAtMs)
  const silent = silentAtMs(rule, memory)
  if (silent !== null && memory.level === 0) wakeAtMs = Math.min(wakeAtMs, silent + rule.onDelayMs)
  if (silent !== null && memory.falls.length > 0) wakeAtMs = Math.min(wakeAtMs, silent)
  return wakeAtMs === Number.POSITIVE_INFINITY ? null : wakeAtMs
}

function isAtRest(memory: RuleMemory): boolean {
  return (
    memory.level === 0 &&
    memory.rises.length === 0 &&
    memory.held === null &&
    memory.heardAtMs === null
  )
}

function settled(
  rule: AlarmRule,
  memory: RuleMemory,
  changes: readonly LevelChange[],
  reason: EvaluationReason,
): Evaluation {
  const kept = isAtRest(memory) ? null : memory
  return { memory: kept, changes, reason, wakeAtMs: wakeAtMsOf(rule, kept) }
}

function unchanged(
  rule: AlarmRule,
  memory: RuleMemory | null,
  reason: EvaluationReason,
): Evaluation {
  return { memory, changes: [], reason, wakeAtMs: wakeAtMsOf(rule, memory) }
}

function valueConditionOf(rule: AlarmRule): ValueCondition {
  // Callers have sent `no-data` another way.
  return rule.condition as ValueCondition
}
