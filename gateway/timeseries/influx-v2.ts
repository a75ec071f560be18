import { Point } from '@influxdata/influxdb-client'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { errorOf, insertOutcomeOf, refused } from './influx-errors.ts'
import {
  ALWAYS,
  bucketsQuery,
  countQuery,
  type FluxRow,
  firstTimeQuery,
  latestQuery,
  newestTimesQuery,
  progressQuery,
  readingsQuery,
  rollUpQuery,
  storedTimesQuery,
} from './influx-flux.ts'
import { decodeName, encodeName } from './influx-names.ts'
import type { RollupPiece } from './influx-rollups.ts'
import {
  bucketOf,
  fieldsOf,
  MEASUREMENT,
  PROGRESS_MEASUREMENT,
  progressTimeMs,
  ROLLUP_MEASUREMENT,
  readingOf,
  TIME_MS_MAX,
  TIME_MS_MIN,
} from './influx-schema.ts'
import type {
  InfluxProgress,
  InfluxServer,
  InsertOutcome,
  LatestPoint,
  SeriesName,
  SeriesSpan,
} from './influx-server.ts'
import { InfluxStore, type InfluxStoreOptions, type RetentionDays } from './influx-store.ts'
import { type InfluxV2Address, InfluxV2Client, InfluxV2Failure } from './influx-v2-client.ts'
import {
  type Bucket,
  type RangeRequest,
  RESOLUTIONS,
  type Resolution,
  type StoredReading,
} from './time-series.ts'

export type InfluxV2Options = InfluxV2Address & InfluxStoreOptions

/**
 * The time series in a bucket of InfluxDB 2.x, through `@influxdata/influxdb-client`. The token needs to
 * read and write the bucket, and two more for roll-ups, `BUCKET_minutes` and `BUCKET_hours`; with the right
 * to read and write buckets, a missing one is made, with its retention. The retention of a bucket that is there is its owner's: when it is shorter, what is beyond
 * is refused and told.
 */
export class InfluxV2Store extends InfluxStore {
  constructor(options: InfluxV2Options) {
    super(new InfluxV2Server(options), options)
  }
}

/** What InfluxDB 2 takes for a reading at rest; its API does not tell the size of a bucket. */
const BYTES_PER_READING = 12

/** Smaller bodies are not worth the work. */
const GZIP_FROM_BYTES = 1_024

const SECONDS_PER_DAY = 86_400

class InfluxV2Server implements InfluxServer {
  readonly #organization: string
  readonly #bucket: string
  readonly #writerId: string
  readonly #retentionDays: RetentionDays | null
  readonly #clock: Clock
  readonly #logger: Pick<BaseLogger, 'warn'>
  readonly #client: InfluxV2Client

  constructor(options: InfluxV2Options) {
    this.#organization = options.organization
    this.#bucket = options.bucket
    this.#writerId = options.writerId
    this.#retentionDays = options.retentionDays ?? null
    this.#clock = options.clock
    this.#logger = options.logger
    this.#client = new InfluxV2Client(options, options.clock)
  }

  /** A token that may not look at buckets may still write to one. */
  /** A token that may not look at buckets may still write to one. */
  async prepare(): Promise<void> {
    try {
      for (const resolution of RESOLUTIONS) {
        const bucket = await this.#findBucket(this.#bucketOf(resolution))
        if (bucket === null) await this.#makeBucket(resolution)
        else this.#compareRetention(bucket, resolution)
      }
    } catch (error) {
      if (!(error instanceof CodedError) || error.details.reason !== 'auth') throw error
      this.#logger.warn({ err: error }, 'InfluxDB does not let us see whether the bucket is there')
    }
  }

  async progress(): Promise<InfluxProgress | null> {
    const rows = await this.#client.query(progressQuery(this.#bucket, this.#writerId))
    const newest = (field: string) =>
      rows
        .filter((row) => row.value('_field') === field)
        .reduce<FluxRow | null>((a, b) => (a === null || b.timeMs > a.timeMs ? b : a), null)
        ?.value('_value')
    const nextOffset = newest('next_offset')
    const retainedBeforeMs = newest('retained_before_ms')
    const rollups = newest('rollups')
    if (typeof nextOffset !== 'number') return null
    return {
      nextOffset,
      retainedBeforeMs: typeof retainedBeforeMs === 'number' ? retainedBeforeMs : null,
      rollups: typeof rollups === 'string' ? rollups : null,
    }
  }

  async saveProgress({ nextOffset, retainedBeforeMs, rollups }: InfluxProgress): Promise<void> {
    const point = new Point(PROGRESS_MEASUREMENT)
      .tag('writer', encodeName(this.#writerId))
      .intField('next_offset', nextOffset)
      .timestamp(String(progressTimeMs(this.#clock.nowMs())))
    if (retainedBeforeMs !== null) point.intField('retained_before_ms', retainedBeforeMs)
    if (rollups !== null) point.stringField('rollups', rollups)
    try {
      await this.#write([point])
    } catch (error) {
      if (!(error instanceof InfluxV2Failure)) throw error
      throw errorOf(error, this.#clock.nowMs())
    }
  }

  async insert(readings: readonly Reading[]): Promise<InsertOutcome> {
    try {
      await this.#write(readings.map(pointOf))
      return { kind: 'stored' }
    } catch (error) {
      if (!(error instanceof InfluxV2Failure)) throw error
      return insertOutcomeOf(error, this.#clock.nowMs())
    }
  }

  async newestTimes(series: readonly SeriesName[]): Promise<readonly (number | null)[]> {
    const rows = await this.#client.query(newestTimesQuery(this.#bucket, series))
    const newest = new Map(rows.map(({ result, timeMs }) => [result, timeMs]))
    return series.map((_, index) => newest.get(String(index)) ?? null)
  }

  async storedTimes(spans: readonly SeriesSpan[]): Promise<readonly (readonly number[])[]> {
    const rows = await this.#client.query(storedTimesQuery(this.#bucket, spans))
    const times = Map.groupBy(rows, ({ result }) => result)
    return spans.map((_, index) => (times.get(String(index)) ?? []).map(({ timeMs }) => timeMs))
  }

  async query(
    request: RangeRequest & { readonly limit: number; readonly order: 'asc' | 'desc' },
  ): Promise<readonly (StoredReading | null)[]> {
    const rows = await this.#client.query(readingsQuery(this.#bucket, request))
    return rows.map((row) => readingOf(row.timeMs, row.value))
  }

  async aggregate(
    request: RangeRequest & { readonly everyMs: number; readonly resolution: Resolution },
  ): Promise<readonly Bucket[]> {
    const { everyMs, resolution } = request
    const rows = await this.#client.query(bucketsQuery(this.#bucketOf(resolution), request))
    // The first window begins where the range does; buckets begin at multiples of their length.
    const byStart = Map.groupBy(rows, ({ timeMs }) => Math.floor(timeMs / everyMs) * everyMs)
    return [...byStart]
      .toSorted(([a], [b]) => a - b)
      .map(([startMs, ofBucket]) => {
        const values = new Map(ofBucket.map((row) => [row.result, row.value('_value')]))
        return bucketOf(startMs, (name) => values.get(name))
      })
  }

  async firstTime(fromMs: number): Promise<number | null> {
    const span = { fromMs, toMs: TIME_MS_MAX }
    const rows = await this.#client.query(firstTimeQuery(this.#bucket, span))
    const firstMs = rows.reduce((a, { timeMs }) => Math.min(a, timeMs), Number.POSITIVE_INFINITY)
    return Number.isFinite(firstMs) ? firstMs : null
  }

  /** InfluxDB reads, folds and writes by itself: nothing of it passes through here. */
  async rollUp({ deviceIds, ...span }: RollupPiece): Promise<void> {
    for (const deviceId of deviceIds ?? [null]) {
      for (const resolution of ['minute', 'hour'] as const) {
        const from = this.#bucketOf(resolution === 'minute' ? 'raw' : 'minute')
        const to = this.#bucketOf(resolution)
        const places = { from, to, organization: this.#organization }
        const query = rollUpQuery(places, span, { resolution, deviceId })
        await this.#client.query(query, INFLUX_LIMITS.deleteDurationMsMax)
      }
    }
  }

  /** Fields of a series can have been written last at different times; the newest time counts. */
  async latest(deviceId: string | null): Promise<readonly LatestPoint[]> {
    const rows = await this.#client.query(latestQuery(this.#bucket, deviceId))
    const newest = new Map<string, FluxRow>()
    for (const row of rows) {
      const key = JSON.stringify([row.value('device'), row.value('point')])
      const before = newest.get(key)
      if (before === undefined || row.timeMs > before.timeMs) newest.set(key, row)
    }
    return [...newest.values()].map((row) => ({
      deviceId: decodeName(String(row.value('device'))),
      point: decodeName(String(row.value('point'))),
      reading: readingOf(row.timeMs, row.value),
    }))
  }

  async deleteReadingsBefore(beforeMs: number): Promise<number> {
    const count = await this.#count({ fromMs: TIME_MS_MIN, toMs: beforeMs })
    if (count > 0) await this.#delete(this.#bucket, MEASUREMENT, beforeMs)
    return count
  }

  deleteRollupsBefore(resolution: 'minute' | 'hour', beforeMs: number): Promise<void> {
    return this.#delete(this.#bucketOf(resolution), ROLLUP_MEASUREMENT[resolution], beforeMs)
  }

  async stats(): Promise<{ readonly readings: number; readonly bytes: number }> {
    const readings = await this.#count(ALWAYS)
    return { readings, bytes: readings * BYTES_PER_READING }
  }

  close(): void {
    this.#client.close()
  }

  async #delete(bucket: string, measurement: string, beforeMs: number): Promise<void> {
    await this.#client.call({
      method: 'POST',
      path: `/api/v2/delete?${this.#place(bucket)}`,
      body: {
        start: isoNanoseconds(TIME_MS_MIN),
        // Whether the end is included is not said; between two milliseconds it makes no difference.
        stop: isoNanoseconds(beforeMs - 1, 999_999),
        predicate: `_measurement="${measurement}"`,
      },
      durationMsMax: INFLUX_LIMITS.deleteDurationMsMax,
    })
  }

  async #count(span: { readonly fromMs: number; readonly toMs: number }): Promise<number> {
    const durationMsMax = INFLUX_LIMITS.deleteDurationMsMax
    const [row] = await this.#client.query(countQuery(this.#bucket, span), durationMsMax)
    return Number(row?.value('_value') ?? 0)
  }

  async #write(points: readonly Point[]): Promise<void> {
    const { status, body } = await this.#client.send({
      method: 'POST',
      path: `/api/v2/write?${this.#place(this.#bucket)}&precision=ms`,
      body: points.map((point) => point.toLineProtocol(IN_MILLISECONDS)).join('\n'),
      headers: { 'content-type': 'text/plain; charset=utf-8', accept: 'application/json' },
      gzipThreshold: GZIP_FROM_BYTES,
      durationMsMax: INFLUX_LIMITS.writeDurationMsMax,
    })
    // Later servers of the same API answer a partial success with 201 and tell in the body.
    if (status !== 204) throw new InfluxV2Failure({ status: 422, text: JSON.stringify(body ?? '') })
  }

  async #findBucket(name: string): Promise<BucketOfServer | null> {
    const query = new URLSearchParams({ org: this.#organization, name })
    const { body } = await this.#get(`/api/v2/buckets?${query}`)
    // Some versions answer with their system buckets when there is none of that name.
    return listIn<BucketOfServer>(body, 'buckets').find((bucket) => bucket.name === name) ?? null
  }

  async #makeBucket(resolution: Resolution): Promise<void> {
    const query = new URLSearchParams({ org: this.#organization })
    const { body } = await this.#get(`/api/v2/orgs?${query}`)
    const organizations = listIn<{ id: string; name: string }>(body, 'orgs')
    const orgID = organizations.find(({ name }) => name === this.#organization)?.id
    if (orgID === undefined) {
      const message = `InfluxDB knows no organization "${this.#organization}".`
      throw refused('not_found', message, { status: 404, said: message })
    }
    const everySeconds = (this.#retentionDays?.[resolution] ?? -1) + 1
    await this.#client.call({
      method: 'POST',
      path: '/api/v2/buckets',
      body: {
        orgID,
        name: this.#bucketOf(resolution),
        retentionRules:
          everySeconds === 0
            ? []
            : [{ type: 'expire', everySeconds: everySeconds * SECONDS_PER_DAY }],
      },
      durationMsMax: INFLUX_LIMITS.writeDurationMsMax,
    })
  }

  #compareRetention({ name, retentionRules }: BucketOfServer, resolution: Resolution): void {
    const wantedDays = this.#retentionDays?.[resolution] ?? null
    const everySeconds = retentionRules?.find(({ type }) => type === 'expire')?.everySeconds ?? 0
    const keptDays = everySeconds / SECONDS_PER_DAY
    if (keptDays === 0 || (wantedDays !== null && keptDays >= wantedDays)) return
    this.#logger.warn(
      { bucket: name, keptDays },
      'the bucket keeps readings for a shorter time than is set',
    )
  }

  #get(path: string) {
    const headers = { accept: 'application/json' }
    const durationMsMax = INFLUX_LIMITS.queryDurationMsMax
    return this.#client.call({ method: 'GET', path, headers, durationMsMax })
  }

  #bucketOf(resolution: Resolution): string {
    return resolution === 'raw' ? this.#bucket : `${this.#bucket}_${resolution}s`
  }

  #place(bucket: string): URLSearchParams {
    return new URLSearchParams({ org: this.#organization, bucket })
  }
}

interface BucketOfServer {
  readonly name: string
  readonly retentionRules?: readonly { readonly type?: string; readonly everySeconds: number }[]
}

function listIn<Item>(body: unknown, name: string): readonly Item[] {
  const list = (body as Record<string, unknown> | undefined)?.[name]
  return Array.isArray(list) ? list : []
}

/** Times are given as text of milliseconds; without this the client takes them for nanoseconds. */
const IN_MILLISECONDS = { convertTime: String }

function pointOf(reading: Reading): Point {
  const fields = fieldsOf(reading)
  const point = new Point(MEASUREMENT)
    .tag('device', encodeName(reading.deviceId))
    .tag('point', encodeName(reading.point))
    .intField('arrived_at_ms', fields.arrived_at_ms)
    .timestamp(String(reading.observedAtMs))
  if (fields.value !== undefined) point.floatField('value', fields.value)
  if (fields.unusable !== undefined) point.floatField('unusable', fields.unusable)
  if (fields.is_boolean !== undefined) point.booleanField('is_boolean', true)
  if (fields.quality !== undefined) point.stringField('quality', fields.quality)
  if (fields.marks !== undefined) point.intField('marks', fields.marks)
  return point
}

/** RFC 3339 in nanoseconds. */
function isoNanoseconds(atMs: number, nanoseconds = 0): string {
  const iso = new Date(atMs).toISOString()
  return `${iso.slice(0, -1)}${String(nanoseconds).padStart(6, '0')}Z`
}
