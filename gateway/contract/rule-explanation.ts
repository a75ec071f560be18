import { z } from 'zod'
import { localizedText } from '#alerting/rules/alarm-rule.ts'
import { EVALUATION_REASONS } from '#alerting/rules/level-change.ts'
import { rule } from './rules.ts'
import { instant } from './values.ts'

/** Which rules judge a device, whose figures they go by, and what they make of it at the moment. */

const figure = z.union([z.number(), z.boolean()]).nullable()

/** One figure that is another than the rule's, and whose doing it is. */
export const overriddenFigure = z.object({
  /** `condition.setpoints.0.setpoint`, `onDelayMs`, … */
  path: z.string(),
  from: z.union([z.number(), z.boolean()]),
  to: z.union([z.number(), z.boolean()]),
  by: z.object({
    kind: z.enum(['device', 'site', 'organization', 'profile']),
    id: z.string(),
    name: z.string(),
  }),
  note: z.string(),
})
export type OverriddenFigureDto = z.infer<typeof overriddenFigure>

/** A rule as it is for one device, overrides put in. */
export const deviceRule = rule.safeExtend({ overridden: z.array(overriddenFigure) })
export type DeviceRule = z.infer<typeof deviceRule>

export const PENDING_TIMER_KINDS = [
  'rise',
  'fall',
  'silent',
  'held',
  'gap',
  'schedule',
  're-alarm',
  'window',
] as const

export const notedEvaluation = z.object({
  at: instant,
  ruleVersion: z.int(),
  /** A reading, the clock, or a changed rule. */
  cause: z.string(),
  /** Which other point of the condition the reading was of; null: the judged one. */
  operand: z.string().nullable(),
  value: figure,
  quality: z.string().nullable(),
  reason: z.enum(EVALUATION_REASONS),
  level: z.int(),
  figure,
  fault: z.string().nullable(),
})
export type NotedEvaluationDto = z.infer<typeof notedEvaluation>

export const ruleExplanation = z.object({
  ruleId: z.string(),
  ruleVersion: z.int(),
  ruleName: localizedText,
  deviceId: z.string(),
  point: z.string(),
  /** Up to then everything is judged. */
  at: instant,
  /** Which set-point is in force; 0: normal. */
  level: z.int(),
  /** What was compared with the set-points last. */
  figure,
  /** Why nothing can be judged at the moment; null: it can. */
  unknown: z.object({ reason: z.string(), detail: z.string() }).nullable(),
  inSchedule: z.boolean(),
  paused: z.boolean(),
  /** What the clock will do if nothing comes before it, soonest first. */
  timers: z.array(
    z.object({
      kind: z.enum(PENDING_TIMER_KINDS),
      level: z.int().nullable(),
      since: instant.nullable(),
      due: instant,
    }),
  ),
  operands: z.array(
    z.object({
      key: z.string(),
      value: figure,
      at: instant.nullable(),
      bad: z.boolean(),
    }),
  ),
  /** Newest first; those since somebody began to look. */
  evaluations: z.array(notedEvaluation),
  /** What the rule could not do lately, anywhere. */
  fault: z.object({ at: instant, detail: z.string(), times: z.int() }).nullable(),
})
export type RuleExplanation = z.infer<typeof ruleExplanation>
