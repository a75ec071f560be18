import { z } from 'zod'
import { RULE_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import { type Condition, condition } from './condition-schema.ts'
import {
  deadband,
  delayMs,
  deviceIdText,
  grade,
  localizedNote,
  localizedText,
  pointName,
} from './rule-parts.ts'
import { schedule } from './schedule-schema.ts'

export {
  type CombinedTest,
  type Condition,
  type ConditionKind,
  type ConditionOf,
  condition,
} from './condition-schema.ts'
export {
  GRADES,
  type Grade,
  type LocalizedText,
  localizedText,
  type PointRef,
  type Reference,
  type Setpoint,
} from './rule-parts.ts'
export { SCHEDULE_DAYS, type Schedule, type ScheduleDay, schedule } from './schedule-schema.ts'

const ids = z
  .array(z.string().min(1).max(TEXT_LIMITS.idLengthMax))
  .min(1)
  .max(RULE_LIMITS.scopeIdsMax)

/**
 * Other figures for a part of the plant: exactly one of device, site, organization (and all below it)
 * or profile. The nearest one wins, figure by figure: device, site, organization (the lowest), profile,
 * rule. A set-point is overridden by its place, 1 the mildest.
 */
export const ruleOverride = z
  .strictObject({
    deviceId: deviceIdText.optional(),
    siteId: z.string().max(TEXT_LIMITS.idLengthMax).optional(),
    organizationId: z.string().max(TEXT_LIMITS.idLengthMax).optional(),
    profileId: z.string().max(TEXT_LIMITS.idLengthMax).optional(),
    set: z.strictObject({
      setpoints: z
        .array(
          z.strictObject({
            level: z.int().min(1),
            setpoint: z.number().optional(),
            grade: grade.optional(),
          }),
        )
        .optional(),
      deadband: deadband.optional(),
      onDelayMs: delayMs.optional(),
      offDelayMs: delayMs.optional(),
      enabled: z.boolean().optional(),
    }),
    /** Why here; shown beside the figure. */
    note: z.string().max(TEXT_LIMITS.noteLengthMax).optional(),
  })
  .refine(
    ({ deviceId, siteId, organizationId, profileId }) =>
      [deviceId, siteId, organizationId, profileId].filter((id) => id !== undefined).length === 1,
    { error: 'an override is for exactly one device, site, organization or profile' },
  )
export type RuleOverride = z.infer<typeof ruleOverride>

/** What running delays and windows do when no value comes for longer than `afterMs`. */
export const GAP_POLICIES = ['void', 'pause', 'keep'] as const
/**
 * `void`: what was counted is dropped, counting begins anew with the next value. `pause`: it stands
 * still from the last value + `afterMs` until the next value. `keep`: the clock goes on (also without
 * this setting): an on-delay ends although the device has stopped talking. A standing alarm stays.
 */
export const gap = z.strictObject({ policy: z.enum(GAP_POLICIES), afterMs: delayMs.min(1_000) })

/**
 * What an enterprise or a pack writes. `point` is the quantity judged; it applies to the devices of
 * `profileIds`, narrowed by sites, organizations (and all below) or devices where given: a device is
 * in when any of these lists names it.
 */
export const alarmRuleDraft = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
    name: localizedText,
    profileIds: z.array(z.string().max(TEXT_LIMITS.idLengthMax)).min(1).max(100),
    organizationIds: ids.optional(),
    siteIds: ids.optional(),
    deviceIds: z.array(z.string().max(TEXT_LIMITS.idLengthMax)).max(10_000).optional(),
    overrides: z.array(ruleOverride).max(RULE_LIMITS.overridesMax).optional(),
    point: pointName,
    condition,
    onDelayMs: delayMs.default(0),
    offDelayMs: delayMs.default(0),
    /** A latched alarm stays visible after the condition has gone, until a person resets it. */
    latching: z.boolean().default(false),
    /** Acknowledged and still there after this long: annunciated again. */
    reAlarmMs: delayMs.min(60_000).optional(),
    /** Values of a worse quality are not judged; absent: `uncertain`. Over-range values are uncertain. */
    qualityMin: z.enum(['good', 'uncertain']).optional(),
    gap: gap.optional(),
    /** The rule is in force only then; outside, its condition counts as gone. */
    schedule: schedule.optional(),
    /** Fire and second-level gas: an operator may not shelve them. */
    shelvable: z.boolean().default(true),
    /** What the operator should do, shown inside the alarm. */
    response: localizedNote.optional(),
    enabled: z.boolean().default(true),
  })
  .superRefine((rule, context) => {
    const { condition } = rule
    const needed = neededTooMany(condition)
    if (needed !== null) {
      context.addIssue({ code: 'custom', path: ['condition', 'needed'], message: needed })
    }
    if (!('setpoints' in condition)) return
    const { setpoints } = condition
    const isFalling = isMildHighest(condition)
    for (const [index, worse] of setpoints.entries()) {
      const milder = setpoints[index - 1]
      if (milder === undefined) continue
      const rises = isFalling ? worse.setpoint < milder.setpoint : worse.setpoint > milder.setpoint
      if (!rises) {
        context.addIssue({
          code: 'custom',
          path: ['condition', 'setpoints', index, 'setpoint'],
          message: `set-points must stand from mild to severe: ${worse.setpoint} does not lie beyond ${milder.setpoint}`,
        })
      }
      if (worse.grade > milder.grade) {
        context.addIssue({
          code: 'custom',
          path: ['condition', 'setpoints', index, 'grade'],
          message: 'a more severe set-point cannot have a milder grade (1 is the most urgent)',
        })
      }
    }
  })

/** Whether the mildest set-point is the largest figure. The time left before a target is worse the shorter it is. */
function isMildHighest(condition: Extract<Condition, { setpoints: unknown }>): boolean {
  if (condition.kind === 'forecast') return true
  return 'direction' in condition && condition.direction === 'low'
}

function neededTooMany(condition: Condition): string | null {
  if (condition.kind === 'count' && condition.needed > condition.of) {
    return `${condition.needed} of ${condition.of} readings can never be`
  }
  if (condition.kind === 'vote' && condition.needed > condition.voters.length) {
    return `${condition.needed} of ${condition.voters.length} voters can never be`
  }
  return null
}

export type AlarmRuleDraft = z.infer<typeof alarmRuleDraft>

/** A rule as it is judged. `version` counts its edits from 1 and goes into every alarm it raises. */
export interface AlarmRule extends AlarmRuleDraft {
  readonly version: number
}
