import { MARK } from '../reading.ts'
import { isInSchedule, type RuleContext, scheduleStateOf } from './judging-tools.ts'
import {
  changeLevel,
  type Evaluation,
  mature,
  pendingAt,
  type RuleInput,
  reasonOf,
  settled,
  silentAtMs,
  unchanged,
} from './level-change.ts'
import { reAlarmed } from './re-alarm.ts'
import { REST, type RuleMemory } from './rule-memory.ts'

const QUIET = { level: 0, rises: [], falls: [] } as const

/** A `no-data` rule: readings are only signs of life, the clock does the rest. */
export function evaluateSilence(
  context: RuleContext,
  memory: RuleMemory | null,
  input: RuleInput,
): Evaluation {
  switch (input.kind) {
    case 'reading':
      return input.marks & MARK.outOfOrder
        ? unchanged(context, memory, 'out_of_order')
        : heard(context, memory ?? REST)
    case 'timer':
      return evaluateSilenceTimer(context, memory)
    case 'rule-changed':
      return evaluateChangedSilence(context, memory, input.value)
    case 'listening-again':
      return memory === null || memory.level > 0 || memory.heardAtMs === null
        ? unchanged(context, memory, 'not_due')
        : settled(
            context,
            { ...memory, heardAtMs: Math.max(memory.heardAtMs, input.sinceMs) },
            { changes: [], reason: 'heard' },
          )
    default:
      return input satisfies never
  }
}

function heard(context: RuleContext, before: RuleMemory): Evaluation {
  const { rule, nowMs } = context
  if (before.level === 0) {
    // A message brings several values at one instant.
    if (before.heardAtMs === nowMs) return unchanged(context, before, 'heard')
    return settled(context, { ...REST, heardAtMs: nowMs }, { changes: [], reason: 'heard' })
  }
  const falls = [pendingAt(before.falls, 0, nowMs)]
  const matured = mature(rule, { ...before, falls, heardAtMs: nowMs }, nowMs)
  const { changes } = matured
  return settled(context, matured.memory, { changes, reason: reasonOf(before, matured) })
}

function evaluateSilenceTimer(context: RuleContext, memory: RuleMemory | null): Evaluation {
  const { rule, nowMs } = context
  const silentMs = memory === null ? null : silentAtMs(rule, memory)
  if (memory === null || silentMs === null) return unchanged(context, memory, 'not_due')
  if (memory.level === 0 && silentMs + rule.onDelayMs > nowMs) {
    return unchanged(context, memory, 'not_due')
  }
  if (!isInSchedule(context)) return outOfSchedule(context, memory)
  if (memory.level === 0) {
    const raised = changeLevel(rule, { before: memory, after: { ...QUIET, level: 1 }, nowMs })
    return settled(context, raised.memory, { changes: raised.changes, reason: 'raised' })
  }
  const again = reAlarmed(context, memory)
  const matured = mature(rule, again.memory, nowMs)
  const changes = [...again.changes, ...matured.changes]
  const last = changes.at(-1)
  if (last !== undefined) return settled(context, matured.memory, { changes, reason: last.kind })
  if (memory.falls.length === 0 || silentMs > nowMs) return unchanged(context, memory, 'not_due')
  return settled(context, { ...memory, falls: [] }, { changes: [], reason: 'fall_abandoned' })
}

/** Outside its schedule nobody listens: what stands returns, and silence counts from the beginning of it. */
function outOfSchedule(context: RuleContext, memory: RuleMemory): Evaluation {
  const { rule, nowMs } = context
  const untilMs = scheduleStateOf(context)?.untilMs ?? nowMs
  const listensFrom = { ...memory, falls: [], heardAtMs: untilMs }
  if (memory.level === 0) {
    return settled(context, listensFrom, { changes: [], reason: 'out_of_schedule' })
  }
  const { memory: returned, changes } = changeLevel(rule, {
    before: listensFrom,
    after: QUIET,
    nowMs,
  })
  return settled(context, returned, { changes, reason: 'returned' })
}

function evaluateChangedSilence(
  context: RuleContext,
  memory: RuleMemory | null,
  lastValue: number | boolean | null,
): Evaluation {
  const { rule, nowMs } = context
  const before = memory ?? REST
  if (before.level === 0) {
    // A point that was ever heard is listened for from now on, at the latest.
    const heardAtMs = before.heardAtMs ?? (lastValue === null ? null : nowMs)
    const reason = heardAtMs === null ? 'at_rest' : 'heard'
    return settled(context, { ...REST, heardAtMs }, { changes: [], reason })
  }
  if (!isInSchedule(context)) return outOfSchedule(context, before)
  const deadlineMs = silentAtMs(rule, before)
  if ((deadlineMs !== null && deadlineMs <= nowMs) || before.falls.length > 0) {
    return settled(context, before, { changes: [], reason: 'level_unchanged' })
  }
  const returned = changeLevel(rule, { before, after: QUIET, nowMs })
  return settled(context, returned.memory, { changes: returned.changes, reason: 'returned' })
}
