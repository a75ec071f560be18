import type { SeasonHours } from './season-model.ts'
import type { Slot } from './slot-window.ts'
import type { Trend, TrendPoint } from './trend.ts'

/** A level whose condition holds since `sinceMs` and takes effect when its delay is over. */
export interface PendingLevel {
  readonly level: number
  readonly sinceMs: number
}

/** A late value that waits for something newer. */
export interface HeldValue {
  readonly value: number | boolean
  readonly dueAtMs: number
  /** The device's time of it; kept where the condition is a trend. */
  readonly observedAtMs?: number
}

/** The last that is known of one point of a condition that looks at several. */
export interface OperandState {
  readonly value: number | boolean
  /** When it was judged. */
  readonly atMs: number
  /** What came last was not a value (quality bad or calibrating). */
  readonly isBad?: true
}

/** A value that does not change. */
export interface StuckRun {
  readonly anchor: number
  readonly sinceMs: number
  readonly readings: number
  /** It had the same value before a gap, after which counting began anew. */
  readonly isResumed?: true
}

/**
 * What a condition has gathered: windows, counts, operands, seasons. Bounded by `RULE_LIMITS`, plain
 * JSON, never changed in place. Only the parts its kind needs are there.
 */
export interface MeasureMemory {
  /** Kind and window it was gathered for; of another one it is of no use. */
  readonly shape: string
  readonly sinceMs: number
  readonly slots?: readonly Slot[]
  readonly points?: readonly TrendPoint[]
  /** Of the points when the newest slot began. */
  readonly trend?: Trend
  /** The last readings, oldest first. */
  readonly counted?: readonly (readonly [atMs: number, value: number])[]
  /** The value that does not change. */
  readonly run?: StuckRun
  readonly operands?: Readonly<Record<string, OperandState>>
  /** Late values of operands that wait for something newer. */
  readonly held?: Readonly<Record<string, HeldValue>>
  readonly season?: SeasonHours
  readonly lastValue?: number
  /** What the season foretold when the present hour began; null: too little is known. */
  readonly foretold?: { readonly asked: string; readonly figure: number | null }
  /** When the last reading came. */
  readonly lastAtMs?: number
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
  readonly held: HeldValue | null
  /** What was compared with the set-points last: the value of the point, or the figure made of several. */
  readonly value: number | boolean | null
  /** `no-data`: when the point was heard last. */
  readonly heardAtMs: number | null
  /** Where the present occurrence began; the id of its alarm derives from it. */
  readonly onset: string | null
  readonly measure?: MeasureMemory
  /** When a value was judged last; kept where the rule says what a gap does. */
  readonly valueAtMs?: number
  /** The delays stand still since then. */
  readonly pausedAtMs?: number
  /** A gap has voided what was counted; nothing is judged until the next value. */
  readonly isVoid?: true
  /** Out of schedule, but beyond a set-point: judged again when the schedule begins. */
  readonly waitsForSchedule?: true
  readonly reAlarmAtMs?: number
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
