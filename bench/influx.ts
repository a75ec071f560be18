import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { SystemClock } from '#gateway/system-clock.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import { EmbeddedStore } from '#gateway/timeseries/embedded-store.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import type { TimeSeriesStore } from '#gateway/timeseries/time-series.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import { TimeSeriesWriter } from '#gateway/timeseries/writer.ts'
import { Influxd } from '#simulators/receivers/influxd.ts'
import { createRandom } from '#simulators/seeded-random.ts'
import { effortOf, pause } from './effort.ts'
import { OURS, tellFigure } from './figure.ts'
import { EndlessJournal, ReadingsOfADay } from './load/readings-of-a-day.ts'
import { encodeBulk, writeBulk } from './peers/influx-bulk.ts'
import { embeddedStore, influxStore } from './peers/stores.ts'
import { cpuSecondsOf } from './processes.ts'

/**
 * The writer of the time series, fed from memory as fast as it takes, into InfluxDB 1 and into the
 * embedded store: readings a second until all are durable. Beside them the limit: the same InfluxDB
 * taking the same lines, encoded beforehand, from nobody who does anything else.
 */
const POINTS = 1_000
const STORED_SHARE_MIN = 0.8
const BULK = 'InfluxDB, bulk by itself'
const EMBEDDED = 'vigil, embedded store'

const effort = effortOf({ rounds: 5, seconds: 1 })
const COUNT = effort.isQuick ? 200_000 : 500_000
const random = createRandom('influx')
const readings = new ReadingsOfADay({
  ...{ count: COUNT, points: POINTS },
  startMs: Date.now() - 86_400_000,
})

interface Outcome {
  readonly perSecond: number
  readonly ownCpuSeconds: number
  readonly influxdCpuSeconds: number
}

async function timed(influxdPid: number, write: () => Promise<void>): Promise<Outcome> {
  const before = [cpuSecondsOf(process.pid), cpuSecondsOf(influxdPid)] as const
  const beganAt = performance.now()
  await write()
  return {
    perSecond: COUNT / ((performance.now() - beganAt) / 1_000),
    ownCpuSeconds: cpuSecondsOf(process.pid) - before[0],
    influxdCpuSeconds: cpuSecondsOf(influxdPid) - before[1],
  }
}

const journal = new EndlessJournal(readings)

/** Until everything is on disk, in the store itself and not in a journal. */
async function writeAll(store: TimeSeriesStore): Promise<void> {
  const clock = new SystemClock()
  const writer = new TimeSeriesWriter({ journal, store, clock, random: () => random.next() })
  writer.start()
  while (store.nextOffset() <= readings.batches) await pause(2)
  if (store instanceof EmbeddedStore) await store.settle()
  await writer.stop()
}

async function measure(influxd: Influxd, folder: string) {
  const bodies = encodeBulk(readings)
  const outcomes = new Map<string, Outcome[]>([
    [OURS, []],
    [BULK, []],
    [EMBEDDED, []],
  ])
  for (let round = 0; round < effort.rounds; round += 1) {
    const influx = influxStore(influxd.port, `ours ${round}`)
    await influx.start()
    outcomes.get(OURS)?.push(await timed(influxd.pid, () => writeAll(influx)))
    await influx.stop()
    await influxd.ask(`DROP DATABASE "ours ${round}"`)
    const database = `bulk ${round}`
    const bulk = influxStore(influxd.port, database)
    await bulk.start()
    const write = () => writeBulk(influxd.port, { database, policy: 'vigil', bodies })
    outcomes.get(BULK)?.push(await timed(influxd.pid, write))
    await bulk.stop()
    await influxd.ask(`DROP DATABASE "${database}"`)
    const embedded = embeddedStore(join(folder, `${round}.db`))
    await embedded.start()
    outcomes.get(EMBEDDED)?.push(await timed(influxd.pid, () => writeAll(embedded)))
    await embedded.stop()
  }
  return outcomes
}

function tellAll(outcomes: ReadonlyMap<string, readonly Outcome[]>): void {
  const columns = (number: (outcome: Outcome) => number, ...names: readonly string[]) =>
    [...outcomes].flatMap(([who, all]) =>
      names.length === 0 || names.includes(who) ? [{ who, rounds: all.map(number) }] : [],
    )
  tellFigure({
    ...{ name: 'stored, sustained', unit: 'readings/s', better: 'more' },
    columns: columns(({ perSecond }) => perSecond),
    limits: [{ peer: BULK, is: 'at least', bound: STORED_SHARE_MIN }],
  })
  const perMillion = (seconds: number) => (seconds * 1_000_000) / COUNT
  tellFigure({
    ...{ name: 'the writer', unit: 'CPU seconds a million readings', better: 'less' },
    columns: columns(({ ownCpuSeconds }) => perMillion(ownCpuSeconds)),
  })
  tellFigure({
    ...{ name: 'influxd', unit: 'CPU seconds a million readings', better: 'less' },
    columns: columns(({ influxdCpuSeconds }) => perMillion(influxdCpuSeconds), OURS, BULK),
  })
}

const folder = await mkdtemp(join(tmpdir(), 'vigil-bench-'))
const influxd = new Influxd()
await influxd.start()
try {
  tellAll(await measure(influxd, folder))
} finally {
  await influxd.stop()
  await rm(folder, { recursive: true, force: true })
}
