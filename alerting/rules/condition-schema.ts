import { z } from 'zod'
import { RULE_LIMITS } from '#config/limits.ts'
import {
  deadband,
  deviceIdText,
  direction,
  pointName,
  pointRef,
  reference,
  setpoints,
  singleLevel,
  timeZone,
} from './rule-parts.ts'
import { schedule } from './schedule-schema.ts'

const windowMs = z.int().min(RULE_LIMITS.windowMsMin).max(RULE_LIMITS.windowMsMax)
const durationMs = z
  .int()
  .min(1_000)
  .max(7 * 24 * 3_600_000)

/**
 * What an operand that is missing counts as: never heard, heard too long ago (`staleAfterMs`), or of
 * bad quality when last heard. `hold`: the level stays as it is until the operand is back.
 */
const missing = z.enum(['hold', 'passed', 'cleared']).default('hold')
/** An operand older than this is missing; absent: it keeps its last value for as long as it takes. */
const staleAfterMs = durationMs.optional()

/**
 * The value itself, at or beyond a set-point (`high`: >=, `low`: <=); set-points stand from mild to
 * severe. Clears at or beyond set-point minus (plus, for low) the deadband, exclusive.
 */
const limit = z.strictObject({ kind: z.literal('limit'), direction, setpoints, deadband })

/** The value equals `is`. */
const boolean = z.strictObject({ kind: z.literal('boolean'), is: z.boolean(), ...singleLevel })

/** Nothing arrived for `afterMs` since the last arrival. */
const noData = z.strictObject({ kind: z.literal('no-data'), afterMs: durationMs, ...singleLevel })

/** Units of time a rate of change counts in. */
export const RATE_UNITS = ['second', 'minute', 'hour'] as const

/**
 * How fast the value changes, in its unit per `per`, over the last `windowMs`: the median of the
 * slopes between all pairs of points in the window (Theil–Sen), so that one outlier changes nothing.
 * `change`: which way counts; set-points are positive. Judged once the window has
 * `RULE_LIMITS.rateSlotsMin` points over at least half of it.
 */
const rate = z.strictObject({
  kind: z.literal('rate'),
  change: z.enum(['rise', 'fall', 'either']),
  per: z.enum(RATE_UNITS),
  windowMs,
  setpoints,
  deadband,
})

/**
 * How far the value lies from another: value − reference. `side`: which way counts; set-points are
 * positive, in the unit of the point, or in per cent of the reference where `relative`. A relative
 * deviation from 0 cannot be judged: the level stays, with the reason `division_by_zero`.
 */
const deviation = z.strictObject({
  kind: z.literal('deviation'),
  from: reference,
  side: z.enum(['above', 'below', 'either']),
  relative: z.boolean().default(false),
  setpoints,
  deadband,
  staleAfterMs,
  missing,
})

/**
 * The value has not changed by more than `epsilon` for `afterMs`, in at least `readingsMin` readings.
 * Only readings count: a point that says nothing is silent, not stuck.
 */
const stuck = z.strictObject({
  kind: z.literal('stuck'),
  epsilon: z.number().min(0),
  afterMs: durationMs,
  readingsMin: z.int().min(2).max(1_000).default(3),
  ...singleLevel,
})

/**
 * At least `needed` of the last `of` readings stand at or beyond a set-point (N of M; N in a row
 * where both are equal). With `withinMs`, only readings not older than that count. The set-points are
 * compared with the needed-th highest (lowest) of these readings, so the deadband works as in `limit`.
 * True counts as 1, false as 0.
 */
const count = z.strictObject({
  kind: z.literal('count'),
  needed: z.int().min(1).max(RULE_LIMITS.countedReadingsMax),
  of: z.int().min(1).max(RULE_LIMITS.countedReadingsMax),
  withinMs: windowMs.optional(),
  direction,
  setpoints,
  deadband,
})

export const AGGREGATES = ['mean', 'min', 'max', 'sum', 'count'] as const

/**
 * A figure over the last `windowMs`, which moves in steps of a sixtieth of itself. `mean`, `min`,
 * `max` are judged once `readingsMin` readings are in it; `sum` and `count` once the window has been
 * listened to in full when `direction` is low, at once when it is high. True counts as 1.
 */
const aggregate = z.strictObject({
  kind: z.literal('aggregate'),
  aggregate: z.enum(AGGREGATES),
  windowMs,
  readingsMin: z.int().min(1).max(1_000_000).default(1),
  direction,
  setpoints,
  deadband,
})

/**
 * At least `needed` of the voters stand at or beyond a set-point (2 of 3). The set-points are compared
 * with the needed-th highest (lowest) vote. A voter is bad when it was never heard, its last quality
 * was bad, or it has been silent for `staleAfterMs`; `badVoters` says what that means: `passed`: it
 * votes for the alarm; `cleared`: against it; `fewer`: it has no vote and `needed` falls by one for
 * each, to 1 at least (2 of 3 becomes 1 of 2). When no good voter is left under `fewer`, the level
 * stays. True counts as 1, false as 0. The alarm is that of the one device the rule applies to.
 */
const vote = z.strictObject({
  kind: z.literal('vote'),
  needed: z.int().min(1).max(RULE_LIMITS.votersMax),
  voters: z
    .array(z.strictObject({ deviceId: deviceIdText, point: pointName }))
    .min(2)
    .max(RULE_LIMITS.votersMax),
  direction,
  setpoints,
  deadband,
  staleAfterMs: durationMs,
  badVoters: z.enum(['passed', 'cleared', 'fewer']),
})

const valueTest = z.strictObject({
  test: z.literal('value'),
  of: pointRef,
  direction,
  setpoint: z.number(),
  deadband: deadband.default(0),
})
const booleanTest = z.strictObject({ test: z.literal('boolean'), of: pointRef, is: z.boolean() })
const scheduleTest = z.strictObject({ test: z.literal('schedule'), schedule })

/** One test of a combination. `schedule` is passed while the schedule is active. */
const test = z.discriminatedUnion('test', [valueTest, booleanTest, scheduleTest])
export type CombinedTest = z.infer<typeof test>

const tests = z.array(test).min(1).max(RULE_LIMITS.testsPerCombinationMax)

/**
 * AND / OR over points, devices and schedules: `all` is passed when all tests are, `any` when one is;
 * a test may itself be a group of tests. Cleared when it could not be passed even inside the
 * deadbands; between the two nothing changes.
 */
const combination = z.strictObject({
  kind: z.literal('combination'),
  match: z.enum(['all', 'any']),
  tests: z
    .array(
      z.discriminatedUnion('test', [
        valueTest,
        booleanTest,
        scheduleTest,
        z.strictObject({ test: z.literal('group'), match: z.enum(['all', 'any']), tests }),
      ]),
    )
    .min(1)
    .max(RULE_LIMITS.testsPerCombinationMax),
  staleAfterMs,
  missing,
  ...singleLevel,
})

/**
 * Time until the value reaches `target`, by the trend of the last `windowMs` (Theil–Sen): passed when
 * it is at or below a set-point, which is a duration in minutes (mild, long ones first). A value at or
 * beyond the target already counts as 0 minutes. Needs `pointsMin` points; a trend counts from
 * `qualityMin` on, the share by which pairs of points that follow it outnumber those that do not
 * (|Kendall's τ|, 0 … 1); a weaker one is no trend, and no trend never gets there.
 */
const forecast = z.strictObject({
  kind: z.literal('forecast'),
  target: z.number(),
  /** `high`: it is dangerous to rise to the target; `low`: to fall to it. */
  direction,
  windowMs,
  pointsMin: z
    .int()
    .min(RULE_LIMITS.rateSlotsMin)
    .max(RULE_LIMITS.windowSlots)
    .default(RULE_LIMITS.rateSlotsMin),
  qualityMin: z.number().min(0).max(1).default(0.6),
  setpoints,
  /** In minutes. */
  deadband,
})

/**
 * Forecast by season, for what follows the clock and the calendar, as supply and demand of town gas:
 * for each hour of the day, working days and rest days apart, the usual value and its usual spread.
 * `judge`:
 * - `ahead`: the extreme of the forecast hours within the next `aheadHours` is compared with the
 *   set-points, in the unit of the point;
 * - `day`: the sum of the hourly forecasts of the next 24 hours is (unit × hours: m³/h gives m³);
 * - `band`: the present value's distance from the usual one, in spreads, is.
 * `edge` takes the upper or lower edge of the band (± `band` spreads) instead of the middle.
 * `less` is taken away first, for example what can be supplied: the set-point is then a shortage.
 * Nothing is judged until `daysMin` days of the hour's kind are known.
 */
const season = z.strictObject({
  kind: z.literal('season'),
  judge: z.enum(['ahead', 'day', 'band']),
  timeZone: timeZone.default('Asia/Shanghai'),
  calendar: z
    .string()
    .regex(/^[a-z]{2,16}$/)
    .default('cn'),
  aheadHours: z.int().min(1).max(24).default(6),
  band: z.number().min(0).max(10).default(3),
  edge: z.enum(['middle', 'upper', 'lower']).default('middle'),
  less: reference.optional(),
  daysMin: z.int().min(2).max(60).default(5),
  direction,
  setpoints,
  deadband,
  staleAfterMs,
  missing,
})

/**
 * A free expression in CEL (https://cel.dev). `value` is the judged point, the names of `operands` are
 * other points: numbers are `double`, booleans `bool`. It answers a bool (one level, `setpoints` has
 * one entry whose figure is not looked at) or a double that is compared with the set-points.
 */
const expression = z.strictObject({
  kind: z.literal('expression'),
  expression: z.string().min(1).max(RULE_LIMITS.expressionLengthMax),
  operands: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9_]{0,31}$/), pointRef)
    .refine((named) => Object.keys(named).length <= RULE_LIMITS.expressionOperandsMax, {
      error: 'too many operands',
    })
    .default({}),
  direction: direction.default('high'),
  setpoints,
  deadband: deadband.default(0),
  staleAfterMs,
  missing,
})

/** What a rule waits for. Each kind is specified above, and row by row in DESIGN.md, section 1. */
export const condition = z.discriminatedUnion('kind', [
  limit,
  boolean,
  noData,
  rate,
  deviation,
  stuck,
  count,
  aggregate,
  vote,
  combination,
  forecast,
  season,
  expression,
])
export type Condition = z.infer<typeof condition>
export type ConditionKind = Condition['kind']
export type ConditionOf<Kind extends ConditionKind> = Extract<Condition, { kind: Kind }>
