import type { Quality } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import type { ConditionEventKind } from './condition-event.ts'
import { type RuleContext, scheduleStateOf } from './judging-tools.ts'
import { measureOf } from './measure.ts'
import type { MeasureMemory, PendingLevel, RuleMemory } from './rule-memory.ts'

export type { HeldValue, PendingLevel, RuleMemory } from './rule-memory.ts'

/** What a rule is told. A reading is judged at its arrival, which is the `nowMs` of that call. */
export type RuleInput =
  | {
      readonly kind: 'reading'
      readonly value: number | boolean
      readonly quality: Quality
      /** Bit set of `MARK`. */
      readonly marks: number
      /** The device's time; absent: the time of arrival. */
      readonly observedAtMs?: number
      /** Which of the condition's points it is of (see `operandKey`); absent: the judged one. */
      readonly operand?: string
    }
  /** A wake-up that was asked for. */
  | { readonly kind: 'timer' }
  /** The rule is another one than the memory was made with. `value`: the point's last one, if known. */
  | {
      readonly kind: 'rule-changed'
      readonly value: number | boolean | null
      readonly operand?: string
    }
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
  'quality_uncertain',
  'not_an_operand',
  'out_of_schedule',
  'waits_for_schedule',
  'gap_voided',
  'gap_paused',
  're-alarmed',
  'too_few_readings',
  'window_listening',
  'operand_missing',
  'division_by_zero',
  'expression_failed',
  'season_unknown',
  'evaluation_failed',
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
  /** What the rule could not do, in words: shown on the rule, the engine goes on. */
  readonly fault?: string
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

/** Puts pending levels into force whose delay is over. While the delays stand still, none is. */
export function mature(rule: AlarmRule, memory: RuleMemory, nowMs: number): Matured {
  if (memory.pausedAtMs !== undefined) return { memory, changes: [] }
  const risen = memory.rises.filter(({ sinceMs }) => sinceMs + rule.onDelayMs <= nowMs)
  const fallen = memory.falls.filter(({ sinceMs }) => sinceMs + rule.offDelayMs <= nowMs)
  const level = (risen.at(-1) ?? fallen.at(-1))?.level ?? memory.level
  if (level === memory.level) return { memory, changes: [] }
  const rises = memory.rises.filter((one) => one.level > level)
  const falls = memory.falls.filter((one) => one.level < level)
  return changeLevel(rule, { before: memory, after: { level, rises, falls }, nowMs })
}

export function changeLevel(
  rule: AlarmRule,
  {
    before,
    after,
    nowMs,
  }: {
    readonly before: RuleMemory
    readonly after: Pick<RuleMemory, 'level' | 'rises' | 'falls'>
    readonly nowMs: number
  },
): Matured {
  const onset = before.onset ?? String(nowMs)
  const kind = kindOfChange(before.level, after.level)
  const change: LevelChange = {
    kind,
    from: before.level,
    to: after.level,
    value: before.value,
    onset,
  }
  const { reAlarmAtMs: _, ...kept } = before
  const memory = { ...kept, ...after, onset: after.level === 0 ? null : onset }
  const reAlarmAtMs = reAlarmAtMsAfter(rule, { kind, before, nowMs })
  return {
    memory: reAlarmAtMs === undefined ? memory : { ...memory, reAlarmAtMs },
    changes: [change],
  }
}

/** Counted from the last time the condition called for attention. */
function reAlarmAtMsAfter(
  { reAlarmMs }: AlarmRule,
  { kind, before, nowMs }: { kind: LevelChange['kind']; before: RuleMemory; nowMs: number },
): number | undefined {
  if (reAlarmMs === undefined || kind === 'returned') return undefined
  return kind === 'fell' ? before.reAlarmAtMs : nowMs + reAlarmMs
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
  return memory.level === 0 ? 'at_rest' : 'level_unchanged'
}

/** From when on the point counts as silent. */
export function silentAtMs(rule: AlarmRule, memory: RuleMemory): number | null {
  if (rule.condition.kind !== 'no-data' || memory.heardAtMs === null) return null
  return memory.heardAtMs + rule.condition.afterMs
}

/** When the silence becomes a gap that stops or voids what runs; null: nothing runs that it would touch. */
export function gapAtMs({ gap }: AlarmRule, memory: RuleMemory): number | null {
  const { valueAtMs, pausedAtMs, measure } = memory
  if (gap === undefined || gap.policy === 'keep' || valueAtMs === undefined) return null
  const runs = memory.rises.length > 0 || memory.falls.length > 0 || measure !== undefined
  return runs && pausedAtMs === undefined ? valueAtMs + gap.afterMs : null
}

/** The earliest instant at which time alone changes something. */
export function wakeAtMsOf(context: RuleContext, memory: RuleMemory | null): number | null {
  if (memory === null) return null
  const { rule } = context
  let wakeAtMs = Number.POSITIVE_INFINITY
  const also = (atMs: number | null | undefined) => {
    if (atMs !== null && atMs !== undefined) wakeAtMs = Math.min(wakeAtMs, atMs)
  }
  if (memory.pausedAtMs === undefined) {
    for (const { sinceMs } of memory.rises) also(sinceMs + rule.onDelayMs)
    for (const { sinceMs } of memory.falls) also(sinceMs + rule.offDelayMs)
  }
  also(memory.held?.dueAtMs)
  also(memory.reAlarmAtMs)
  also(gapAtMs(rule, memory))
  also(scheduleWakeAtMs(context, memory))
  const silent = silentAtMs(rule, memory)
  if (silent !== null && memory.level === 0) also(silent + rule.onDelayMs)
  if (silent !== null && memory.falls.length > 0) also(silent)
  also(measureWakeAtMs(context, memory.measure))
  return wakeAtMs === Number.POSITIVE_INFINITY ? null : wakeAtMs
}

/** A schedule's change matters while something stands, runs, or waits for it. */
function scheduleWakeAtMs(context: RuleContext, memory: RuleMemory): number | null {
  const state = scheduleStateOf(context)
  if (state === null) return null
  const isTouched = state.isActive
    ? memory.level > 0 || memory.rises.length > 0
    : memory.waitsForSchedule === true
  return isTouched ? state.untilMs : null
}

function measureWakeAtMs(context: RuleContext, memory: MeasureMemory | undefined): number | null {
  if (memory === undefined) return null
  const { condition } = context.rule
  let wakeAtMs = measureOf(condition)?.wakeAtMs?.(condition, memory, context) ?? null
  for (const { dueAtMs } of Object.values(memory.held ?? {})) {
    wakeAtMs = Math.min(wakeAtMs ?? dueAtMs, dueAtMs)
  }
  return wakeAtMs
}

function isAtRest({ condition }: AlarmRule, memory: RuleMemory): boolean {
  const isQuiet =
    memory.level === 0 &&
    memory.rises.length === 0 &&
    memory.held === null &&
    memory.heardAtMs === null &&
    memory.waitsForSchedule === undefined
  if (!isQuiet || memory.measure === undefined) return isQuiet
  return (
    memory.measure.held === undefined &&
    (measureOf(condition)?.isIdle?.(condition, memory.measure) ?? false)
  )
}

export function settled(
  context: RuleContext,
  memory: RuleMemory,
  {
    changes,
    reason,
  }: { readonly changes: readonly LevelChange[]; readonly reason: EvaluationReason },
): Evaluation {
  const kept = isAtRest(context.rule, memory) ? null : memory
  return { memory: kept, changes, reason, wakeAtMs: wakeAtMsOf(context, kept) }
}

export function unchanged(
  context: RuleContext,
  memory: RuleMemory | null,
  reason: EvaluationReason,
): Evaluation {
  return { memory, changes: [], reason, wakeAtMs: wakeAtMsOf(context, memory) }
}
