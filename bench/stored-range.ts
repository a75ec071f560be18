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
import { embeddedStore, influxStore } from './peers/stores.ts'

/**
 * One day of one point, which reported once a second, among ten million stored readings of 116: as means
 * of minutes, as a chart asks, and every reading of it. Both stores are asked in turns.
 */
const POINTS = 116
const DAY_MS = 86_400_000
const QUESTIONS_A_ROUND = 20
const P95_MS_MAX = 100
const PART = 500_000

const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const COUNT = isQuick ? 1_000_000 : 10_022_400
const random = createRandom('stored range')
const readings = new ReadingsOfADay({
  ...{ count: COUNT, points: POINTS },
  // A whole day that is over, and not cut by the hour in which we are.
  startMs: (Math.floor(Date.now() / DAY_MS) - 1) * DAY_MS,
})

async function fillEmbedded(store: ReturnType<typeof embeddedStore>): Promise<void> {
  const perWrite = 20
  for (let offset = 1; offset <= readings.batches; offset += perWrite) {
    const last = Math.min(offset + perWrite - 1, readings.batches)
    const offsets = Array.from({ length: last - offset + 1 }, (_, n) => offset + n)
    await store.write(offsets.map((each) => readings.batchAt(each)))
  }
  await store.settle()
}

async function fillInflux(port: number, database: string): Promise<void> {
  for (let first = 0; first < COUNT; first += PART) {
    const part = readings.part(first, Math.min(PART, COUNT - first))
    await writeBulk(port, { database, policy: 'vigil', bodies: encodeBulk(part) })
  }
}

const KINDS = [
  ['one day of one point, means of minutes', (store: TimeSeriesStore) => minutes(store)],
  ['one day of one point, every reading', (store: TimeSeriesStore) => everyReading(store)],
] as const

const oneDay = () => ({
  deviceId: readings.deviceAt(random.integer(0, POINTS - 1)),
  point: 'lel',
  fromMs: readings.startMs,
  toMs: readings.startMs + DAY_MS,
})

async function minutes(store: TimeSeriesStore): Promise<number> {
  return (await store.aggregate({ ...oneDay(), everyMs: 60_000 })).buckets.length
}

async function everyReading(store: TimeSeriesStore): Promise<number> {
  return (await store.query({ ...oneDay(), limit: 100_000 })).length
}

async function askRound(store: TimeSeriesStore, ask: (typeof KINDS)[number][1]) {
  const times: number[] = []
  let answered = 0
  for (let question = 0; question < QUESTIONS_A_ROUND; question += 1) {
    const beganAt = performance.now()
    answered = await ask(store)
    times.push(performance.now() - beganAt)
  }
  return { answered, p50: medianOf(times), p95: quantileOf(times, 0.95) }
}

async function askAll(stores: Readonly<Record<string, TimeSeriesStore>>): Promise<void> {
  for (const [name, ask] of KINDS) {
    const columns = Object.entries(stores).map(([who, store]) => ({
      ...{ who, store, p50: [] as number[], p95: [] as number[] },
    }))
    let answers = 0
    for (const { store } of columns) answers = (await askRound(store, ask)).answered
    for (let round = 0; round < rounds; round += 1) {
      for (const { store, p50, p95 } of columns) {
        const asked = await askRound(store, ask)
        p50.push(asked.p50)
        p95.push(asked.p95)
      }
    }
    tellRemark(`${name}: ${answers.toLocaleString('en')} in an answer.`)
    const ms = { unit: 'ms', better: 'less' } as const
    const of = (rounds: 'p50' | 'p95') => columns.map((it) => ({ who: it.who, rounds: it[rounds] }))
    tellFigure({ name: `${name}, p50`, ...ms, columns: of('p50') })
    for (const column of of('p95')) {
      const limits = [{ peer: null, is: 'at most', bound: P95_MS_MAX }] as const
      tellFigure({ name: `${name}, p95 of ${column.who}`, ...ms, columns: [column], limits })
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), 'vigil-bench-'))
const influxd = new Influxd()
await influxd.start()
const embedded = embeddedStore(join(folder, 'readings.db'))
const influx = influxStore(influxd.port, 'day')
try {
  await embedded.start()
  await influx.start()
  await fillEmbedded(embedded)
  await fillInflux(influxd.port, 'day')
  // As the gateway does when an hour is over.
  for (const store of [embedded, influx]) await store.rollUp(readings.startMs + DAY_MS)
  await askAll({ 'vigil, embedded store': embedded, 'vigil, InfluxDB 1.6.7': influx })
} finally {
  await influx.stop()
  await embedded.stop()
  await influxd.stop()
  await rm(folder, { recursive: true, force: true })
}
