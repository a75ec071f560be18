import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CodedError } from '#alerting/errors.ts'
import type { Reading } from '#alerting/reading.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { Influxd, type InfluxdOptions } from '#simulators/receivers/influxd.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { SystemClock } from '../system-clock.ts'
import type { RefusedReadings } from './influx-batch.ts'
import { MEASUREMENT } from './influx-schema.ts'
import { type InfluxV1Options, InfluxV1Store } from './influx-v1.ts'
import { aReading, kept, shown } from './time-series.suite.ts'
import { TimeSeriesWriter } from './writer.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 8)
const DAY_MS = 24 * 3_600_000
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const ALWAYS = { fromMs: 0, toMs: NOW_MS + 1000 * DAY_MS, limit: 100_000 }

async function startInfluxd(options: InfluxdOptions = {}): Promise<Influxd> {
  const influxd = new Influxd(options)
  await influxd.start()
  onTestFinished(() => influxd.stop())
  return influxd
}

async function openStore(
  influxd: Influxd,
  options: Partial<InfluxV1Options> = {},
): Promise<InfluxV1Store> {
  const store = new InfluxV1Store({
    protocol: 'http',
    host: '127.0.0.1',
    port: influxd.port,
    database: 'plant',
    username: null,
    password: null,
    clock: new SystemClock(),
    logger: silent,
    writerId: 'tests',
    ...options,
  })
  await store.start()
  onTestFinished(() => store.stop())
  return store
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-influx-v1-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

function failureOf(promise: Promise<unknown>): Promise<CodedError> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (cause) => cause,
  )
}

describe.skipIf(lacks('influxd'))('InfluxV1Store and a real InfluxDB 1.6.7', () => {
  test('makes database and retention policy, and leaves those of others as they are', async () => {
    const influxd = await startInfluxd()
    await openStore(influxd, { retentionDays: kept(30) })
    const policies = () => influxd.ask('SHOW RETENTION POLICIES ON plant')
    const ours = (days: number) => ['vigil', `${days * 24}h0m0s`, '168h0m0s', 1, true]
    const shards = (row: readonly unknown[]) => [row[0], row[1], '168h0m0s', row[3], row[4]]
    expect((await policies()).map(shards)).toContainEqual(ours(31))
    await openStore(influxd, { retentionDays: kept(400) })
    expect((await policies()).map(shards)).toContainEqual(ours(401))

    await influxd.ask('CREATE DATABASE theirs')
    await openStore(influxd, { database: 'theirs' })
    const theirs = await influxd.ask('SHOW RETENTION POLICIES ON theirs')
    expect(theirs.map(([name, duration, , , isDefault]) => [name, duration, isDefault])).toEqual([
      ['autogen', '0s', true],
      ['vigil', '0s', false],
      ['vigil_minutes', '0s', false],
      ['vigil_hours', '0s', false],
    ])
  })

  test('tells a reading beyond the retention from the others, and stores those', async () => {
    const influxd = await startInfluxd()
    const refused: RefusedReadings[] = []
    const onRefusedReadings = (more: readonly RefusedReadings[]) => {
      refused.push(...more)
    }
    const store = await openStore(influxd, { retentionDays: kept(30), onRefusedReadings })
    const nowMs = new SystemClock().nowMs()
    const fresh = Array.from({ length: 200 }, (_, index) =>
      aReading({ observedAtMs: nowMs - index * 1000, value: index }),
    )
    const old = [40, 50, 60].map((days) => aReading({ observedAtMs: nowMs - days * DAY_MS }))
    const [first, second, third] = old
    if (first === undefined || second === undefined || third === undefined) throw new Error()
    const readings = [first, ...fresh.slice(0, 90), second, ...fresh.slice(90), third]
    await store.write([{ offset: 1, readings }])
    expect(store.nextOffset()).toBe(2)
    expect(new Set(refused.flatMap(({ readings: those }) => those))).toEqual(new Set(old))
    expect(refused[0]?.reason).toContain('beyond retention policy')
    expect((await store.stats()).readings).toBe(fresh.length)
  })

  test('refuses a measurement whose fields have other types, and loses nothing', async () => {
    const influxd = await startInfluxd()
    await influxd.ask(
      'CREATE DATABASE plant; CREATE RETENTION POLICY vigil ON plant DURATION INF REPLICATION 1',
    )
    const body = `${MEASUREMENT},device=x,point=y value="text" 1`
    await fetch(`http://127.0.0.1:${influxd.port}/write?db=plant&rp=vigil`, {
      method: 'POST',
      body,
    })
    const store = await openStore(influxd)
    const batches = [{ offset: 1, readings: [aReading()] }]
    expect(await failureOf(store.write(batches))).toMatchObject({
      code: 'timeseries_refused',
      details: { reason: 'schema' },
    })
    await influxd.ask(`DROP DATABASE plant`)
    await store.write(batches)
    expect((await store.stats()).readings).toBe(1)
  })

  test('puts aside a reading whose fields have come to clash, and stores the rest', async () => {
    const influxd = await startInfluxd()
    const refused: RefusedReadings[] = []
    const onRefusedReadings = (more: readonly RefusedReadings[]) => {
      refused.push(...more)
    }
    const store = await openStore(influxd, { onRefusedReadings })
    const body = `${MEASUREMENT},device=x,point=y marks="text" ${NOW_MS * 1_000_000}`
    await fetch(`http://127.0.0.1:${influxd.port}/write?db=plant&rp=vigil`, {
      method: 'POST',
      body,
    })
    const good = Array.from({ length: 40 }, (_, index) =>
      aReading({ observedAtMs: NOW_MS + index, value: index }),
    )
    const marked = aReading({ observedAtMs: NOW_MS + 100, marks: 1 })
    await store.write([{ offset: 1, readings: [...good.slice(0, 7), marked, ...good.slice(7)] }])
    expect(refused).toMatchObject([{ readings: [marked], reason: /field type conflict/ }])
    const stored = await store.query({ deviceId: 'gas-1', point: 'lel', ...ALWAYS })
    expect(stored.map(({ value }) => value)).toEqual(good.map(({ value }) => value))
  })

  test('halves a request until the server takes it', async () => {
    const influxd = await startInfluxd({ bodyBytesMax: 4_000 })
    const store = await openStore(influxd)
    const readings = Array.from({ length: 500 }, (_, index) =>
      aReading({ observedAtMs: NOW_MS + index, value: index }),
    )
    await store.write([{ offset: 1, readings }])
    expect((await store.stats()).readings).toBe(readings.length)
  })

  test('uses name and password, needs no rights beyond the database, and tells neither', async () => {
    const influxd = await startInfluxd({ auth: true })
    const admin = { username: 'root', password: 'root password' }
    await influxd.ask(`CREATE USER root WITH PASSWORD 'root password' WITH ALL PRIVILEGES`)
    const writes = [{ offset: 1, readings: [aReading()] }]

    const nobody = await failureOf((await openStore(influxd)).write(writes))
    expect(nobody).toMatchObject({ code: 'timeseries_refused', details: { reason: 'auth' } })

    const store = await openStore(influxd, admin)
    await store.write(writes)
    await influxd.ask(`CREATE USER vigil WITH PASSWORD 'geheim''s'`.replace("''", "\\'"), admin)
    await influxd.ask('GRANT ALL ON plant TO vigil', admin)
    const plain = { username: 'vigil', password: "geheim's", retentionDays: kept(90) }
    const ours = await openStore(influxd, plain)
    expect(ours.nextOffset()).toBe(2)
    await ours.write([{ offset: 2, readings: [aReading({ observedAtMs: NOW_MS + 1 })] }])
    expect((await ours.stats()).readings).toBe(2)

    for (const database of ['plant', 'elsewhere']) {
      const wrong = database === 'plant' ? { ...plain, password: 'not-the-password' } : plain
      const error = await failureOf(
        (await openStore(influxd, { ...wrong, database })).write(writes),
      )
      expect(error).toMatchObject({ code: 'timeseries_refused', details: { reason: 'auth' } })
      expect(JSON.stringify([error, error.message, error.stack])).not.toMatch(/geheim|not-the-pass/)
    }
  })

  test('speaks TLS, and only with a server whose certificate it can check', async () => {
    const folder = await temporaryFolder()
    const [key, cert, both] = ['key', 'cert', 'both'].map((name) => join(folder, `${name}.pem`))
    if (key === undefined || cert === undefined || both === undefined) throw new Error()
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
      ].concat(['-keyout', key, '-out', cert, '-days', '2'], subject),
      { stdio: 'ignore' },
    )
    writeFileSync(both, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'))
    const influxd = await startInfluxd({ tlsFile: both })
    const writes = [{ offset: 1, readings: [aReading()] }]
    const distrustful = await openStore(influxd, { protocol: 'https' })
    expect(await failureOf(distrustful.write(writes))).toMatchObject({
      code: 'timeseries_unavailable',
      details: { reason: 'unreachable' },
    })
    const store = await openStore(influxd, { protocol: 'https', ca: readFileSync(cert, 'utf8') })
    await store.write(writes)
    expect((await store.stats()).readings).toBe(1)
  })

  test('makes the database again when somebody drops it', async () => {
    const influxd = await startInfluxd()
    const store = await openStore(influxd)
    await store.write([{ offset: 1, readings: [aReading()] }])
    await influxd.ask('DROP DATABASE plant')
    const next = [{ offset: 2, readings: [aReading({ observedAtMs: NOW_MS + 1 })] }]
    expect(await failureOf(store.write(next))).toMatchObject({ details: { reason: 'not_found' } })
    await store.write(next)
    expect((await store.stats()).readings).toBe(1)
  })

  test('carries every name there and back, and never mistakes one for another', async () => {
    const influxd = await startInfluxd()
    const store = await openStore(influxd)
    const piece = fc.oneof(
      fc.constantFrom(',', '=', ' ', '"', "'", '\\', '\n', '\r', '\t', '%', '%005c', '\\n'),
      fc.constantFrom('罐区', '可燃气体', '🔥', '\ud83d', '\u0000', '$d0', '--', ';', '/*', '/.*/'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    const name = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    const names = fc.uniqueArray(fc.tuple(name, name), {
      minLength: 20,
      maxLength: 60,
      selector: (pair) => pair.join('\u0001/\u0001'),
    })
    let round = 0
    await fc.assert(
      fc.asyncProperty(names, async (pairs) => {
        round += 1
        const readings = pairs.map(([deviceId, point], index) =>
          aReading({ deviceId, point, value: index, observedAtMs: NOW_MS + round }),
        )
        await store.write([{ offset: store.nextOffset(), readings }])
        const range = { fromMs: NOW_MS + round, toMs: NOW_MS + round + 1 }
        for (const [index, [deviceId, point]] of pairs.entries()) {
          const answer = await store.aggregate({ deviceId, point, ...range, everyMs: 1 })
          expect(shown(answer, 'max')[0]).toEqual({
            startMs: NOW_MS + round,
            value: index,
            count: 1,
          })
        }
        const latest = await store.latest()
        const told = new Map(
          latest.map((row) => [`${row.deviceId}\u0001/\u0001${row.point}`, row.value]),
        )
        for (const [index, pair] of pairs.entries()) {
          expect(told.get(pair.join('\u0001/\u0001'))).toBe(index)
        }
      }),
      { numRuns: 12 },
    )
  })

  test('killed and started again under a writer, has every reading once', async () => {
    const influxd = await startInfluxd()
    const folder = await temporaryFolder()
    const clock = new SystemClock()
    const path = join(folder, 'journal.db')
    const journal = new SqliteJournal({
      path,
      clock,
      logger: silent,
      bytesMax: 1024 ** 3,
      diskReserveBytes: 0,
    })
    await journal.start()
    onTestFinished(() => journal.stop())
    const store = await openStore(influxd, { clock })
    const writer = new TimeSeriesWriter({ journal, store, clock, random: Math.random })
    const states: string[] = []
    writer.onStateChange(({ state }) => states.push(state))
    writer.start()
    onTestFinished(() => writer.stop())
    const devices = 10
    let rounds = 0
    const append = async () => {
      const readings: Reading[] = []
      for (let count = 0; count < 20; count += 1, rounds += 1) {
        for (let device = 0; device < devices; device += 1) {
          const observedAtMs = NOW_MS + rounds
          readings.push(aReading({ deviceId: `gas-${device}`, observedAtMs, value: rounds }))
        }
      }
      await journal.append(readings)
    }
    for (let kill = 0; kill < 3; kill += 1) {
      const writtenBefore = store.nextOffset()
      while (store.nextOffset() < writtenBefore + 3) await append()
      const killed = influxd.kill()
      await killed
      // Until the writer has run into it.
      while (writer.status().state !== 'retrying') await append()
      await influxd.start()
    }
    await expect.poll(() => store.durableOffset()).toBe(journal.status().nextOffset)
    expect(states).toContain('retrying')
    const expected = Array.from({ length: rounds }, (_, round) => round)
    for (let device = 0; device < devices; device += 1) {
      const stored = await store.query({ deviceId: `gas-${device}`, point: 'lel', ...ALWAYS })
      expect(stored.map(({ value }) => value)).toEqual(expected)
    }
    expect((await store.stats()).readings).toBe(rounds * devices)
  })
})
