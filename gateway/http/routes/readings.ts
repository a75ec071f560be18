import { z } from 'zod'
import { MARK } from '#alerting/reading.ts'
import { HTTP_LIMITS, PAYLOAD_LIMITS } from '#config/limits.ts'
import { id, latestReading, type ReadingsAnswer, readingsAnswer } from '../../contract.ts'
import { bucketValue } from '../../timeseries/buckets.ts'
import { AGGREGATES, type LatestReading, type StoredReading } from '../../timeseries/time-series.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { isDeviceVisible, visibleDevice } from '../territory-check.ts'
import { durationMs, every, instantOrMs, type Range, rangeOf } from './range-query.ts'

const rangeQuery = z.object({
  point: z.string().min(1).max(PAYLOAD_LIMITS.pointNameLengthMax),
  from: instantOrMs.optional().describe('Default: an hour before `to`'),
  to: instantOrMs.optional().describe('Default: now'),
  every: every.optional().describe('Width of a bucket; without it raw readings'),
  fn: z.enum(AGGREGATES).default('mean').describe('What a bucket shows'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(HTTP_LIMITS.readingsPerAnswerMax)
    .default(HTTP_LIMITS.readingsPerAnswerDefault)
    .describe('Raw readings at most'),
  order: z.enum(['asc', 'desc']).default('asc').describe('Raw readings: oldest or newest first'),
})
type RangeQuery = z.output<typeof rangeQuery>

const latestQuery = z.object({
  deviceIds: z
    .string()
    .transform((text) => [...new Set(text.split(',').filter(Boolean))])
    .pipe(z.array(id).min(1).max(HTTP_LIMITS.latestDevicesMax))
    .meta({ description: 'Ids with commas between them', type: 'string' }),
})

export function readingRoutes(app: Api, services: HttpServices): void {
  rangeRoute(app, services)
  latestRoutes(app, services)
}

function rangeRoute(app: Api, services: HttpServices): void {
  const { registry, clock } = services
  app.route({
    method: 'GET',
    url: '/api/v1/devices/:id/readings',
    config: { access: 'read' },
    schema: {
      tags: ['readings'],
      summary: 'Readings of one point: raw, or in buckets of `every`',
      description:
        'Readings with from <= ts < to. `truncated` says that the limit cut the answer: ask again from the last ts.',
      params: idParams,
      querystring: rangeQuery,
      response: { 200: readingsAnswer },
    },
    handler: async (request) => {
      const row = visibleDevice(registry, principalOf(request), request.params.id)
      const range = rangeOf(request.query, clock.nowMs())
      const { items, truncated } =
        request.query.every === undefined
          ? await rawReadings(services, row.id, request.query, range)
          : await buckets(services, row.id, request.query, range, request.query.every)
      const unit = registry.pointsOf(row.id)?.get(request.query.point)?.unit ?? null
      return { deviceId: row.id, point: request.query.point, unit, items, truncated }
    },
  })
}

function latestRoutes(app: Api, { registry, timeSeries }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/devices/:id/latest',
    config: { access: 'read' },
    schema: {
      tags: ['readings', 'devices'],
      summary: 'The newest reading of every point of a device',
      params: idParams,
      response: { 200: listOf(latestReading) },
    },
    handler: async (request) => {
      const row = visibleDevice(registry, principalOf(request), request.params.id)
      return { items: (await timeSeries.latest(row.id)).map(presentLatest) }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/readings/latest',
    config: { access: 'read' },
    schema: {
      tags: ['readings'],
      summary: 'The newest reading of every point of several devices',
      description: 'Devices that do not exist, or lie outside the territory, are left out.',
      querystring: latestQuery,
      response: { 200: listOf(latestReading) },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const visible = request.query.deviceIds.filter((deviceId) =>
        isDeviceVisible(registry, principal, deviceId),
      )
      const found = await Promise.all(visible.map((deviceId) => timeSeries.latest(deviceId)))
      return { items: found.flat().map(presentLatest) }
    },
  })
}

type Answer = Pick<ReadingsAnswer, 'items' | 'truncated'>

async function rawReadings(
  { timeSeries }: HttpServices,
  deviceId: string,
  { point, limit, order }: RangeQuery,
  range: Range,
): Promise<Answer> {
  const found = await timeSeries.query({ deviceId, point, ...range, order, limit: limit + 1 })
  return { items: found.slice(0, limit).map(presentReading), truncated: found.length > limit }
}

/** Never more buckets than fit an answer: a range that is too long is cut at its end. */
async function buckets(
  { timeSeries }: HttpServices,
  deviceId: string,
  { point, fn }: RangeQuery,
  range: Range,
  width: string,
): Promise<Answer> {
  const everyMs = durationMs(width)
  const firstMs = Math.floor(range.fromMs / everyMs) * everyMs
  const lastToMs = firstMs + everyMs * HTTP_LIMITS.bucketsPerAnswerMax
  const toMs = Math.min(range.toMs, lastToMs)
  const found = await timeSeries.aggregate({ ...range, deviceId, point, toMs, everyMs })
  const items = found.buckets.flatMap((bucket) => {
    const value = bucketValue(bucket, fn)
    const count = fn === 'count' ? bucket.total : bucket.usable
    return value === null ? [] : [{ ts: bucket.startMs, value, count }]
  })
  return { items, truncated: toMs < range.toMs }
}

function presentLatest({ deviceId, point, observedAtMs, value, quality }: LatestReading) {
  return { deviceId, point, ts: observedAtMs, value, quality }
}

export function presentReading(reading: StoredReading) {
  return {
    ts: reading.observedAtMs,
    arrivedAt: reading.arrivedAtMs,
    value: reading.value,
    quality: reading.quality,
    late: (reading.marks & MARK.late) !== 0,
    clockSkewed: (reading.marks & MARK.clockSkewed) !== 0,
  }
}
