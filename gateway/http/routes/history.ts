import { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { HISTORY_LIMITS, HTTP_LIMITS, PAYLOAD_LIMITS } from '#config/limits.ts'
import { type HistorySeriesDto, historyAnswer } from '../../contract.ts'
import { attachment } from '../../documents/attachment.ts'
import { CSV_TYPE, csvStream, XLSX_TYPE, xlsxStream } from '../../documents/spreadsheet.ts'
import { type Fineness, readHistory, type SeriesHistory } from '../../history/history-question.ts'
import { exportColumns, exportRows, isTimeZone } from '../../history/history-rows.ts'
import {
  aligned,
  assertAsksNoMore,
  assertRange,
  parseSeries,
  type SeriesRequest,
} from '../../history/series-request.ts'
import type { Principal } from '../../registry/types.ts'
import { bucketValue } from '../../timeseries/buckets.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { isDeviceVisible } from '../territory-check.ts'
import { durationMs, every, instantOrMs, rangeOf } from './range-query.ts'
import { presentReading } from './readings.ts'

/** `deviceId/point`, once or several times. */
const seriesParameter = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [...new Set(typeof given === 'string' ? [given] : given)])
  .pipe(
    z.array(
      z
        .string()
        .max(HTTP_LIMITS.searchLengthMax + PAYLOAD_LIMITS.pointNameLengthMax)
        .transform((text, context) => {
          const series = parseSeries(text)
          if (series !== null) return series
          context.addIssue({ code: 'custom', message: 'must be deviceId/point' })
          return z.NEVER
        }),
    ),
  )
  .meta({
    description: '`deviceId/point`; the parameter may stand several times',
    type: 'array',
    items: { type: 'string' },
  })

const range = {
  from: instantOrMs.optional().describe('Default: an hour before `to`'),
  to: instantOrMs.optional().describe('Default: now'),
}

const historyQuery = z.object({
  ...range,
  series: seriesParameter,
  every: z
    .union([z.literal('auto'), z.literal('raw'), every])
    .default('auto')
    .describe('Width of a bucket; `raw`: readings; `auto`: what fits into `buckets`'),
  buckets: z.coerce
    .number()
    .int()
    .min(2)
    .max(HISTORY_LIMITS.bucketsPerSeriesMax)
    .default(HISTORY_LIMITS.bucketsPerSeriesDefault)
    .describe('Buckets of each series at most, for `auto`'),
})

const exportQuery = z.object({
  ...range,
  series: seriesParameter,
  every: z
    .union([z.literal('raw'), every])
    .default('raw')
    .describe('Width of a bucket, or `raw`'),
  format: z.enum(['csv', 'xlsx']).default('csv'),
  language: z.enum(['zh', 'en']).default('zh'),
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be an IANA name, e.g. Asia/Shanghai')
    .default('UTC')
    .describe('IANA name of the zone in which times are written'),
})

export function historyRoutes(app: Api, services: HttpServices): void {
  historyRoute(app, services)
  exportRoute(app, services)
}

function historyRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/readings/history',
    config: { access: 'read' },
    schema: {
      tags: ['readings'],
      summary: 'Several points over a range, as fine as a screen can show',
      description:
        'Devices that do not exist, or lie outside the territory, are left out. Buckets begin at multiples of their width and come from the coarsest roll-ups that serve; `sources` says which. Buckets without a reading are left out.',
      querystring: historyQuery,
      response: { 200: historyAnswer },
    },
    handler: async (request) => {
      const { query } = request
      const span = rangeOf(query, services.clock.nowMs())
      assertSeries(query.series, HISTORY_LIMITS.seriesMax)
      assertRange(span)
      const fineness = finenessOf(query.every)
      if (typeof fineness === 'number') assertBuckets(span, fineness)
      const known = knownSeries(services, principalOf(request), query.series)
      const readingsMax = Math.floor(
        HISTORY_LIMITS.readingsPerAnswerMax / Math.max(1, known.length),
      )
      const series = await Promise.all(
        known.map(async (one) => {
          const question = { ...one, ...span, fineness, bucketsMax: query.buckets, readingsMax }
          const found = await readHistory(services.timeSeries, question)
          if (fineness === 'raw' && found.isTruncated) throw tooManyReadings(readingsMax)
          return presentSeries(one, found)
        }),
      )
      return { from: span.fromMs, to: span.toMs, series }
    },
  })
}

/** Each export reads the store for as long as it is downloaded: a few at once. */
function exportRoute(app: Api, services: HttpServices): void {
  let exporting = 0
  app.route({
    method: 'GET',
    url: '/api/v1/readings/export',
    config: { access: 'read' },
    schema: {
      tags: ['readings'],
      summary: 'Readings or buckets of several points as a CSV or Excel file',
      description: 'Streamed: a row a reading or bucket, in order of series and time.',
      querystring: exportQuery,
      response: { 200: z.any().describe('The file') },
    },
    handler: async (request, reply) => {
      const { query } = request
      const span = rangeOf(query, services.clock.nowMs())
      const everyMs = query.every === 'raw' ? null : durationMs(query.every)
      assertSeries(query.series, HISTORY_LIMITS.exportSeriesMax)
      assertRange(span, everyMs === null ? HISTORY_LIMITS.exportRawDaysMax : undefined)
      const known = knownSeries(services, principalOf(request), query.series)
      if (exporting >= HISTORY_LIMITS.exportsAtOnceMax) {
        throw new CodedError('too_many_attempts', 'Other exports are still being written.', {
          details: { retryAfterMs: 5_000 },
        })
      }
      const { language, timeZone } = query
      const series = known.map((one) => ({ ...one, label: one.labels[language] }))
      const asked = { ...span, series, everyMs, language, timeZone }
      const source = {
        name: language === 'zh' ? '历史数据' : 'Readings',
        columns: exportColumns(asked),
        rows: exportRows(services.timeSeries, asked),
      }
      exporting += 1
      const stream = query.format === 'csv' ? csvStream(source) : xlsxStream(source)
      stream.once('close', () => {
        exporting -= 1
      })
      const stamp = (atMs: number) => new Date(atMs).toISOString().slice(0, 16).replaceAll(':', '')
      const name = `vigil-readings-${stamp(span.fromMs)}-${stamp(span.toMs)}.${query.format}`
      return reply
        .type(query.format === 'csv' ? CSV_TYPE : XLSX_TYPE)
        .header('content-disposition', attachment(name))
        .send(stream)
    },
  })
}

interface KnownSeries extends SeriesRequest {
  readonly deviceName: string
  readonly unit: string | null
  readonly labels: { readonly zh: string; readonly en: string }
}

function knownSeries(
  { registry }: HttpServices,
  principal: Principal,
  asked: readonly SeriesRequest[],
): readonly KnownSeries[] {
  return asked.flatMap(({ deviceId, point }) => {
    const row = isDeviceVisible(registry, principal, deviceId) ? registry.device(deviceId) : null
    if (row === null) return []
    const spec = registry.pointsOf(row.id)?.get(point)
    const labels = spec?.label ?? { zh: point, en: point }
    return [{ deviceId, point, deviceName: row.name, unit: spec?.unit ?? null, labels }]
  })
}

function finenessOf(text: string): Fineness {
  return text === 'auto' || text === 'raw' ? text : durationMs(text)
}

function assertSeries(series: readonly SeriesRequest[], max: number): void {
  const hint = 'Ask for fewer points, or several times.'
  assertAsksNoMore('points', { asked: series.length, max, hint })
}

function assertBuckets(span: { readonly fromMs: number; readonly toMs: number }, everyMs: number) {
  const { fromMs, toMs } = aligned(span, everyMs)
  assertAsksNoMore('buckets', {
    asked: (toMs - fromMs) / everyMs,
    max: HISTORY_LIMITS.bucketsPerSeriesMax,
    hint: 'Ask for a shorter range, or for wider buckets; `every=auto` finds a width.',
  })
}

function tooManyReadings(max: number): CodedError {
  return new CodedError(
    'timeseries_question_too_large',
    `There are more than ${max} readings of a point in this range.`,
    { details: { what: 'readings', max }, hint: 'Ask for buckets, or for an export.' },
  )
}

function presentSeries(
  { deviceId, deviceName, point, unit }: KnownSeries,
  { readings, buckets, everyMs, sources }: SeriesHistory,
): HistorySeriesDto {
  return {
    deviceId,
    deviceName,
    point,
    unit,
    everyMs,
    readings: readings.map(presentReading),
    buckets: buckets.map((bucket) => ({
      ts: bucket.startMs,
      total: bucket.total,
      usable: bucket.usable,
      mean: bucketValue(bucket, 'mean'),
      min: bucket.min,
      max: bucket.max,
      last: bucket.last,
    })),
    sources: sources.map(({ resolution, fromMs, toMs }) => ({
      resolution,
      from: fromMs,
      to: toMs,
    })),
  }
}
