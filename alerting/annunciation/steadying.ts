import type { Reading } from '../reading.ts'
import type { AlarmRule } from '../rules/alarm-rule.ts'
import { type BackTestAlarm, backTest } from '../rules/back-test.ts'
import type { JudgingTools } from '../rules/judging-tools.ts'
import { quantile } from './quantile.ts'

/** What would steady an alarm that comes and goes; times in ms, a deadband in the unit of the point. */
export interface Steadying {
  readonly kind: 'deadband' | 'off-delay' | 'on-delay'
  readonly value: number
  readonly before: number
  /** How often the alarm would have come with it, over the same readings. */
  readonly alarmsAfter: number
}

export interface SteadyingRequest {
  /** As it is in force for the device. */
  readonly rule: AlarmRule
  /** Of the one point, in order of arrival. */
  readonly readings: readonly Reading[]
  readonly fromMs: number
  readonly toMs: number
  readonly tools: JudgingTools
  /** Gone and back within so long is one trouble, not two. */
  readonly togetherMs: number
  /** Shorter than this, nobody could have acted. */
  readonly fleetingMs: number
}

/** Of ten touches, nine and a half are covered: one wild value must not set the figure. */
const COVERED = 0.95
const SECOND_MS = 1_000

/**
 * Looks at how far and for how long the point came back between alarms that belong together, and
 * proposes the figures that would have bridged it; each is tried on the same readings by the engine
 * that runs live, and only what helps is proposed. On-delays are proposed for no alarm that may not be
 * shelved or is orange or red: there a short touch needs an answer too (off-delay, not on-delay, for
 * gas and fire). A deadband so wide that the alarm would not clear at the usual value is no proposal.
 */
export async function proposeSteadying(
  request: SteadyingRequest,
): Promise<{ readonly alarmsBefore: number; readonly proposals: readonly Steadying[] }> {
  const { rule } = request
  const alarms = await alarmsOf(rule, request)
  const drafts = [
    deadbandOf(alarms, request),
    offDelayOf(alarms, request),
    onDelayOf(alarms, request),
  ]
  const proposals: Steadying[] = []
  for (const draft of drafts) {
    if (draft === null) continue
    const alarmsAfter = (await alarmsOf(draft.rule, request)).length
    const { kind, value, before } = draft
    if (alarmsAfter < alarms.length) proposals.push({ kind, value, before, alarmsAfter })
  }
  return {
    alarmsBefore: alarms.length,
    proposals: proposals.sort((one, other) => one.alarmsAfter - other.alarmsAfter),
  }
}

type Draft = Omit<Steadying, 'alarmsAfter'> & { readonly rule: AlarmRule }

async function alarmsOf(
  rule: AlarmRule,
  { readings, fromMs, toMs, tools }: SteadyingRequest,
): Promise<readonly BackTestAlarm[]> {
  const { alarms } = await backTest({
    rules: {
      rulesFor: (_, point) => (point === rule.point ? [rule] : []),
      listenersOf: () => [],
    },
    readings: inOnePortion(readings),
    fromMs,
    toMs,
    tools,
  })
  return alarms
}

async function* inOnePortion(readings: readonly Reading[]): AsyncIterable<readonly Reading[]> {
  yield readings
}

interface Gap {
  readonly fromMs: number
  readonly toMs: number
}

/** Between the end of one alarm and the beginning of the next that belongs to the same trouble. */
function gapsOf(alarms: readonly BackTestAlarm[], togetherMs: number): readonly Gap[] {
  return alarms.flatMap(({ returnedAtMs }, index) => {
    const next = alarms[index + 1]
    if (returnedAtMs === null || next === undefined) return []
    const isTogether = next.raisedAtMs - returnedAtMs <= togetherMs
    return isTogether ? [{ fromMs: returnedAtMs, toMs: next.raisedAtMs }] : []
  })
}

function deadbandOf(
  alarms: readonly BackTestAlarm[],
  { rule, readings, togetherMs }: SteadyingRequest,
): Draft | null {
  const { condition } = rule
  if (condition.kind !== 'limit') return null
  const setpoint = condition.setpoints[0]?.setpoint
  if (setpoint === undefined) return null
  const backOf = (value: number) =>
    condition.direction === 'high' ? setpoint - value : value - setpoint
  const numbers = readings.flatMap(({ value, arrivedAtMs }) =>
    typeof value === 'number' ? [{ back: backOf(value), atMs: arrivedAtMs }] : [],
  )
  const depths = gapsOf(alarms, togetherMs).map(({ fromMs, toMs }) =>
    Math.max(
      0,
      ...numbers.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ back }) => back),
    ),
  )
  const depth = quantile(sorted(depths), COVERED)
  if (depth === null) return null
  const value = roundedUp(depth)
  const usual = quantile(sorted(numbers.map(({ back }) => back)), 0.5) ?? 0
  if (value <= condition.deadband || value >= usual) return null
  const draft = { ...rule, condition: { ...condition, deadband: value } }
  return { kind: 'deadband', value, before: condition.deadband, rule: draft }
}

function offDelayOf(
  alarms: readonly BackTestAlarm[],
  { rule, togetherMs }: SteadyingRequest,
): Draft | null {
  const lengths = gapsOf(alarms, togetherMs).map(({ fromMs, toMs }) => toMs - fromMs)
  const length = quantile(sorted(lengths), COVERED)
  if (length === null) return null
  // The present delay has run already when the alarm returned.
  const value = Math.ceil((rule.offDelayMs + length + 1) / SECOND_MS) * SECOND_MS
  return { kind: 'off-delay', value, before: rule.offDelayMs, rule: { ...rule, offDelayMs: value } }
}

function onDelayOf(
  alarms: readonly BackTestAlarm[],
  { rule, fleetingMs }: SteadyingRequest,
): Draft | null {
  const needsAnswer = !rule.shelvable || alarms.some(({ grade }) => grade <= 2)
  if (needsAnswer) return null
  const lengths = alarms.flatMap(({ raisedAtMs, returnedAtMs }) => {
    const length = returnedAtMs === null ? Number.POSITIVE_INFINITY : returnedAtMs - raisedAtMs
    return length < fleetingMs ? [length] : []
  })
  const length = quantile(sorted(lengths), COVERED)
  if (length === null) return null
  const value = Math.ceil((rule.onDelayMs + length + 1) / SECOND_MS) * SECOND_MS
  return { kind: 'on-delay', value, before: rule.onDelayMs, rule: { ...rule, onDelayMs: value } }
}

function sorted(numbers: readonly number[]): readonly number[] {
  return [...numbers].sort((one, other) => one - other)
}

/** To two digits, never below: 3.14 becomes 3.2. */
function roundedUp(value: number): number {
  if (value <= 0) return 0
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(6))
}
