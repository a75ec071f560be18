import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { DeviceId, Reading, ReadingBatch } from '#alerting/reading.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { JournalStatus } from '#gateway/journal/journal.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { SystemClock } from '#gateway/system-clock.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { EmbeddedStore } from '#gateway/timeseries/embedded-store.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { InfluxV1Store } from '#gateway/timeseries/influx-v1.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { TimeSeriesStore } from '#gateway/timeseries/time-series.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { TimeSeriesWriter } from '#gateway/timeseries/writer.ts'
import { Influxd } from '#simulators/receivers/influxd.ts'
import { createRandom } from '#simulators/seeded-random.ts'

/**
 * The writer over each store in turn, fed from memory as fast as it takes: readings a second until all
 * are durable. Rounds of the stores alternate in one run, because the machine is not alone. Then
 * questions about one day of one point, among all that was written in the last round.
 */
const HELP = `node bench/influx.ts [options]
  --readings N   of each round, at one a second of each point (1000000)
  --rounds N     of each store (3)
  --points N     that report (1000)
  --questions N  of each kind (30)`

const { values: options } = parseArgs({
  options: {
    readings: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    points: { type: 'string', default: '1000' },
    questions: { type: 'string', default: '30' },
    help: { type: 'boolean', default: false },
  },
})

const clock = new SystemClock()
const silent = { warn: console.error, error: console.error }
const random = createRandom('influx')
const READINGS = Number(options.readings)
const ROUNDS = Number(options.rounds)
const POINTS = Number(options.points)
const QUESTIONS = Number(options.questions)
const READINGS_PER_BATCH = 1_000
const DAY_MS = 86_400_000
const START_MS = clock.nowMs() - Math.max(DAY_MS, (READINGS / POINTS) * 1000)

/** What the writer asks of a journal, without one: batches are made when they are read. */
class EndlessJournal {
  readonly batches = Math.ceil(READINGS / READINGS_PER_BATCH)

  async *follow(offset: number, { signal }: { readonly signal: AbortSignal }) {
    for (let next = offset; next <= this.batches && !signal.aborted; next += 1) {
      yield batchAt(next)
    }
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** Nothing is kept, so nothing is let go. */
  release(): number {
    return this.batches
  }

  status(): JournalStatus {
    return {
      state: 'ok',
      reason: null,
      firstOffset: 1,
      nextOffset: this.batches + 1,
      pendingReadings: 0,
      bytes: 0,
      consumers: { engine: 1, timeseries: 1 },
      damage: [],
    }
  }
}

/** All points in turn, each a noisy level with two decimals. */
function batchAt(offset: number): ReadingBatch {
  const first = (offset - 1) * READINGS_PER_BATCH
  const count = Math.min(READINGS_PER_BATCH, READINGS - first)
  const readings = Array.from({ length: count }, (_, position): Reading => {
    const number = first + position
    const observedAtMs = START_MS + Math.floor(number / POINTS) * 1000 + (number % 1000)
    return {
      deviceId: deviceOf(number % POINTS),
      point: 'lel',
      observedAtMs,
      arrivedAtMs: observedAtMs + 40 + (number % 7),
      value: Math.round(300 + 20 * Math.sin(number / 5000) + random.next() * 50) / 100,
      quality: 'good',
      marks: 0,
    }
  })
  return { offset, readings }
}

function deviceOf(index: number): DeviceId {
  return `gas-${index}` as DeviceId
}

/** Until everything is on disk, in the store itself and not in a journal. */
async function writeAll(store: TimeSeriesStore): Promise<number> {
  const journal = new EndlessJournal()
  const writer = new TimeSeriesWriter({ journal, store, clock, random: () => random.next() })
  const startedAtMs = performance.now()
  writer.start()
  while (store.nextOffset() <= journal.batches) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
  if (store instanceof EmbeddedStore) await store.settle()
  const elapsedMs = performance.now() - startedAtMs
  await writer.stop()
  return Math.round(READINGS / (elapsedMs / 1000))
}

async function latencies(ask: () => Promise<number>): Promise<string> {
  const times: number[] = []
  let answered = 0
  for (let question = 0; question < QUESTIONS; question += 1) {
    const startedAtMs = performance.now()
    answered = await ask()
    times.push(performance.now() - startedAtMs)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1)
  return `${answered} answers, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`
}

async function ask(name: string, store: TimeSeriesStore): Promise<void> {
  const oneDay = () => ({
    deviceId: deviceOf(random.integer(0, POINTS - 1)),
    point: 'lel',
    fromMs: START_MS,
    toMs: START_MS + DAY_MS,
  })
  const buckets = await latencies(async () => {
    const answer = await store.aggregate({ ...oneDay(), everyMs: 60_000 })
    return answer.buckets.length
  })
  const readings = await latencies(async () => {
    const answer = await store.query({ ...oneDay(), limit: 100_000 })
    return answer.length
  })
  const { readings: stored, bytes } = await store.stats()
  console.log(`${name}: ${stored} readings, ${(bytes / stored).toFixed(1)} bytes each`)
  console.log(`  one day of one point in minutes: ${buckets}`)
  console.log(`  one day of one point, every reading: ${readings}`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'))
  const influxd = new Influxd()
  await influxd.start()
  const rates = { embedded: [] as number[], influx: [] as number[] }
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const isLast = round === ROUNDS
      const embedded = new EmbeddedStore({ path: join(folder, `${round}.db`), clock })
      const database = `round ${round}`
      const influx = new InfluxV1Store({
        protocol: 'http',
        host: '127.0.0.1',
        port: influxd.port,
        username: null,
        password: null,
        database,
        clock,
        logger: silent,
        writerId: 'bench',
      })
      for (const [name, store] of Object.entries({ embedded, influx })) {
        await store.start()
        const rate = await writeAll(store)
        rates[name as keyof typeof rates].push(rate)
        console.log(`round ${round}, ${name}: ${rate} readings/s`)
        if (isLast) await ask(name, store)
        await store.stop()
      }
      await influxd.ask(`DROP DATABASE "${database}"`)
    }
  } finally {
    await influxd.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const [embedded, influx] = [median(rates.embedded), median(rates.influx)]
  console.log(`median: embedded ${embedded}, InfluxDB ${influx} readings/s`)
  console.log(`ratio of InfluxDB to embedded: ${(influx / embedded).toFixed(2)}`)
}

if (options.help) console.log(HELP)
else await main()
