import type { Quality } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
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
  /** Described by the schema, not yet judged by this Vigil. */
  'kind_not_judged',
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

export const REST: RuleMemory = {
  level: 0,
  rises: [],
  falls: [],
  held: null,
  value: null,
  heardAtMs: null,
  onset: null,
}
export const AT_REST: Evaluation = { memory: null, changes: [], reason: 'at_rest', wakeAtMs: null }

export function pendingAt(
  pending: readonly PendingLevel[],
  level: number,
  nowMs: number,
): PendingLevel {
  return pending.find((one) => one.level === level) ?? { level, sinceMs: nowMs }
}

export interface Matured {
  readonly memory: RuleMemory
  readonly changes: readonly LevelChange[]
}

/** Puts pending levels into force whose delay is over. */
export function mature(rule: AlarmRule, memory: RuleMemory, nowMs: number): Matured {
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

export function changeLevel(
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

export function reasonOf(before: RuleMemory, { memory, changes }: Matured): EvaluationReason {
  const last = changes.at(-1)
  if (last !== undefined) return last.kind
  if (memory.rises.length > 0) return 'rise_pending'
  if (memory.falls.length > 0) return 'fall_pending'
  if (before.rises.length > 0) return 'rise_abandoned'
  if (before.falls.length > 0) return 'fall_abandoned'
  return isAtRest(memory) ? 'at_rest' : 'level_unchanged'
}

/** From when on the point counts as silent. */
export function silentAtMs(rule: AlarmRule, memory: RuleMemory): number | null {
  if (rule.condition.kind !== 'no-data' || memory.heardAtMs === null) return null
  return memory.heardAtMs + rule.condition.afterMs
}

/** The earliest instant at which time alone changes something. */
export function wakeAtMsOf(rule: AlarmRule, memory: RuleMemory | null): number | null {
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

export function settled(
  rule: AlarmRule,
  memory: RuleMemory,
  changes: readonly LevelChange[],
  reason: EvaluationReason,
): Evaluation {
  const kept = isAtRest(memory) ? null : memory
  return { memory: kept, changes, reason, wakeAtMs: wakeAtMsOf(rule, kept) }
}

export function unchanged(
  rule: AlarmRule,
  memory: RuleMemory | null,
  reason: EvaluationReason,
): Evaluation {
  return { memory, changes: [], reason, wakeAtMs: wakeAtMsOf(rule, memory) }
}
