import { z } from 'zod'
import { TEXT_LIMITS } from '#config/limits.ts'
import { alarm } from './alarms.ts'
import { gradeSchema, id, instant } from './values.ts'

/** How the alarms of a territory stand beside what a person can answer (EEMUA 191, ISA-18.2). */

const cause = z.object({
  ruleId: z.string(),
  ruleName: z.object({ zh: z.string(), en: z.string() }),
  deviceId: z.string(),
  deviceName: z.string(),
  organizationName: z.string(),
  point: z.string(),
  count: z.int(),
})
export type CauseDto = z.infer<typeof cause>

/** Durations in seconds; null: nobody answered. */
const responseTimes = z.object({
  answered: z.int(),
  unanswered: z.int(),
  medianSeconds: z.number().nullable(),
  p95Seconds: z.number().nullable(),
})
export type ResponseTimesDto = z.infer<typeof responseTimes>

export const FIGURES = [
  'perDay',
  'perHour',
  'perTenMinutes',
  'peakPerTenMinutes',
  'busyHoursPercent',
  'busyTenMinutesPercent',
  'floodPercent',
  'floods',
  'topTenPercent',
  'stale',
  'chattering',
  'fleeting',
  'redPercent',
  'orangePercent',
  'yellowPercent',
  'bluePercent',
] as const
export type FigureName = (typeof FIGURES)[number]

/** A figure beside its bounds; null: there is none. */
const figure = z.object({
  name: z.enum(FIGURES),
  value: z.number(),
  good: z.number().nullable(),
  bound: z.number().nullable(),
  /** `good`, up to the bound, or beyond it. */
  verdict: z.enum(['good', 'bearable', 'beyond', 'none']),
})
export type FigureDto = z.infer<typeof figure>

export const performance = z.object({
  from: instant,
  to: instant,
  organizationId: z.string().nullable(),
  total: z.int(),
  drills: z.int(),
  hidden: z.int(),
  figures: z.array(figure),
  /** New alarms in each ten minutes from `from` on. */
  perTenMinutes: z.array(z.int()),
  floodStartsAbove: z.int(),
  byGrade: z.object({ '1': z.int(), '2': z.int(), '3': z.int(), '4': z.int() }),
  top: z.array(cause.extend({ share: z.number(), runningShare: z.number() })),
  chattering: z.array(cause),
  fleeting: z.array(cause),
  responseByGrade: z.array(responseTimes.extend({ grade: gradeSchema })),
  responseByOrganization: z.array(
    responseTimes.extend({
      organizationId: z.string(),
      name: z.string(),
      kind: z.enum(['district', 'town', 'village', 'enterprise']),
    }),
  ),
  /** Standing alarms that need a plan, the oldest first. */
  stale: z.array(alarm),
  shelved: z.array(alarm),
  suppressed: z.array(alarm),
  outOfService: z.array(alarm),
})
export type PerformanceDto = z.infer<typeof performance>

export const steadyingQuery = z.object({
  ruleId: id,
  deviceId: id,
  point: z.string().min(1).max(TEXT_LIMITS.idLengthMax),
  from: instant,
  to: instant,
})

/** Figures that would have kept an alarm from coming and going, tried on the readings of its point. */
export const steadying = z.object({
  /** Readings looked at; the newest of the period when there are more than are looked at. */
  readings: z.int(),
  alarmsBefore: z.int(),
  proposals: z.array(
    z.object({
      kind: z.enum(['deadband', 'off-delay', 'on-delay']),
      /** Deadband in the unit of the point, delays in milliseconds. */
      value: z.number(),
      before: z.number(),
      unit: z.string().nullable(),
      alarmsAfter: z.int(),
    }),
  ),
})
export type SteadyingDto = z.infer<typeof steadying>

export const performanceQuery = z.object({
  from: instant,
  to: instant,
  /** An operator position: this organization and everything below it. */
  organizationId: id.optional(),
})
