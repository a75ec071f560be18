import type { NotedEvaluation } from './evaluation-watch.ts'
import { type RuleContext, scheduleStateOf } from './judging-tools.ts'
import { gapAtMs, silentAtMs } from './level-change.ts'
import { measureOf } from './measure.ts'
import { ownKey } from './operands.ts'
import type { RuleMemory } from './rule-memory.ts'
import type { Signal } from './signal.ts'

/** Something the clock will do if nothing comes before it. */
export interface PendingTimer {
  /**
   * `rise`, `fall`: a delay ends and the level changes to `level`; `silent`: the point counts as
   * silent; `held`: a late value is judged; `gap`: what was counted is void or stands still;
   * `schedule`: the schedule begins or ends; `re-alarm`: it calls again; `window`: a figure changes.
   */
  readonly kind: 'rise' | 'fall' | 'silent' | 'held' | 'gap' | 'schedule' | 're-alarm' | 'window'
  readonly level: number | null
  readonly sinceMs: number | null
  readonly dueAtMs: number
}

/** What is known of one point of the condition. */
export interface OperandView {
  readonly key: string
  readonly value: number | boolean | null
  readonly atMs: number | null
  readonly isBad: boolean
}

/** What a rule makes of a point at an instant. */
export interface Explanation {
  readonly ruleId: string
  readonly ruleVersion: number
  /** The engine's time: up to it, everything is judged. */
  readonly atMs: number
  readonly level: number
  /** What was compared with the set-points last; null: nothing kept, the point is at rest. */
  readonly figure: number | boolean | null
  readonly signal: Signal | null
  readonly isInSchedule: boolean
  /** The delays stand still because no value has come. */
  readonly isPaused: boolean
  readonly timers: readonly PendingTimer[]
  readonly operands: readonly OperandView[]
  /** Newest last; those since somebody began to look. */
  readonly evaluations: readonly NotedEvaluation[]
}

export function explain(
  context: RuleContext,
  memory: RuleMemory | null,
  evaluations: readonly NotedEvaluation[],
): Explanation {
  const { rule, nowMs, tools } = context
  const measure = measureOf(rule.condition)
  return {
    ruleId: rule.id,
    ruleVersion: rule.version,
    atMs: nowMs,
    level: memory?.level ?? 0,
    figure: memory?.value ?? null,
    signal: measure?.signal(rule.condition, memory?.measure, { context }) ?? null,
    isInSchedule: scheduleStateOf(context)?.isActive ?? true,
    isPaused: memory?.pausedAtMs !== undefined,
    timers: memory === null ? [] : timersOf(context, memory),
    operands: [...tools.operandsOf(rule).keys()].map((key) => {
      const state = memory?.measure?.operands?.[key]
      const { value = null, atMs = null } = state ?? {}
      return { key, value, atMs, isBad: state?.isBad === true }
    }),
    evaluations,
  }
}

/** In the order they are due. */
export function timersOf(context: RuleContext, memory: RuleMemory): readonly PendingTimer[] {
  const { rule } = context
  const timers: PendingTimer[] = []
  const add = (
    kind: PendingTimer['kind'],
    dueAtMs: number | null | undefined,
    about: { readonly level?: number; readonly sinceMs?: number } = {},
  ) => {
    if (dueAtMs === null || dueAtMs === undefined) return
    const { level = null, sinceMs = null } = about
    timers.push({ kind, level, sinceMs, dueAtMs })
  }
  if (memory.pausedAtMs === undefined) {
    for (const rise of memory.rises) add('rise', rise.sinceMs + rule.onDelayMs, rise)
    for (const fall of memory.falls) add('fall', fall.sinceMs + rule.offDelayMs, fall)
  }
  const silentMs = silentAtMs(rule, memory)
  if (silentMs !== null && memory.level === 0) {
    add('silent', silentMs + rule.onDelayMs, { level: 1, sinceMs: memory.heardAtMs ?? silentMs })
  }
  const helds = { ...memory.measure?.held, ...(memory.held ? { [ownKey(rule)]: memory.held } : {}) }
  for (const { dueAtMs } of Object.values(helds)) add('held', dueAtMs)
  add('gap', gapAtMs(rule, memory))
  add('re-alarm', memory.reAlarmAtMs)
  const schedule = scheduleStateOf(context)
  if (schedule !== null) add('schedule', schedule.untilMs)
  const measure = measureOf(rule.condition)
  if (memory.measure !== undefined) {
    add('window', measure?.wakeAtMs?.(rule.condition, memory.measure, context))
  }
  return timers.sort((one, other) => one.dueAtMs - other.dueAtMs)
}
