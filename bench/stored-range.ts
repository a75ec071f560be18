import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { TimeSeriesStore } from '#gateway/timeseries/time-series.ts'
import { Influxd } from '#simulators/receivers/influxd.ts'
import { createRandom } from '#simulators/seeded-random.ts'
import { effortOf } from './effort.ts'
import { medianOf, quantileOf, tellFigure, tellRemark } from './figure.ts'
import { ReadingsOfADay } from './load/readings-of-a-day.ts'
import { encodeBulk, writeBulk } from './peers/influx-bulk.ts'
import { askUnread } from './peers/influx-unread.ts'
import { embeddedStore, influxStore } from './peers/stores.ts'

/**
 * One day of one point among ten million stored readings: half of them of points that report once a
 * second, half of points that report every ten. Asked as a chart asks, in means of minutes, and every
 * reading of it. Both stores are asked in turns.
 *
 * The 86,400 readings of a point that reports once a second have no limit of milliseconds in InfluxDB:
 * making the rows costs it that long by itself. Their limit is InfluxDB with nobody who reads the answer.
 */
const DAY_MS = 86_400_000
const QUESTIONS_A_ROUND = 20
const P95_MS_MAX = 100
const UNREAD_RATIO_MAX = 1.5
const PART = 500_000
const DATABASE = 'day'
const EMBEDDED = 'vigil, embedded store'
const INFLUX = 'vigil, InfluxDB 1.6.7'
const UNREAD = 'InfluxDB 1.6.7, unread'

const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const random = createRandom('stored range')
// A whole day that is over, and not cut by the hour in which we are.
const startMs = (Math.floor(Date.now() / DAY_MS) - 1) * DAY_MS
const POINTS_PER_SECOND = isQuick ? 6 : 58

/** So many readings a second: points of one pace. */
function pointsOf(prefix: string, everyMs: number): ReadingsOfADay {
  const points = (POINTS_PER_SECOND * everyMs) / 1_000
  return new ReadingsOfADay({
    ...{ prefix, points, everyMs, startMs },
    count: (points * DAY_MS) / everyMs,
  })
}

const bySecond = pointsOf('second', 1_000)
const byTenSeconds = pointsOf('ten', 10_000)

/** Both kinds in turns, as they come in. */
async function fillEmbedded(store: ReturnType<typeof embeddedStore>): Promise<void> {
  const perWrite = 10
  for (let first = 1; first <= bySecond.batches; first += perWrite) {
    const last = Math.min(first + perWrite - 1, bySecond.batches)
    const batches = Array.from({ length: last - first + 1 }, (_, n) => [
      { ...bySecond.batchAt(first + n), offset: 2 * (first + n) - 1 },
      { ...byTenSeconds.batchAt(first + n), offset: 2 * (first + n) },
    ])
    await store.write(batches.flat())
  }
  await store.settle()
}

async function fillInflux(port: number): Promise<void> {
  for (let first = 0; first < bySecond.count; first += PART) {
    const count = Math.min(PART, bySecond.count - first)
    const parts = [bySecond.part(first, count), byTenSeconds.part(first, count)]
    const bodies = parts.flatMap(encodeBulk)
    await writeBulk(port, { database: DATABASE, policy: 'vigil', bodies })
  }
}

const oneDay = (of: ReadingsOfADay) => ({
  ...{ deviceId: of.deviceAt(random.integer(0, of.points - 1)), point: 'lel' },
  ...{ fromMs: startMs, toMs: startMs + DAY_MS },
})

type Ask = () => Promise<number>

const minutesOf = async (store: TimeSeriesStore) =>
  (await store.aggregate({ ...oneDay(bySecond), everyMs: 60_000 })).buckets.length
const readingsOf = async (store: TimeSeriesStore, of: ReadingsOfADay) =>
  (await store.query({ ...oneDay(of), limit: 100_000 })).length

async function askRound(ask: Ask) {
  const times: number[] = []
  let answered = 0
  for (let question = 0; question < QUESTIONS_A_ROUND; question += 1) {
    const beganAt = performance.now()
    answered = await ask()
    times.push(performance.now() - beganAt)
  }
  return { answered, p50: medianOf(times), p95: quantileOf(times, 0.95) }
}

/** The columns in turns, `rounds` times; the first round of each warms up. */
async function askInTurns(name: string, asks: Readonly<Record<string, Ask>>) {
  const columns = Object.entries(asks).map(([who, ask]) => ({
    ...{ who, ask, p50: [] as number[], p95: [] as number[] },
  }))
  let answers = 0
  for (const { who, ask } of columns) {
    const { answered } = await askRound(ask)
    if (who !== UNREAD) answers = answered
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { ask, p50, p95 } of columns) {
      const asked = await askRound(ask)
      p50.push(asked.p50)
      p95.push(asked.p95)
    }
  }
  tellRemark(`${name}: ${answers.toLocaleString('en')} in an answer.`)
  return columns
}

const MS = { unit: 'ms', better: 'less' } as const

async function tellLimited(name: string, asks: Readonly<Record<string, Ask>>): Promise<void> {
  const columns = await askInTurns(name, asks)
  const p50 = columns.map(({ who, p50: rounds }) => ({ who, rounds }))
  tellFigure({ ...MS, name: `${name}, p50`, columns: p50 })
  const limits = [{ peer: null, is: 'at most', bound: P95_MS_MAX }] as const
  for (const { who, p95: rounds } of columns) {
    tellFigure({ ...MS, name: `${name}, p95 of ${who}`, columns: [{ who, rounds }], limits })
  }
}

async function tellBesideUnread(name: string, asks: Readonly<Record<string, Ask>>): Promise<void> {
  const columns = await askInTurns(name, asks)
  const limits = [{ peer: UNREAD, is: 'at most', bound: UNREAD_RATIO_MAX }] as const
  for (const quantile of ['p50', 'p95'] as const) {
    const told = columns.map((column) => ({ who: column.who, rounds: column[quantile] }))
    tellFigure({ ...MS, name: `${name}, ${quantile}`, columns: told, limits })
  }
}

async function askAll(embedded: TimeSeriesStore, influx: TimeSeriesStore, port: number) {
  await tellLimited('one day of one point, means of minutes', {
    [EMBEDDED]: () => minutesOf(embedded),
    [INFLUX]: () => minutesOf(influx),
  })
  await tellLimited('one day of one point, every reading, one each ten seconds', {
    [EMBEDDED]: () => readingsOf(embedded, byTenSeconds),
    [INFLUX]: () => readingsOf(influx, byTenSeconds),
  })
  const everySecond = 'one day of one point, every reading, one a second'
  await tellLimited(everySecond, { [EMBEDDED]: () => readingsOf(embedded, bySecond) })
  await tellBesideUnread(everySecond, {
    [INFLUX]: () => readingsOf(influx, bySecond),
    [UNREAD]: () => askUnread(port, { database: DATABASE, ...oneDay(bySecond) }),
  })
}

const folder = await mkdtemp(join(tmpdir(), 'vigil-bench-'))
const influxd = new Influxd()
await influxd.start()
const embedded = embeddedStore(join(folder, 'readings.db'))
const influx = influxStore(influxd.port, DATABASE)
try {
  await embedded.start()
  await influx.start()
  await fillEmbedded(embedded)
  await fillInflux(influxd.port)
  // As the gateway does when an hour is over.
  for (const store of [embedded, influx]) await store.rollUp(startMs + DAY_MS)
  tellRemark(`${(bySecond.count + byTenSeconds.count).toLocaleString('en')} readings are stored.`)
  await askAll(embedded, influx, influxd.port)
} finally {
  await influx.stop()
  await embedded.stop()
  await influxd.stop()
  await rm(folder, { recursive: true, force: true })
}
