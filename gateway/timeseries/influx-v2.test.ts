import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CodedError } from '#alerting/errors.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { FaultyHttpProxy, type ProxiedRequest } from '#simulators/receivers/faulty-http-proxy.ts'
import {
  InfluxV2Server,
  type InfluxV2ServerOptions,
} from '#simulators/receivers/influx-v2-server.ts'
import { VictoriaMetrics } from '#simulators/receivers/victoria-metrics.ts'
import { SystemClock } from '../system-clock.ts'
import type { RefusedReadings } from './influx-batch.ts'
import { encodeName } from './influx-names.ts'
import { MEASUREMENT } from './influx-schema.ts'
import { type InfluxV2Options, InfluxV2Store } from './influx-v2.ts'
import { aReading, kept } from './time-series.suite.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 8)
const DAY_MS = 24 * 3_600_000
const TOKEN = 'a-token-of-secrets'
const ALWAYS = { fromMs: 0, toMs: NOW_MS + 1000 * DAY_MS, limit: 100_000 }

async function startServer(options: Partial<InfluxV2ServerOptions> = {}): Promise<InfluxV2Server> {
  const server = new InfluxV2Server({ token: TOKEN, organization: 'plant', ...options })
  await server.start()
  onTestFinished(() => server.stop())
  return server
}

async function startProxy(server: { readonly port: number }): Promise<FaultyHttpProxy> {
  const proxy = new FaultyHttpProxy(() => server.port)
  await proxy.start()
  onTestFinished(() => proxy.stop())
  return proxy
}

async function openStore(
  server: { readonly port: number },
  options: Partial<InfluxV2Options> = {},
): Promise<{ store: InfluxV2Store; refused: RefusedReadings[]; warnings: string[] }> {
  const refused: RefusedReadings[] = []
  const warnings: string[] = []
  const warn = (_: unknown, message?: string) => {
    warnings.push(message ?? '')
  }
  const store = new InfluxV2Store({
    protocol: 'http',
    host: '127.0.0.1',
    port: server.port,
    organization: 'plant',
    bucket: 'readings',
    token: TOKEN,
    clock: new SystemClock(),
    logger: { warn, error: warn },
    writerId: 'tests',
    onRefusedReadings: (more) => {
      refused.push(...more)
    },
    ...options,
  })
  await store.start()
  onTestFinished(() => store.stop())
  return { store, refused, warnings }
}

function textOf({ headers, body }: ProxiedRequest): string {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')
}

function failureOf(promise: Promise<unknown>): Promise<CodedError> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (cause) => cause,
  )
}

describe('InfluxV2Store and a server that speaks the API of InfluxDB 2', () => {
  test('makes the bucket with its retention, and leaves one that is there as it is', async () => {
    const server = await startServer()
    const made = await openStore(server, { retentionDays: kept(30) })
    expect(server.retentionSecondsOf('readings')).toBe(31 * 86_400)
    expect(made.warnings).toEqual([])
    const again = await openStore(server, { retentionDays: kept(400) })
    expect(server.retentionSecondsOf('readings')).toBe(31 * 86_400)
    // One a bucket: readings, and their roll-ups by the minute and the hour.
    const shorter = 'the bucket keeps readings for a shorter time than is set'
    expect(again.warnings).toEqual([shorter, shorter, shorter])
  })

  test('is content with a token for the bucket only', async () => {
    const server = await startServer({ mayManageBuckets: false })
    server.createBucket('readings')
    const { store } = await openStore(server, { retentionDays: kept(30) })
    await store.write([{ offset: 1, readings: [aReading()] }])
    expect((await store.stats()).readings).toBe(1)
  })

  test('tells a missing bucket that it may not make, and goes on when it is there', async () => {
    const server = await startServer({ mayManageBuckets: false })
    const { store } = await openStore(server)
    const batches = [{ offset: 1, readings: [aReading()] }]
    expect(await failureOf(store.write(batches))).toMatchObject({
      code: 'timeseries_refused',
      details: { reason: 'not_found' },
    })
    server.createBucket('readings')
    await store.write(batches)
    expect((await store.stats()).readings).toBe(1)
  })

  test('refuses an organization that is not there, and a wrong token, without telling it', async () => {
    const server = await startServer()
    const batches = [{ offset: 1, readings: [aReading()] }]
    const elsewhere = await openStore(server, { organization: 'elsewhere' })
    expect(await failureOf(elsewhere.store.write(batches))).toMatchObject({
      code: 'timeseries_refused',
      details: { reason: 'not_found' },
    })
    for (const token of ['not-the-token', null]) {
      const error = await failureOf((await openStore(server, { token })).store.write(batches))
      expect(error).toMatchObject({ code: 'timeseries_refused', details: { reason: 'auth' } })
      expect(JSON.stringify([error, error.message, error.stack])).not.toContain('not-the-token')
    }
  })

  test('hides its token when a server repeats it', async () => {
    const server = await startServer()
    const proxy = await startProxy(server)
    const { store } = await openStore(proxy)
    proxy.fault = () => ({ kind: 'answer', status: 401, body: `no right for ${TOKEN}` })
    const error = await failureOf(store.write([{ offset: 1, readings: [aReading()] }]))
    expect(error.message).toContain('no right for [secret]')
  })

  test('tells a reading beyond the retention from the others, and stores those', async () => {
    const nowMs = new SystemClock().nowMs()
    const server = await startServer({ nowMs: () => nowMs })
    const { store, refused } = await openStore(server, { retentionDays: kept(30) })
    const fresh = Array.from({ length: 100 }, (_, index) =>
      aReading({ observedAtMs: nowMs - index * 1000, value: index }),
    )
    const old = [40, 50].map((days) => aReading({ observedAtMs: nowMs - days * DAY_MS }))
    await store.write([{ offset: 1, readings: [...old, ...fresh] }])
    expect(store.nextOffset()).toBe(2)
    expect(new Set(refused.flatMap(({ readings }) => readings))).toEqual(new Set(old))
    expect(refused[0]?.reason).toContain('points beyond retention policy')
    expect((await store.stats()).readings).toBe(fresh.length)
  })

  test.each([
    [
      'InfluxDB 2.0',
      500,
      '{"code":"internal error","message":"unexpected error writing points to database: partial write: points beyond retention policy dropped=1"}',
    ],
    ['a partial success', 201, '{"error":"partial write of line protocol occurred","line":1}'],
    [
      'a refusal of everything',
      400,
      `{"code":"invalid","message":"unable to parse 'x': invalid number"}`,
    ],
  ])('understands a refused reading as %s tells it', async (_, status, body) => {
    const server = await startServer()
    const proxy = await startProxy(server)
    const { store, refused } = await openStore(proxy)
    const headers = { 'content-type': 'application/json' }
    proxy.fault = (request) => {
      const isPoisoned =
        request.path.startsWith('/api/v2/write') && textOf(request).includes('poison')
      return isPoisoned ? { kind: 'answer', status, body, headers } : { kind: 'pass' }
    }
    const poisoned = aReading({ deviceId: 'poison' })
    const good = Array.from({ length: 60 }, (_, index) =>
      aReading({ observedAtMs: NOW_MS + index }),
    )
    await store.write([
      { offset: 1, readings: [...good.slice(0, 23), poisoned, ...good.slice(23)] },
    ])
    expect(refused.flatMap(({ readings }) => readings)).toEqual([poisoned])
    expect((await store.stats()).readings).toBe(good.length)
  })

  test('halves a request until the server takes it', async () => {
    const server = await startServer({ bodyBytesMax: 4_000 })
    const { store, refused } = await openStore(server)
    const readings = Array.from({ length: 500 }, (_, index) =>
      aReading({ observedAtMs: NOW_MS + index, value: index }),
    )
    await store.write([{ offset: 1, readings }])
    expect((await store.stats()).readings).toBe(readings.length)
    expect(refused).toEqual([])
  })

  test('makes the bucket again when somebody drops it', async () => {
    const server = await startServer()
    const { store } = await openStore(server)
    await store.write([{ offset: 1, readings: [aReading()] }])
    server.dropBucket('readings')
    const next = [{ offset: 2, readings: [aReading({ observedAtMs: NOW_MS + 1 })] }]
    expect(await failureOf(store.write(next))).toMatchObject({ details: { reason: 'not_found' } })
    await store.write(next)
    expect((await store.stats()).readings).toBe(1)
  })

  test('carries every name there and back, in line protocol and in Flux', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ',',
        '=',
        ' ',
        '"',
        "'",
        '\\',
        '\n',
        '\r',
        '\t',
        '%',
        '%005c',
        '${',
        '$',
        '{',
      ),
      fc.constantFrom('罐区', '🔥', '\ud83d', '\u0000', '|>', '//', ') or true'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    const name = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    // The first name takes seconds to prepare; a connection that waited for it would be closed as idle.
    fc.sample(name, 1)
    const server = await startServer()
    const { store } = await openStore(server)
    let round = 0
    await fc.assert(
      fc.asyncProperty(name, name, async (deviceId, point) => {
        round += 1
        const observedAtMs = NOW_MS + round
        const reading = aReading({ deviceId, point, observedAtMs, value: round })
        await store.write([{ offset: store.nextOffset(), readings: [reading] }])
        const stored = await store.query({ deviceId, point, ...ALWAYS, limit: 1, order: 'desc' })
        expect(stored.map(({ value }) => value)).toEqual([round])
        expect(await store.latest(deviceId)).toContainEqual({ deviceId, point, ...stored[0] })
      }),
      { numRuns: 150 },
    )
  })
})

describe.skipIf(lacks('victoria-metrics'))('InfluxV2Store and a real VictoriaMetrics', () => {
  test('writes what another reader of the same API understands', async () => {
    const victoria = new VictoriaMetrics()
    await victoria.start()
    onTestFinished(() => victoria.stop())
    const server = await startServer()
    const proxy = await startProxy(server)
    const writes: ProxiedRequest[] = []
    proxy.fault = (request) => {
      if (request.path.startsWith('/api/v2/write')) writes.push(request)
      return { kind: 'pass' }
    }
    const { store } = await openStore(proxy)
    const names = [
      ['gas-1', 'lel'],
      ["O'Brien", 'a,b=c d'],
      ['"quoted"', 'back\\slash\\'],
      ['罐区-1', '可燃气体浓度'],
      ['🔥', '💨\tx\nnew line'],
    ] as const
    const readings = names.flatMap(([deviceId, point], series) =>
      Array.from({ length: 200 }, (_, index) =>
        aReading({
          deviceId,
          point,
          observedAtMs: NOW_MS + index,
          value: series * 1000 + index / 4,
        }),
      ),
    )
    await store.write([{ offset: 1, readings }])
    // VictoriaMetrics takes writes and no Flux: it gets those that the local server got.
    for (const { path, headers, body } of writes) {
      const packing = headers['content-encoding']
      const answer = await fetch(`http://127.0.0.1:${victoria.port}${path}`, {
        method: 'POST',
        headers: packing === undefined ? {} : { 'content-encoding': packing },
        body: new Uint8Array(body),
      })
      expect(answer.status).toBe(204)
    }
    const exported = await victoria.export(`{__name__="${MEASUREMENT}_value"}`)
    for (const [series, [deviceId, point]] of names.entries()) {
      const { values, timestamps } =
        exported.find(
          ({ metric }) =>
            metric.device === encodeName(deviceId) && metric.point === encodeName(point),
        ) ?? expect.fail(`${deviceId} is missing`)
      expect(values).toEqual(Array.from({ length: 200 }, (_, index) => series * 1000 + index / 4))
      expect(timestamps).toEqual(Array.from({ length: 200 }, (_, index) => NOW_MS + index))
    }
  })
})
