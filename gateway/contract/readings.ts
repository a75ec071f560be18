import { z } from 'zod'
import { QUALITIES } from '#alerting/reading.ts'

/** Readings, as they are asked for and as they are sent. */

export const storedReading = z.object({
  ts: z.int(),
  arrivedAt: z.int(),
  value: z.union([z.number(), z.boolean()]),
  quality: z.enum(QUALITIES),
  late: z.boolean(),
  clockSkewed: z.boolean(),
})
export const readingBucket = z.object({ ts: z.int(), value: z.number(), count: z.int() })
export const readingsAnswer = z.object({
  deviceId: z.string(),
  point: z.string(),
  unit: z.string().nullable(),
  items: z.array(z.union([storedReading, readingBucket])),
  /** True when the limit cut the answer. */
  truncated: z.boolean(),
})
export type StoredReadingDto = z.infer<typeof storedReading>
export type ReadingBucketDto = z.infer<typeof readingBucket>
export type ReadingsAnswer = z.infer<typeof readingsAnswer>
/** What the readings of a span come to. */
export const historyBucket = z.object({
  ts: z.int(),
  total: z.int().describe('Readings of any quality'),
  usable: z.int().describe('Of quality good or uncertain; only these enter the values'),
  mean: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  last: z.number().nullable(),
})
export const resolutionName = z.enum(['raw', 'minute', 'hour'])
export const historySeries = z.object({
  deviceId: z.string(),
  deviceName: z.string(),
  point: z.string(),
  unit: z.string().nullable(),
  /** Exactly one of the two is filled. */
  readings: z.array(storedReading),
  buckets: z.array(historyBucket),
  /** Width of the buckets; null: readings as they came. */
  everyMs: z.int().nullable(),
  /** What stretches were answered from, in order of time. */
  sources: z.array(z.object({ resolution: resolutionName, from: z.int(), to: z.int() })),
})
export const historyAnswer = z.object({
  from: z.int(),
  to: z.int(),
  /** In the order asked; devices that do not exist, or lie outside the territory, are left out. */
  series: z.array(historySeries),
})
export type HistoryBucketDto = z.infer<typeof historyBucket>
export type HistorySeriesDto = z.infer<typeof historySeries>
export type HistoryAnswer = z.infer<typeof historyAnswer>
export const latestReading = z.object({
  deviceId: z.string(),
  point: z.string(),
  ts: z.int(),
  value: z.union([z.number(), z.boolean()]),
  quality: z.enum(QUALITIES),
})
export type LatestReadingDto = z.infer<typeof latestReading>

const sample = z.object({
  /** Epoch ms or ISO 8601; missing: time of arrival. */
  ts: z.union([z.int(), z.string()]).optional(),
  values: z.record(z.string(), z.union([z.number(), z.boolean()])),
  quality: z.record(z.string(), z.enum(QUALITIES)).optional(),
})
/** One sample, several, or the plain object of values; see the MQTT topics. */
export const sentReadings = z.union([
  sample,
  z.array(sample),
  z.record(z.string(), z.union([z.number(), z.boolean()])),
])
export const acceptedReadings = z.object({
  /** On disk now. */
  accepted: z.int(),
  /** Were on disk before. */
  duplicates: z.int(),
  /** Not taken, and why; also in the device's inbox. */
  rejected: z.array(
    z.object({
      reason: z.string(),
      detail: z.string(),
      point: z.string().optional(),
      count: z.int(),
    }),
  ),
})
