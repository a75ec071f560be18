import type { RuleContext } from './judging-tools.ts'
import type { Matured } from './level-change.ts'
import { measureOf } from './measure.ts'
import type { MeasureMemory, PendingLevel, RuleMemory } from './rule-memory.ts'

/** No value has come for longer than the rule allows: what was counted is void, or stands still. */
export function afterGap(
  { rule, nowMs }: RuleContext,
  memory: RuleMemory,
): Matured & { readonly reason: 'gap_voided' | 'gap_paused' } {
  if (rule.gap?.policy === 'pause') {
    return { memory: { ...memory, pausedAtMs: nowMs }, changes: [], reason: 'gap_paused' }
  }
  const { valueAtMs: _, measure, ...before } = memory
  const left = measure === undefined ? undefined : voided(rule.condition, measure)
  const after = { ...before, rises: [], falls: [], isVoid: true } as const
  return {
    memory: left === undefined ? after : { ...after, measure: left },
    changes: [],
    reason: 'gap_voided',
  }
}

function voided(
  condition: RuleContext['rule']['condition'],
  memory: MeasureMemory,
): MeasureMemory | undefined {
  const measure = measureOf(condition)
  return measure?.void === undefined ? memory : measure.void(memory)
}

/** A value has come: the delays go on where they stood still, as if the time between had not been. */
export function resumed({ rule, nowMs }: RuleContext, memory: RuleMemory): RuleMemory {
  if (memory.pausedAtMs === undefined) return memory
  const { pausedAtMs, ...before } = memory
  const pausedMs = nowMs - pausedAtMs
  const shifted = ({ level, sinceMs }: PendingLevel): PendingLevel => ({
    level,
    sinceMs: sinceMs <= pausedAtMs ? sinceMs + pausedMs : nowMs,
  })
  const after = { ...before, rises: before.rises.map(shifted), falls: before.falls.map(shifted) }
  const { measure } = before
  if (measure === undefined) return after
  return { ...after, measure: measureOf(rule.condition)?.pause?.(measure, pausedMs) ?? measure }
}
