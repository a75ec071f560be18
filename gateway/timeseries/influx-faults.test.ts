import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CodedError } from '#alerting/errors.ts'
import type { Reading } from '#alerting/reading.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { INFLUX_LIMITS, TIME_SERIES_LIMITS } from '#config/limits.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import {
  FaultyHttpProxy,
  type HttpFault,
  type ProxiedRequest,
} from '#simulators/receivers/faulty-http-proxy.ts'
import { InfluxV2Server } from '#simulators/receivers/influx-v2-server.ts'
import { Influxd } from '#simulators/receivers/influxd.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import type { RefusedReadings } from './influx-batch.ts'
import type { InfluxStore, InfluxStoreOptions } from './influx-store.ts'
import { InfluxV1Store } from './influx-v1.ts'
import { InfluxV2Store } from './influx-v2.ts'
import { aReading } from './time-series.suite.ts'
import type { StoredReading } from './time-series.ts'
import { TimeSeriesWriter } from './writer.ts'

/** A version of InfluxDB, or what stands for it, with a database of its own for each test. */
interface InfluxFixture {
  readonly port: number
  /** Not started. */
  open(options: InfluxStoreOptions & { readonly port: number }): InfluxStore
  /** Whether a request writes readings or progress. */
  isWrite(request: ProxiedRequest): boolean
  remove(): Promise<void>
}

const NOW_MS = Date.UTC(2026, 10, 23, 8)
const DEVICES = 5
const BATCHES = 40
const READINGS_PER_BATCH = 50
const PER_DEVICE = (BATCHES * READINGS_PER_BATCH) / DEVICES
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const PASS: HttpFault = { kind: 'pass' }

/** Readings of all devices in turn, each one second after the last of its device. */
function batch(index: number): readonly Reading[] {
  return Array.from({ length: READINGS_PER_BATCH }, (_, position) => {
    const count = index * READINGS_PER_BATCH + position
    const round = Math.floor(count / DEVICES)
    return aReading({
      deviceId: `gas-${count % DEVICES}`,
      observedAtMs: NOW_MS + round * 1000,
      value: round,
    })
  })
}

const EXPECTED = Array.from({ length: PER_DEVICE }, (_, round) => round)

/** Faults of every `write` request with the given numbers, counted from 0. */
function spoiled(numbers: readonly number[], fault: HttpFault): (write: number) => HttpFault {
  return (write) => (numbers.includes(write) ? fault : PASS)
}

const FAULTS: readonly (readonly [string, (write: number) => HttpFault])[] = [
  ['500', spoiled([0, 1, 5], { kind: 'answer', status: 500, body: '{"error":"timeout"}' })],
  [
    '503 with Retry-After',
    spoiled([1, 4], { kind: 'answer', status: 503, headers: { 'retry-after': '7' } }),
  ],
  ['429 without a reason', spoiled([0, 3], { kind: 'answer', status: 429 })],
  [
    '401',
    spoiled([2, 3], { kind: 'answer', status: 401, body: '{"error":"authorization failed"}' }),
  ],
  ['403', spoiled([2], { kind: 'answer', status: 403 })],
  [
    'a proxy that speaks HTML',
    spoiled([1], { kind: 'answer', status: 502, body: '<html>no</html>' }),
  ],
  ['a reset before the server sees it', spoiled([0, 2, 4, 5], { kind: 'reset' })],
  ['a reset after the server did it', spoiled([0, 1, 4, 7], { kind: 'reset-after' })],
  ['a slow server', spoiled([0, 1, 2, 3, 4], { kind: 'slow', delayMs: 200 })],
  ['half an answer', spoiled([0, 3, 4], { kind: 'half' })],
]

/** A writer over an InfluxDB that fails: nothing lost, nothing doubled, nothing dropped in silence. */
function describeInfluxFaults(name: string, createFixture: () => Promise<InfluxFixture>): void {
  describe(name, () => {
    let fixture: InfluxFixture
    let folder: string
    let clock: SimulatedClock
    let proxy: FaultyHttpProxy
    let journal: SqliteJournal
    let refused: RefusedReadings[]

    beforeEach(async () => {
      fixture = await createFixture()
      folder = await mkdtemp(join(tmpdir(), 'vigil-influx-'))
      clock = new SimulatedClock(NOW_MS)
      proxy = new FaultyHttpProxy(() => fixture.port)
      await proxy.start()
      const path = join(folder, 'journal.db')
      journal = new SqliteJournal({
        path,
        clock,
        logger: silent,
        bytesMax: 1024 ** 3,
        diskReserveBytes: 0,
      })
      await journal.start()
      refused = []
    })
    afterEach(async () => {
      await journal.stop()
      await proxy.stop()
      await fixture.remove()
      await rm(folder, { recursive: true })
    })

    const open = (port: number, options: Partial<InfluxStoreOptions> = {}) =>
      fixture.open({
        port,
        clock,
        logger: silent,
        writerId: 'tests',
        onRefusedReadings: (more) => {
          refused.push(...more)
        },
        ...options,
      })

    /** Time goes on by itself, slower than any deadline. */
    const until = async (isTrue: () => boolean) => {
      const isTrueLater = async () => {
        await clock.advanceBy(50)
        return isTrue()
      }
      await expect.poll(isTrueLater, { interval: 5 }).toBe(true)
    }

    const appendAll = async () => {
      for (let index = 0; index < BATCHES; index += 1) {
        const appended = journal.append(batch(index))
        await clock.advanceBy(10)
        await appended
      }
    }

    const writeAll = async (store: InfluxStore) => {
      const writer = new TimeSeriesWriter({ journal, store, clock, random: () => 0 })
      writer.start()
      await until(() => store.durableOffset() === journal.status().nextOffset)
      const stopped = writer.stop()
      await clock.advanceBy(TIME_SERIES_LIMITS.retryDelayMsMax)
      await stopped
    }

    const storedOf = async (deviceId: string): Promise<readonly StoredReading[]> => {
      const direct = open(fixture.port)
      const range = { fromMs: NOW_MS - 1000, toMs: NOW_MS + PER_DEVICE * 1000 }
      const readings = await direct.query({ deviceId, point: 'lel', ...range, limit: 100_000 })
      await direct.stop()
      return readings
    }

    const expectAllStoredOnce = async () => {
      for (let device = 0; device < DEVICES; device += 1) {
        const values = (await storedOf(`gas-${device}`)).map(({ value }) => value)
        expect(values).toEqual(EXPECTED)
      }
      const direct = open(fixture.port)
      expect((await direct.stats()).readings).toBe(BATCHES * READINGS_PER_BATCH)
      await direct.stop()
    }

    /** The n-th write (readings or progress) meets the fault; what is asked else passes. */
    const spoilWrites = (faultOf: (write: number) => HttpFault) => {
      let writes = 0
      proxy.fault = (request) => {
        if (!fixture.isWrite(request)) return PASS
        writes += 1
        return faultOf(writes - 1)
      }
    }

    test.each(FAULTS)('loses and doubles nothing over %s', async (_, faultOf) => {
      spoilWrites(faultOf)
      await appendAll()
      const store = open(proxy.port)
      await store.start()
      await writeAll(store)
      await store.stop()
      await expectAllStoredOnce()
      expect(refused).toEqual([])
    })

    test('halves what is too large until it is taken', async () => {
      // Small enough for bodies that are packed, large enough for one reading.
      const bytesMax = 2_000
      let tooLarge = 0
      proxy.fault = ({ body }) => {
        if (body.length <= bytesMax) return PASS
        tooLarge += 1
        return { kind: 'answer', status: 413, body: '{"error":"Request Entity Too Large"}' }
      }
      await appendAll()
      const store = open(proxy.port)
      await store.start()
      await writeAll(store)
      await store.stop()
      expect(tooLarge).toBeGreaterThan(0)
      await expectAllStoredOnce()
      expect(refused).toEqual([])
    })

    test('goes on after a server that never answers', async () => {
      spoilWrites(spoiled([0, 3], { kind: 'hang' }))
      await appendAll()
      const store = open(proxy.port)
      await store.start()
      await writeAll(store)
      await store.stop()
      await expectAllStoredOnce()
    })

    test('starts while the server is away, and finds out later how far it was', async () => {
      await appendAll()
      const first = open(fixture.port)
      await first.start()
      await first.write([{ offset: 1, readings: batch(0) }])
      await first.stop()
      let isAway = true
      proxy.fault = () => (isAway ? { kind: 'reset' } : PASS)
      const { firstOffset, nextOffset } = journal.status()
      const store = open(proxy.port, { journal: { firstOffset, nextOffset } })
      await store.start()
      expect([store.nextOffset(), store.durableOffset()]).toEqual([1, 1])
      await expect(store.latest()).rejects.toMatchObject({ code: 'timeseries_unavailable' })
      isAway = false
      await store.write([])
      expect([store.nextOffset(), store.durableOffset()]).toEqual([2, 2])
      await writeAll(store)
      await store.stop()
      await expectAllStoredOnce()
    })

    test('does not believe a progress beyond the end of its journal', async () => {
      const other = open(fixture.port)
      await other.start()
      await other.write([{ offset: 5_000, readings: batch(0) }])
      await other.stop()
      await appendAll()
      const { firstOffset, nextOffset } = journal.status()
      const store = open(fixture.port, { journal: { firstOffset, nextOffset } })
      await store.start()
      expect(store.nextOffset()).toBe(1)
      await writeAll(store)
      await store.stop()
      await expectAllStoredOnce()
    })

    test('leaves the server alone for as long as it asks', async () => {
      let requests = 0
      proxy.fault = (request) => {
        requests += 1
        const headers = { 'retry-after': '40' }
        return fixture.isWrite(request) ? { kind: 'answer', status: 503, headers } : PASS
      }
      const store = open(proxy.port)
      await store.start()
      const write = () => store.write([{ offset: 1, readings: batch(0) }])
      await expect(write()).rejects.toMatchObject({ details: { retryAfterMs: 40_000 } })
      const before = requests
      await clock.advanceBy(39_999)
      await expect(write()).rejects.toMatchObject({
        code: 'timeseries_unavailable',
        details: { reason: 'held' },
      })
      expect(requests).toBe(before)
      proxy.fault = () => PASS
      await clock.advanceBy(1)
      await write()
      expect(store.nextOffset()).toBe(2)
      await store.stop()
    })

    test.each([
      [{ kind: 'answer', status: 500 }, 'timeseries_unavailable', 'server'],
      [{ kind: 'answer', status: 503 }, 'timeseries_unavailable', 'overloaded'],
      [{ kind: 'answer', status: 429 }, 'timeseries_unavailable', 'overloaded'],
      [{ kind: 'answer', status: 401 }, 'timeseries_refused', 'auth'],
      [{ kind: 'answer', status: 403 }, 'timeseries_refused', 'auth'],
      [{ kind: 'answer', status: 404 }, 'timeseries_refused', 'not_found'],
      [{ kind: 'answer', status: 302 }, 'timeseries_refused', 'client'],
      [{ kind: 'reset' }, 'timeseries_unavailable', 'unreachable'],
      [{ kind: 'half' }, 'timeseries_unavailable', 'unreachable'],
    ] as const)('tells %j as %s, %s', async (fault, code, reason) => {
      const store = open(proxy.port)
      await store.start()
      proxy.fault = () => fault
      const error: CodedError = await store.write([{ offset: 1, readings: batch(0) }]).then(
        () => expect.fail('the write did not fail'),
        (cause) => cause,
      )
      expect(error).toMatchObject({ code, details: { reason } })
      expect(store.nextOffset()).toBe(1)
      await expect(store.latest()).rejects.toMatchObject({ code })
      await store.stop()
    })

    test('gives up a write that takes too long, and says so', async () => {
      const store = open(proxy.port)
      await store.start()
      proxy.fault = () => ({ kind: 'hang' })
      const write = store.write([{ offset: 1, readings: batch(0) }])
      const failed = expect(write).rejects.toMatchObject({
        code: 'timeseries_unavailable',
        details: { reason: 'timeout' },
      })
      await clock.advanceBy(INFLUX_LIMITS.queryDurationMsMax)
      await failed
      await store.stop()
    })

    test('breaks off a write when it is stopped', async () => {
      const store = open(proxy.port)
      await store.start()
      const isThere = Promise.withResolvers<void>()
      proxy.fault = () => {
        isThere.resolve()
        return { kind: 'hang' }
      }
      const write = store.write([{ offset: 1, readings: batch(0) }])
      const failed = expect(write).rejects.toMatchObject({ code: 'timeseries_unavailable' })
      await isThere.promise
      await store.stop()
      await failed
      await expect(store.latest()).rejects.toMatchObject({ details: { reason: 'stopped' } })
    })

    test('puts aside what cannot be stored and stores the rest', async () => {
      const good = batch(0)
      const endless = aReading({ value: Number.POSITIVE_INFINITY, observedAtMs: NOW_MS - 1 })
      const timeless = aReading({ observedAtMs: Number.MAX_SAFE_INTEGER })
      const store = open(fixture.port)
      await store.start()
      await store.write([{ offset: 1, readings: [endless, ...good, timeless] }])
      await store.stop()
      expect(refused.flatMap(({ readings }) => readings)).toEqual([endless, timeless])
      expect(await storedOf('gas-0')).toHaveLength(READINGS_PER_BATCH / DEVICES)
    })
  })
}

describe.skipIf(lacks('influxd'))('a real InfluxDB 1.6.7', () => {
  const influxd = new Influxd()
  beforeAll(() => influxd.start())
  afterAll(() => influxd.stop())
  let databases = 0

  describeInfluxFaults('InfluxV1Store', () => {
    databases += 1
    const database = `faults ${databases}`
    const address = { protocol: 'http', host: '127.0.0.1', database } as const
    const nobody = { username: null, password: null }
    return Promise.resolve({
      port: influxd.port,
      open: (options) => new InfluxV1Store({ ...address, ...nobody, ...options }),
      isWrite: ({ path }) => path.startsWith('/write'),
      remove: async () => {
        await influxd.ask(`DROP DATABASE "${database}"`)
      },
    })
  })
})

describe('a local server that speaks the API of InfluxDB 2', () => {
  const server = new InfluxV2Server({ token: 'token', organization: 'plant' })
  beforeAll(() => server.start())
  afterAll(() => server.stop())
  let buckets = 0

  describeInfluxFaults('InfluxV2Store', () => {
    buckets += 1
    const bucket = `faults ${buckets}`
    const address = { protocol: 'http', host: '127.0.0.1', organization: 'plant', bucket } as const
    return Promise.resolve({
      port: server.port,
      open: (options) => new InfluxV2Store({ ...address, token: 'token', ...options }),
      isWrite: ({ path }) => path.startsWith('/api/v2/write'),
      remove: () => Promise.resolve(server.dropBucket(bucket)),
    })
  })
})
