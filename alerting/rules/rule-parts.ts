import { z } from 'zod'
import { ALARM_LIMITS, PAYLOAD_LIMITS, TEXT_LIMITS } from '#config/limits.ts'

/** How urgent the response is: 1 red (worst), 2 orange, 3 yellow, 4 blue. Never compared with a hazardLevel. */
export const GRADES = [1, 2, 3, 4] as const
export type Grade = (typeof GRADES)[number]

export const grade = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
export const delayMs = z.int().min(0).max(ALARM_LIMITS.delayMsMax)
export const deadband = z.number().min(0)

export const localizedText = z.strictObject({
  zh: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
  en: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
})
export type LocalizedText = z.infer<typeof localizedText>

export const localizedNote = z.strictObject({
  zh: z.string().min(1).max(TEXT_LIMITS.noteLengthMax),
  en: z.string().min(1).max(TEXT_LIMITS.noteLengthMax),
})

/** Where a figure comes from, so that a person can check it: standard, clause, and how sure we are. */
export const source = z.strictObject({
  standard: z.string().max(200),
  clause: z.string().max(200).optional(),
  /** A: the standard's text or two agreeing copies; B: one secondary source; C: practice, check it. */
  confidence: z.enum(['A', 'B', 'C']),
})

export const setpoint = z.strictObject({
  /** In the unit of what the condition measures; see the condition. */
  setpoint: z.number(),
  grade,
  /** Names the step as the field does, e.g. 一级报警 / first alarm. */
  label: localizedText,
  source: source.optional(),
})
export type Setpoint = z.infer<typeof setpoint>

export const setpoints = z.array(setpoint).min(1).max(ALARM_LIMITS.setpointsPerRuleMax)

/** Which side is dangerous: `high`: at or above the set-point, `low`: at or below it. */
export const direction = z.enum(['high', 'low'])

export const deviceIdText = z.string().min(1).max(TEXT_LIMITS.idLengthMax)
export const pointName = z.string().min(1).max(PAYLOAD_LIMITS.pointNameLengthMax)

/** A point; without `deviceId`, of the device that is judged. */
export const pointRef = z.strictObject({ deviceId: deviceIdText.optional(), point: pointName })
export type PointRef = z.infer<typeof pointRef>

/**
 * Something to compare with. `attribute`: a constant of the device that is judged: `range.min` or
 * `range.max` of the judged point (from its profile).
 */
export const reference = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), value: z.number() }),
  z.strictObject({ kind: z.literal('attribute'), name: z.enum(['range.min', 'range.max']) }),
  z.strictObject({
    kind: z.literal('point'),
    deviceId: deviceIdText.optional(),
    point: pointName,
  }),
])
export type Reference = z.infer<typeof reference>

/** What one level says about itself where a condition has only one. */
export const singleLevel = { grade, label: localizedText, source: source.optional() }

/** IANA name; what the host's own time-zone data know. */
export const timeZone = z.string().max(64).refine(isTimeZone, { error: 'not a time zone' })

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
