import type { RuleContext } from './judging-tools.ts'
import type { Matured } from './level-change.ts'
import type { RuleMemory } from './rule-memory.ts'

/**
 * Says once more that the condition stands, when its time has come. Whether that matters is for the
 * alarm to know: only one that was acknowledged becomes unacknowledged again.
 */
export function reAlarmed({ rule, nowMs }: RuleContext, memory: RuleMemory): Matured {
  const { reAlarmAtMs, level, value, onset } = memory
  if (reAlarmAtMs === undefined || reAlarmAtMs > nowMs) return { memory, changes: [] }
  const { reAlarmAtMs: _, ...rest } = memory
  // The rule was edited and does not ask for it any more.
  if (rule.reAlarmMs === undefined) return { memory: rest, changes: [] }
  return {
    memory: { ...rest, reAlarmAtMs: nowMs + rule.reAlarmMs },
    changes: [{ kind: 're-alarmed', from: level, to: level, value, onset: onset ?? String(nowMs) }],
  }
}
