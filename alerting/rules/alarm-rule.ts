import { z } from 'zod'
import { ALARM_LIMITS, PAYLOAD_LIMITS, TEXT_LIMITS } from '#config/limits.ts'

/** How urgent the response is: 1 red (worst), 2 orange, 3 yellow, 4 blue. Never compared with a hazardLevel. */
export const GRADES = [1, 2, 3, 4] as const
export type Grade = (typeof GRADES)[number]

const grade = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
const delayMs = z.int().min(0).max(ALARM_LIMITS.delayMsMax)
export const localizedText = z.strictObject({
  zh: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
  en: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
})
export type LocalizedText = z.infer<typeof localizedText>

/** Where a figure comes from, so that a person can check it: standard, clause, and how sure we are. */
const source = z.strictObject({
  standard: z.string().max(200),
  clause: z.string().max(200).optional(),
  /** A: the standard's text or two agreeing copies; B: one secondary source; C: practice, check it. */
  confidence: z.enum(['A', 'B', 'C']),
})

const setpoint = z.strictObject({
  /** In the unit of the point. */
  setpoint: z.number(),
  grade,
  /** Names the step as the field does, e.g. 一级报警 / first alarm. */
  label: localizedText,
  source: source.optional(),
})

/**
 * `limit`: value at or beyond a set-point (`high`: >=, `low`: <=); set-points stand from mild to
 * severe. Clears at or beyond set-point minus (plus, for low) the deadband, exclusive.
 * `boolean`: value equals `is`. `no-data`: nothing arrived for `afterMs` since the last arrival.
 */
export const condition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('limit'),
    direction: z.enum(['high', 'low']),
    setpoints: z.array(setpoint).min(1).max(ALARM_LIMITS.setpointsPerRuleMax),
    deadband: z.number().min(0),
  }),
  z.strictObject({
    kind: z.literal('boolean'),
    is: z.boolean(),
    grade,
    label: localizedText,
    source: source.optional(),
  }),
  z.strictObject({
    kind: z.literal('no-data'),
    afterMs: z
      .int()
      .min(1_000)
      .max(7 * 24 * 3_600_000),
    grade,
    label: localizedText,
    source: source.optional(),
  }),
])
export type Condition = z.infer<typeof condition>

/**
 * What an enterprise or a pack writes. `point` is the quantity judged; `profileIds` the device
 * profiles it applies to; `deviceIds`, where given, narrows it further.
 */
export const alarmRuleDraft = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
    name: localizedText,
    profileIds: z.array(z.string().max(TEXT_LIMITS.idLengthMax)).min(1).max(100),
    deviceIds: z.array(z.string().max(TEXT_LIMITS.idLengthMax)).max(10_000).optional(),
    point: z.string().max(PAYLOAD_LIMITS.pointNameLengthMax),
    condition,
    onDelayMs: delayMs.default(0),
    offDelayMs: delayMs.default(0),
    /** A latched alarm stays visible after the condition has gone, until a person resets it. */
    latching: z.boolean().default(false),
    /** Fire and second-level gas: an operator may not shelve them. */
    shelvable: z.boolean().default(true),
    /** What the operator should do, shown inside the alarm. */
    response: localizedTextLong().optional(),
    enabled: z.boolean().default(true),
  })
  .superRefine((rule, context) => {
    if (rule.condition.kind !== 'limit') return
    const { direction, setpoints } = rule.condition
    for (const [index, worse] of setpoints.entries()) {
      const milder = setpoints[index - 1]
      if (milder === undefined) continue
      const rises =
        direction === 'high' ? worse.setpoint > milder.setpoint : worse.setpoint < milder.setpoint
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

function localizedTextLong() {
  return z.strictObject({
    zh: z.string().min(1).max(TEXT_LIMITS.noteLengthMax),
    en: z.string().min(1).max(TEXT_LIMITS.noteLengthMax),
  })
}

export type AlarmRuleDraft = z.infer<typeof alarmRuleDraft>

/** A rule as it is judged. `version` counts its edits from 1 and goes into every alarm it raises. */
export interface AlarmRule extends AlarmRuleDraft {
  readonly version: number
}
