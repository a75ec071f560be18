import { MARK, parseDeviceId, type Quality, type Reading } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import type { ConditionEvent } from './condition-event.ts'
import { DraftDirectory } from './draft-directory.ts'
import { type NotedEvaluation, notedEvaluation } from './evaluation-watch.ts'
import type { JudgingTools } from './judging-tools.ts'
import { RuleEngine } from './rule-engine.ts'

/** A reading a person has pasted or typed. Without a device or point: the judged one. */
export interface PastedReading {
  readonly atMs: number
  readonly value: number | boolean
  readonly quality?: Quality
  readonly deviceId?: string
  readonly point?: string
}

export interface TriedRule {
  /** Every evaluation, the clock's own among them, in order. */
  readonly evaluations: readonly NotedEvaluation[]
  readonly events: readonly ConditionEvent[]
}

const PASTED_DEVICE = 'pasted'

/**
 * Runs a rule over a few readings that a person gives, as the engine would have, and lets the clock
 * run on for `thenMs` after the last. Pure; the readings are taken in order of their instants.
 */
export function tryRule(
  rule: AlarmRule,
  readings: readonly PastedReading[],
  { tools, thenMs = 0 }: { readonly tools: JudgingTools; readonly thenMs?: number },
): TriedRule {
  const judged = rule.deviceIds?.[0] ?? PASTED_DEVICE
  const evaluations: NotedEvaluation[] = []
  const engine = new RuleEngine(new DraftDirectory(new Map([[judged, rule]])), tools, {
    onEvaluation: (noted) => evaluations.push(notedEvaluation(noted)),
  })
  const inOrder = readings.toSorted((one, other) => one.atMs - other.atMs)
  const taken = inOrder.flatMap((pasted) => readingOf(pasted, { judged, point: rule.point }))
  engine.judge({ offset: 1, readings: taken })
  engine.advanceTo((taken.at(-1)?.arrivedAtMs ?? 0) + thenMs)
  return { evaluations, events: engine.takeStep().events }
}

/** None for a device id that can be none. */
function readingOf(
  { atMs, value, quality = 'good', deviceId, point }: PastedReading,
  own: { readonly judged: string; readonly point: string },
): readonly Reading[] {
  const id = parseDeviceId(deviceId ?? own.judged)
  if (id === null) return []
  return [
    {
      deviceId: id,
      point: point ?? own.point,
      observedAtMs: atMs,
      arrivedAtMs: atMs,
      value,
      quality,
      marks: MARK.none,
    },
  ]
}
