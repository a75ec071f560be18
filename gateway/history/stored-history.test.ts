import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HISTORY_LIMITS } from '#config/limits.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { Influxd } from '#simulators/receivers/influxd.ts'
import { SystemClock } from '../system-clock.ts'
import { DAY_MS, MINUTE_MS } from '../timeseries/buckets.ts'
import { EmbeddedStore } from '../timeseries/embedded-store.ts'
import { InfluxV1Store } from '../timeseries/influx-v1.ts'
import { aReading } from '../timeseries/time-series.suite.ts'
import type { TimeSeriesStore } from '../timeseries/time-series.ts'
import { type HistoryQuestion, type ReadableStore, readHistory } from './history-question.ts'

const FROM_MS = Date.UTC(2026, 9, 1)
const DAYS = 30
const MINUTES = (DAYS * DAY_MS) / MINUTE_MS
const silent = { warn: () => undefined, error: () => undefined }
const clock = new SystemClock()

/** A month of one reading a minute, with its roll-ups. */
async function fill(store: TimeSeriesStore): Promise<void> {
  const readings = Array.from({ length: MINUTES }, (_, minute) =>
    aReading({ observedAtMs: FROM_MS + minute * MINUTE_MS, value: minute % 97 }),
  )
  await store.write([{ offset: 1, readings }])
  await store.rollUp(FROM_MS + DAYS * DAY_MS)
}

/** Passes everything on, and counts what is asked of the store behind it. */
function counted(store: ReadableStore) {
  const asked = { buckets: 0, readings: 0 }
  const port: ReadableStore = {
    aggregate: (request) => {
      asked.buckets += Math.ceil((request.toMs - request.fromMs) / request.everyMs)
      return store.aggregate(request)
    },
    query: (request) => {
      asked.readings += request.limit
      return store.query(request)
    },
  }
  return { asked, port }
}

function chart(span: Partial<HistoryQuestion> = {}): HistoryQuestion {
  return {
    ...{ deviceId: 'gas-1', point: 'lel', fineness: 'auto' },
    ...{ fromMs: FROM_MS, toMs: FROM_MS + DAYS * DAY_MS },
    bucketsMax: HISTORY_LIMITS.bucketsPerSeriesMax,
    readingsMax: HISTORY_LIMITS.readingsPerAnswerMax,
    ...span,
  }
}

function describeCharts(name: string, storeOf: () => TimeSeriesStore): void {
  describe(name, () => {
    test('a chart of 30 days asks for 2,000 buckets at most, and none of the readings', async () => {
      const { asked, port } = counted(storeOf())
      const history = await readHistory(port, chart())
      expect(asked.buckets).toBeLessThanOrEqual(2_000)
      expect(asked).toEqual({ buckets: history.buckets.length, readings: 0 })
      expect(history.buckets.length).toBeGreaterThan(1_000)
      expect(history.sources).toMatchObject([{ resolution: 'minute' }])
      const total = history.buckets.reduce((sum, bucket) => sum + bucket.total, 0)
      expect(total).toBe(MINUTES)
    })

    test('so it does where the range begins in the middle of a bucket', async () => {
      const { asked, port } = counted(storeOf())
      const oddMs = 17 * MINUTE_MS + 123
      await readHistory(port, chart({ fromMs: FROM_MS + oddMs, toMs: FROM_MS + DAYS * DAY_MS - 1 }))
      expect(asked.buckets).toBeLessThanOrEqual(2_000)
      expect(asked.readings).toBe(0)
    })
  })
}

describe('with the embedded store', () => {
  let folder = ''
  let store: TimeSeriesStore
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigil-history-'))
    store = new EmbeddedStore({ path: join(folder, 'readings.db'), clock })
    await store.start()
    await fill(store)
  })
  afterAll(async () => {
    await store.stop()
    await rm(folder, { recursive: true })
  })
  describeCharts('EmbeddedStore', () => store)
})

describe.skipIf(lacks('influxd'))('with a real InfluxDB 1.6.7', () => {
  const influxd = new Influxd()
  let store: TimeSeriesStore
  beforeAll(async () => {
    await influxd.start()
    store = new InfluxV1Store({
      ...{ protocol: 'http', host: '127.0.0.1', port: influxd.port, database: 'month' },
      ...{ username: null, password: null, clock, logger: silent, writerId: 'tests' },
    })
    await store.start()
    await fill(store)
  })
  afterAll(async () => {
    await store.stop()
    await influxd.stop()
  })
  describeCharts('InfluxV1Store', () => store)
})
