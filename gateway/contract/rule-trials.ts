import { z } from 'zod'
import { alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { BACK_TEST_LIMITS, RULE_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import { notedEvaluation } from './rule-explanation.ts'
import { gradeSchema, instant } from './values.ts'

/** Trying a rule before it is in force: on readings that are pasted, and on those that are stored. */

const value = z.union([z.number(), z.boolean()])

export const tryRequest = z.strictObject({
  rule: alarmRuleDraft,
  readings: z
    .array(
      z.strictObject({
        at: instant,
        value,
        quality: z.enum(['good', 'uncertain', 'bad', 'calibrating']).optional(),
        /** Left out: the judged device and point. */
        deviceId: z.string().max(TEXT_LIMITS.idLengthMax).optional(),
        point: z.string().max(TEXT_LIMITS.nameLengthMax).optional(),
      }),
    )
    .min(1)
    .max(RULE_LIMITS.triedReadingsMax),
  /** How long the clock runs on after the last reading, so that delays can end. */
  thenMs: z.int().min(0).max(86_400_000).default(3_600_000),
})
export const tryAnswer = z.object({
  evaluations: z.array(notedEvaluation),
  alarms: z.int(),
})
export type TryAnswer = z.infer<typeof tryAnswer>

export const backTestRequest = z.strictObject({
  rule: alarmRuleDraft,
  deviceIds: z
    .array(z.string().max(TEXT_LIMITS.idLengthMax))
    .min(1)
    .max(BACK_TEST_LIMITS.devicesMax),
  from: instant,
  to: instant,
  /** Run the version in force of the same rule as well. */
  compare: z.boolean().default(false),
  /** Answer at once with the job, to be asked for its progress. */
  background: z.boolean().default(false),
})

export const backTestAlarm = z.object({
  deviceId: z.string(),
  point: z.string(),
  raisedAt: instant,
  /** Null: it still stood at the end. */
  returnedAt: instant.nullable(),
  grade: gradeSchema,
  /** It was on the shelf then: nobody would have been called. */
  shelved: z.boolean(),
  steps: z.array(
    z.object({
      kind: z.enum(['raised', 'rose', 'fell']),
      at: instant,
      grade: gradeSchema,
      value: value.nullable(),
      setpoint: value.nullable(),
    }),
  ),
})
export type BackTestAlarmDto = z.infer<typeof backTestAlarm>

export const backTestSummary = z.object({
  from: instant,
  to: instant,
  readings: z.int(),
  /** All of them; `alarms` lists the first. */
  alarmsTotal: z.int(),
  /** How often it would have called for attention: raised or risen, not on the shelf. */
  annunciations: z.int(),
  /** Time in alarm, all points together. */
  standingMs: z.number(),
  faults: z.array(z.string()),
})

export const backTestJob = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** 0 … 1 */
  share: z.number(),
  readings: z.int(),
  detail: z.string(),
  /** The alarms that would have been; empty until it is done. */
  alarms: z.array(backTestAlarm),
  summary: backTestSummary.nullable(),
  /** The version in force over the same readings; null: not asked for, or there is none. */
  active: z.object({ alarms: z.array(backTestAlarm), summary: backTestSummary }).nullable(),
})
export type BackTestJobDto = z.infer<typeof backTestJob>
