import { RULE_LIMITS } from '#config/limits.ts'
import type { ConditionOf } from './alarm-rule.ts'
import type { RuleContext } from './judging-tools.ts'
import type { Measure } from './measure.ts'
import type { MeasureMemory, StuckRun } from './rule-memory.ts'
import { figure, type Sample, type Signal, unknown } from './signal.ts'
import { addToSlots, oldestLeavesAtMs, totalsOf, withinWindow } from './slot-window.ts'
import { addToTrend, type Trend, type TrendPoint, trendOf, youngerThan } from './trend.ts'

const UNIT_MS = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const
const MINUTE_MS = 60_000

/** Windows of whole numbers of ms, never longer than what was asked for by more than a slot. */
function slotMsOf(windowMs: number, slots: number): number {
  return Math.max(1, Math.ceil(windowMs / slots))
}

export const rateMeasure: Measure<'rate'> = {
  shape: ({ windowMs }) => `rate ${windowMs}`,
  observe: (condition, memory, { sample }) => {
    const slotMs = slotMsOf(condition.windowMs, RULE_LIMITS.rateSlots)
    return trendMemory(memory, { sample, slotMs, windowMs: condition.windowMs })
  },
  signal: (condition, memory) => {
    const points = memory?.points ?? []
    if (!spansHalf(points, condition.windowMs, RULE_LIMITS.rateSlotsMin)) {
      return unknown('too_few_readings')
    }
    const perUnit = (memory?.trend?.slope ?? 0) * UNIT_MS[condition.per]
    if (condition.change === 'either') return figure(Math.abs(perUnit))
    return figure(condition.change === 'rise' ? perUnit : 0 - perUnit)
  },
  void: () => undefined,
}

export const forecastMeasure: Measure<'forecast'> = {
  shape: ({ windowMs }) => `forecast ${windowMs}`,
  observe: (condition, memory, { sample }) => {
    const slotMs = slotMsOf(condition.windowMs, RULE_LIMITS.windowSlots)
    return trendMemory(memory, { sample, slotMs, windowMs: condition.windowMs })
  },
  signal: (condition, memory) => {
    const points = memory?.points ?? []
    const newest = points.at(-1)
    if (newest !== undefined && hasReached(condition, newest[1])) return figure(0)
    if (!spansHalf(points, condition.windowMs, condition.pointsMin)) {
      return unknown('too_few_readings')
    }
    return figure(
      memory?.trend === undefined
        ? Number.POSITIVE_INFINITY
        : minutesUntil(condition, memory.trend),
    )
  },
  void: () => undefined,
}

function hasReached({ direction, target }: ConditionOf<'forecast'>, value: number): boolean {
  return direction === 'high' ? value >= target : value <= target
}

/** Infinite where the trend is too weak or leads away from the target. */
function minutesUntil(
  condition: ConditionOf<'forecast'>,
  { slope, level, quality }: Trend,
): number {
  if (quality < condition.qualityMin || slope === 0) return Number.POSITIVE_INFINITY
  if (hasReached(condition, level)) return 0
  const minutes = (condition.target - level) / slope / MINUTE_MS
  return minutes < 0 ? Number.POSITIVE_INFINITY : minutes
}

function spansHalf(points: readonly TrendPoint[], windowMs: number, pointsMin: number): boolean {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined || points.length < pointsMin) return false
  return last[0] - first[0] >= windowMs / 2
}

/** Trends run on the device's time, for that is when the values were so; never backwards. */
function trendMemory(
  memory: MeasureMemory,
  {
    sample,
    slotMs,
    windowMs,
  }: { readonly sample: Sample; readonly slotMs: number; readonly windowMs: number },
): MeasureMemory {
  const before = memory.points ?? []
  const atMs = Math.max(sample.observedAtMs, before.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY)
  const added = addToTrend(before, { atMs, value: Number(sample.value), slotMs })
  const points = youngerThan(added, atMs - windowMs)
  // Worked out once a slot, with its first reading: hundreds of slopes a reading would be too many.
  if (points.at(-1)?.[2] !== 1 || points.length < 2) return { ...memory, points }
  return { ...memory, points, trend: trendOf(points) }
}

export const aggregateMeasure: Measure<'aggregate'> = {
  shape: ({ windowMs }) => `aggregate ${windowMs}`,
  takesBooleans: true,
  observe: ({ windowMs }, memory, { sample, context }) => {
    const window = windowOf(windowMs, context.nowMs)
    const kept = withinWindow(memory.slots ?? [], window)
    const value = Number(sample.value)
    return {
      ...memory,
      lastAtMs: context.nowMs,
      slots: addToSlots(kept, { atMs: context.nowMs, value, slotMs: window.slotMs }),
    }
  },
  signal: (condition, memory, { context }) => aggregateSignal(condition, memory, context),
  wakeAtMs: (condition, memory, context) => {
    // Means and extremes say nothing new without a reading; sums and counts fall by themselves.
    if (condition.aggregate !== 'sum' && condition.aggregate !== 'count') return null
    const window = windowOf(condition.windowMs, context.nowMs)
    const leavesAtMs = oldestLeavesAtMs(withinWindow(memory.slots ?? [], window), window)
    const fullAtMs = memory.sinceMs + condition.windowMs
    if (leavesAtMs === null) return fullAtMs > context.nowMs ? fullAtMs : null
    return fullAtMs > context.nowMs ? Math.min(leavesAtMs, fullAtMs) : leavesAtMs
  },
  void: () => undefined,
}

function windowOf(windowMs: number, nowMs: number) {
  const slotMs = slotMsOf(windowMs, RULE_LIMITS.windowSlots)
  return { nowMs, slotMs, slotsMax: Math.ceil(windowMs / slotMs) }
}

/**
 * Mean and extremes are those at the last reading, sums and counts those of now: so the signal never
 * changes by time without a wake-up that was asked for.
 */
function aggregateSignal(
  condition: ConditionOf<'aggregate'>,
  memory: MeasureMemory | undefined,
  context: RuleContext,
): Signal {
  if (memory?.lastAtMs === undefined) return unknown('too_few_readings')
  const isRunning = condition.aggregate === 'sum' || condition.aggregate === 'count'
  const nowMs = isRunning ? context.nowMs : memory.lastAtMs
  const window = windowOf(condition.windowMs, nowMs)
  const { count, sum, min, max } = totalsOf(withinWindow(memory.slots ?? [], window))
  if (isRunning) {
    const isFull = nowMs - memory.sinceMs >= condition.windowMs
    if (condition.direction === 'low' && !isFull) return unknown('window_listening')
    return figure(condition.aggregate === 'sum' ? sum : count)
  }
  if (count < condition.readingsMin) return unknown('too_few_readings')
  if (condition.aggregate === 'mean') return figure(sum / count)
  return figure(condition.aggregate === 'min' ? min : max)
}

export const countMeasure: Measure<'count'> = {
  shape: () => 'count',
  takesBooleans: true,
  observe: (condition, memory, { sample, context }) => {
    const added = [...(memory.counted ?? []), [context.nowMs, Number(sample.value)] as const]
    return { ...memory, counted: withinCount(condition, added, context.nowMs) }
  },
  signal: (condition, memory) => {
    const values = (memory?.counted ?? []).map(([, value]) => value)
    const inOrder = values.sort((one, other) => one - other)
    const at = condition.direction === 'high' ? -condition.needed : condition.needed - 1
    const decisive = inOrder.at(at)
    return decisive === undefined ? unknown('too_few_readings') : figure(decisive)
  },
  void: () => undefined,
  // Readings on the safe side of every set-point count as much as readings that never were.
  isIdle: ({ setpoints, direction, deadband }, { counted = [] }) => {
    const mildest = setpoints[0]?.setpoint ?? 0
    return counted.every(([, value]) =>
      direction === 'high' ? value < mildest - deadband : value > mildest + deadband,
    )
  },
}

function withinCount(
  { of, withinMs }: ConditionOf<'count'>,
  counted: readonly (readonly [number, number])[],
  nowMs: number,
): readonly (readonly [number, number])[] {
  const last = counted.slice(-of)
  return withinMs === undefined ? last : last.filter(([atMs]) => atMs > nowMs - withinMs)
}

export const stuckMeasure: Measure<'stuck'> = {
  shape: ({ epsilon }) => `stuck ${epsilon}`,
  observe: ({ epsilon, afterMs }, memory, { sample, context }) => {
    const { nowMs } = context
    const value = Number(sample.value)
    const run = memory.run ?? null
    const isSame = run !== null && Math.abs(value - run.anchor) <= epsilon
    // Two equal values with a long silence between them prove nothing about the time between.
    const isHeard = memory.lastAtMs !== undefined && nowMs - memory.lastAtMs < afterMs
    return { ...memory, lastAtMs: nowMs, run: runAfter(run, { value, nowMs, isSame, isHeard }) }
  },
  signal: ({ afterMs, readingsMin }, memory) => {
    if (memory?.run === undefined || memory.lastAtMs === undefined) {
      return unknown('too_few_readings')
    }
    const { anchor, sinceMs, readings, isResumed } = memory.run
    const isStuck = memory.lastAtMs - sinceMs >= afterMs && readings >= readingsMin
    // Only a changed value clears.
    const isNew = readings === 1 && isResumed === undefined
    return {
      kind: 'state',
      state: isStuck ? 'passed' : isNew ? 'cleared' : 'between',
      value: anchor,
    }
  },
  void: ({ lastAtMs: _, ...memory }) => memory,
  pause: (memory, pausedMs) => {
    if (memory.run === undefined || memory.lastAtMs === undefined) return memory
    const run = { ...memory.run, sinceMs: memory.run.sinceMs + pausedMs }
    return { ...memory, run, lastAtMs: memory.lastAtMs + pausedMs }
  },
}

function runAfter(
  run: StuckRun | null,
  {
    value,
    nowMs,
    isSame,
    isHeard,
  }: {
    readonly value: number
    readonly nowMs: number
    readonly isSame: boolean
    readonly isHeard: boolean
  },
): StuckRun {
  if (run === null || !isSame) return { anchor: value, sinceMs: nowMs, readings: 1 }
  if (isHeard) return { ...run, readings: run.readings + 1 }
  return { anchor: run.anchor, sinceMs: nowMs, readings: 1, isResumed: true }
}
