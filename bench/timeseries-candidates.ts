import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { DeviceId, Reading, ReadingBatch } from '#alerting/reading.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { EmbeddedStore } from '#gateway/timeseries/embedded-store.ts'
import { Duck } from './duckdb-candidate.ts'
import { medianOf, OURS, tellFigure, tellRemark } from './figure.ts'
import type { Candidate } from './timeseries-candidate.ts'

/**
 * The measurement behind docs/decisions/0002: two ways to keep readings without a server, each in
 * processes of its own. Readings of many points come interleaved, in batches as the journal makes
 * them; while they come in, and afterwards, one point's day is read. A fresh process then opens
 * what was written.
 */
const HELP = `node bench/timeseries-candidates.ts [options]
  --values N       readings written, over all points (2000000)
  --points N       points, one reading a second each (116)
  --batch N        readings a batch (1000)
  --rounds N       runs of each candidate (1)
  --quick          200,000 readings, one run
  --duckdb DIR     folder in which DuckDB is installed: npm install --prefix DIR @duckdb/node-api@1.5.6-r.1
  --folder DIR     where data is written and removed again (the system's)
  --seconds N      means nothing here: a run lasts as long as its readings`

const OPTIONS = {
  values: { type: 'string', default: '2000000' },
  points: { type: 'string', default: '116' },
  batch: { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '1' },
  seconds: { type: 'string', default: '' },
  quick: { type: 'boolean', default: false },
  candidate: { type: 'string', default: '' },
  duckdb: { type: 'string', default: '' },
  folder: { type: 'string', default: tmpdir() },
  help: { type: 'boolean', default: false },
  phase: { type: 'string', default: '' },
} as const

const { values: options } = parseArgs({ options: OPTIONS })
const values = options.quick ? 200_000 : Number(options.values)
const rounds = options.quick ? 1 : Number(options.rounds)
const points = Number(options.points)
const START_MS = Date.UTC(2026, 0, 1)
const SECOND_MS = 1000
const DAY_MS = 86_400_000
const SPAN_MS = Math.ceil(values / points) * SECOND_MS
const QUERIES = 40

type Result = Readonly<Record<string, readonly number[]>>

class Blocks implements Candidate {
  #store: EmbeddedStore | null = null

  async open(path: string): Promise<void> {
    const clock = { nowMs: () => Date.now(), wakeAt: () => () => undefined }
    this.#store = new EmbeddedStore({ path, clock })
    await this.#store.start()
  }

  get #opened(): EmbeddedStore {
    if (this.#store === null) throw new Error('Not open.')
    return this.#store
  }

  write(batch: ReadingBatch): Promise<void> {
    return this.#opened.write([batch])
  }

  settle(): Promise<void> {
    return this.#opened.settle()
  }

  async day(point: number, fromMs: number, toMs: number): Promise<number> {
    const key = { deviceId: `d${point}`, point: 'value' }
    return (await this.#opened.query({ ...key, fromMs, toMs, limit: 1_000_000 })).length
  }

  async means(point: number, range: { fromMs: number; toMs: number; everyMs: number }) {
    const key = { deviceId: `d${point}`, point: 'value' }
    return (await this.#opened.aggregate({ ...key, ...range })).buckets.length
  }

  async latest(): Promise<number> {
    return (await this.#opened.latest()).length
  }

  close(): Promise<void> {
    return this.#opened.stop()
  }
}

/** The same readings in every run: walks with noise, two decimals, a tenth of the points contacts. */
function* batches(): Generator<ReadingBatch> {
  let seed = 42
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const levels = new Float64Array(points).fill(20)
  const deviceIds = Array.from({ length: points }, (_, point) => `d${point}` as DeviceId)
  const size = Number(options.batch)
  let readings: Reading[] = []
  let offset = 1
  for (let index = 0; index < values; index++) {
    const point = index % points
    const level = (levels[point] ?? 0) + (random() - 0.5) * 0.02
    levels[point] = level
    const noise = (random() + random() - 1) * 0.3
    const observedAtMs =
      START_MS + Math.floor(index / points) * SECOND_MS + point * 7 + Math.floor(random() * 12)
    readings.push({
      deviceId: deviceIds[point] ?? ('d0' as DeviceId),
      point: 'value',
      observedAtMs,
      arrivedAtMs: observedAtMs + 4 + Math.floor(random() * 16),
      value: point % 10 === 9 ? random() < 0.001 : Math.round((level + noise) * 100) / 100,
      quality: 'good',
      marks: 0,
    })
    if (readings.length < size && index < values - 1) continue
    yield { offset, readings }
    offset += 1
    readings = []
  }
}

async function timed<Answer>(into: number[], work: () => Promise<Answer>): Promise<Answer> {
  const startedAtMs = performance.now()
  const answer = await work()
  into.push(performance.now() - startedAtMs)
  return answer
}

async function ingest(candidate: Candidate, path: string): Promise<Result> {
  const rssBefore = process.memoryUsage().rss
  await candidate.open(path)
  const whileWriting: number[] = []
  const writes: number[] = []
  let written = 0
  let rssMax = 0
  const askEvery = Math.ceil(values / Number(options.batch) / QUERIES)
  const startedAtMs = performance.now()
  for (const batch of batches()) {
    await timed(writes, () => candidate.write(batch))
    written += batch.readings.length
    if (batch.offset % askEvery !== 0) continue
    const nowMs = START_MS + (written / points) * SECOND_MS
    await timed(whileWriting, () => candidate.day(batch.offset % points, nowMs - DAY_MS, nowMs))
    rssMax = Math.max(rssMax, process.memoryUsage().rss)
  }
  const writtenAtMs = performance.now()
  await candidate.settle()
  const settledAtMs = performance.now()
  const answers = await ask(candidate)
  await candidate.close()
  return {
    'ingest with questions, values/s': [(values / (writtenAtMs - startedAtMs)) * 1000],
    'ingest until settled, values/s': [(values / (settledAtMs - startedAtMs)) * 1000],
    'one write, ms': writes,
    'one point’s day while writing, ms': whileWriting,
    ...answers,
    'RSS while writing, MB': [(rssMax - rssBefore) / 1e6],
  }
}

async function ask(candidate: Candidate): Promise<Result> {
  const days: number[] = []
  const minutes: number[] = []
  const all: number[] = []
  const dayCount = Math.max(1, Math.floor(SPAN_MS / DAY_MS))
  let readings = 0
  for (let query = 0; query < QUERIES; query++) {
    const point = (query * 7) % points
    const fromMs = START_MS + (query % dayCount) * DAY_MS
    const toMs = fromMs + DAY_MS
    readings = Math.max(readings, await timed(days, () => candidate.day(point, fromMs, toMs)))
    await timed(minutes, () => candidate.means(point, { fromMs, toMs, everyMs: 60_000 }))
    const everything = { fromMs: START_MS, toMs: START_MS + SPAN_MS, everyMs: 3_600_000 }
    await timed(all, () => candidate.means(point, everything))
  }
  return {
    'in one point’s day, readings': [readings],
    'one point’s day, ms': days,
    'its 1-minute means, ms': minutes,
    'hourly means of all its time, ms': all,
  }
}

async function restart(candidate: Candidate, path: string): Promise<Result> {
  const rssBefore = process.memoryUsage().rss
  const opening: number[] = []
  const first: number[] = []
  await timed(opening, async () => {
    await candidate.open(path)
    await candidate.latest()
  })
  const idle = (process.memoryUsage().rss - rssBefore) / 1e6
  await timed(first, () => candidate.day(1, START_MS, START_MS + DAY_MS))
  await candidate.close()
  return {
    'start until the newest values are known, ms': opening,
    'RSS idle after start, MB': [idle],
    'first day after start, ms': first,
  }
}

async function runPhase(phase: string, name: string): Promise<void> {
  const candidate =
    name === 'blocks'
      ? new Blocks()
      : new Duck(createRequire(join(options.duckdb, 'package.json'))('@duckdb/node-api'))
  const path = join(options.folder, 'readings.db')
  const result = await (phase === 'ingest' ? ingest(candidate, path) : restart(candidate, path))
  process.send?.(result, () => process.disconnect())
}

function inChild(phase: string, name: string, folder: string): Promise<Result> {
  const passed = ['values', 'points', 'batch', 'duckdb'] as const
  const flags = passed.flatMap((flag) => [`--${flag}`, options[flag]])
  if (options.quick) flags.push('--quick')
  const rest = ['--candidate', name, '--folder', folder, '--phase', phase]
  const child = fork(import.meta.filename, [...flags, ...rest])
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as Result))
    child.once('exit', (code) => reject(new Error(`The process for ${name} ended with ${code}.`)))
  })
}

/** What was found in one run: of what was done many times the median. */
async function measureOnce(name: string): Promise<ReadonlyMap<string, number>> {
  mkdirSync(options.folder, { recursive: true })
  const folder = mkdtempSync(join(options.folder, 'vigil-candidates-'))
  try {
    const ingested = await inChild('ingest', name, folder)
    const files = readdirSync(folder).map((file) => statSync(join(folder, file)).size)
    const bytes = files.reduce((total, size) => total + size, 0)
    const found = {
      ...ingested,
      'on disk, bytes a value': [bytes / values],
      ...(await inChild('restart', name, folder)),
    }
    return new Map(Object.entries(found).map(([what, numbers]) => [what, medianOf(numbers)]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The candidates in turns. */
async function measure(candidates: readonly (readonly [who: string, name: string])[]) {
  const found = candidates.map(() => [] as ReadonlyMap<string, number>[])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, name]] of candidates.entries()) {
      found[index]?.push(await measureOnce(name))
    }
  }
  tellRemark(`${values.toLocaleString('en')} readings of ${points} points.`)
  for (const what of found[0]?.[0]?.keys() ?? []) {
    const [name = what, unit = ''] = what.split(/, (?=[^,]+$)/)
    tellFigure({
      ...{ name, unit, better: unit === 'values/s' ? 'more' : 'less' },
      columns: candidates.map(([who], index) => ({
        who,
        rounds: (found[index] ?? []).map((run) => run.get(what) ?? Number.NaN),
      })),
    })
  }
}

async function main(): Promise<void> {
  if (options.help) console.log(HELP)
  else if (options.phase !== '') await runPhase(options.phase, options.candidate)
  else if (options.duckdb !== '') {
    await measure([
      [OURS, 'blocks'],
      ['DuckDB', 'duckdb'],
    ])
  } else {
    tellRemark(
      'DuckDB is left out: it is no dependency. To measure it as well: npm install --prefix ' +
        './duckdb @duckdb/node-api@1.5.6-r.1, then node bench/timeseries-candidates.ts --duckdb ./duckdb',
    )
    await measure([[OURS, 'blocks']])
  }
}

await main()
