import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { DeviceId, Reading } from '#alerting/reading.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { ColumnBatch } from '#alerting/reading-columns.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { decodeJson } from '#gateway/decoders/json.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { BatchEncoder, decodeBatch } from '#gateway/journal/batch-codec.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { BatchPacker } from '#gateway/journal/batch-packer.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { SqliteJournal } from '#gateway/journal/sqlite-journal.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { SystemClock } from '#gateway/system-clock.ts'
import { effortOf } from './effort.ts'
import { OURS, quantileOf, tellFigure, tellRemark } from './figure.ts'

/**
 * What the journal takes: readings acknowledged through `append` by so many publishers that each wait
 * for the answer to one reading before the next, or that send so many a second whatever comes back;
 * then the codec by itself, and the start with a large journal.
 */
const { rounds, seconds, isQuick } = effortOf({ rounds: 3, seconds: 2 })
const FILL_MIB = isQuick ? 20 : 300
const CODEC_READINGS = isQuick ? 100_000 : 1_000_000
const JSON_PAYLOADS = isQuick ? 30_000 : 300_000
const clock = new SystemClock()
const MIB = 1024 * 1024

function aReading(device: number, value: number): Reading {
  const nowMs = clock.nowMs()
  return {
    deviceId: `gas-${device}` as DeviceId,
    point: 'lel',
    observedAtMs: nowMs - 20,
    arrivedAtMs: nowMs,
    value,
    quality: 'good',
    marks: 0,
  }
}

async function withFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function openJournal(folder: string): Promise<SqliteJournal> {
  const journal = new SqliteJournal({
    path: join(folder, 'journal.db'),
    clock,
    logger: { info: console.error, warn: console.error, error: console.error },
    bytesMax: 8 * 1024 * MIB,
    diskReserveBytes: 0,
  })
  await journal.start()
  return journal
}

/** Latencies in ms, and the batches they took. */
interface Load {
  readonly latencies: number[]
  readonly batches: number
  readonly elapsedMs: number
}

async function measure(
  load: (journal: SqliteJournal, latencies: number[]) => Promise<void>,
): Promise<Load> {
  return withFolder(async (folder) => {
    const journal = await openJournal(folder)
    const latencies: number[] = []
    const beganMs = performance.now()
    await load(journal, latencies)
    const elapsedMs = performance.now() - beganMs
    const batches = journal.status().nextOffset - 1
    await journal.stop()
    return { latencies, batches, elapsedMs }
  })
}

async function appendTimed(journal: SqliteJournal, reading: Reading, latencies: number[]) {
  const beganMs = performance.now()
  await journal.append([reading])
  latencies.push(performance.now() - beganMs)
}

function waiting(publishers: number): Promise<Load> {
  return measure(async (journal, latencies) => {
    const endMs = performance.now() + seconds * 1000
    const publish = async (device: number) => {
      for (let i = 0; performance.now() < endMs; i++) {
        await appendTimed(journal, aReading(device, i), latencies)
      }
    }
    await Promise.all(Array.from({ length: publishers }, (_, device) => publish(device)))
  })
}

/** As many readings a second as given, in ticks of a millisecond. */
function steady(perSecond: number): Promise<Load> {
  return measure(async (journal, latencies) => {
    const beganMs = performance.now()
    const total = perSecond * seconds
    const answers: Promise<void>[] = []
    while (answers.length < total) {
      const due = Math.min(total, ((performance.now() - beganMs) / 1000) * perSecond)
      while (answers.length < due) {
        const reading = aReading(answers.length % 150, answers.length)
        answers.push(appendTimed(journal, reading, latencies))
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await Promise.all(answers)
  })
}

const LOADS: readonly (readonly [string, () => Promise<Load>])[] = [
  ...[1, 100, 1_000].map(
    (count) => [`${count} publishers, one reading at a time`, () => waiting(count)] as const,
  ),
  ...[500, 3_000, 20_000].map(
    (perSecond) => [`${perSecond} readings a second, steadily`, () => steady(perSecond)] as const,
  ),
]

async function tellLoads(): Promise<void> {
  const measured = new Map<string, Load[]>(LOADS.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, load] of LOADS) measured.get(name)?.push(await load())
  }
  for (const [name, loads] of measured) {
    const tell = (unit: string, better: 'more' | 'less', of: (load: Load) => number) =>
      tellFigure({ name, unit, better, columns: [{ who: OURS, rounds: loads.map(of) }] })
    tell('readings/s', 'more', ({ latencies, elapsedMs }) => (latencies.length / elapsedMs) * 1000)
    tell('readings a commit', 'more', ({ latencies, batches }) => latencies.length / batches)
    tell('ms to the answer, p50', 'less', ({ latencies }) => quantileOf(latencies, 0.5))
    tell('ms to the answer, p99', 'less', ({ latencies }) => quantileOf(latencies, 0.99))
  }
}

/** So many a second of what `run` does once. */
function rateOf(times: number, each: number, run: () => unknown): number {
  for (let i = 0; i < times / 4; i++) run()
  const beganMs = performance.now()
  for (let i = 0; i < times; i++) run()
  return (times * each * 1000) / (performance.now() - beganMs)
}

function tellRates(name: string, unit: string, runs: Readonly<Record<string, () => number>>): void {
  const columns = Object.keys(runs).map((who) => ({ who, rounds: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const column of columns) column.rounds.push(runs[column.who]?.() ?? Number.NaN)
  }
  tellFigure({ name, unit, better: 'more', columns })
}

function tellCodec(batchSize: number): void {
  const readings = Array.from({ length: batchSize }, (_, i) => aReading(i % 150, i / 7))
  const [packer, encoder] = [new BatchPacker(), new BatchEncoder()]
  const times = Math.max(20, Math.floor(CODEC_READINGS / batchSize))
  const encode = () => encoder.encode(packer.pack(ColumnBatch.of({ offset: 1, readings })))
  const bytes = Uint8Array.from(encode())
  tellRates(`codec, batches of ${batchSize}`, 'readings/s through the codec', {
    encoded: () => rateOf(times, batchSize, encode),
    decoded: () => rateOf(times, batchSize, () => decodeBatch(bytes, 1)),
  })
  const perReading = (bytes.length / batchSize).toFixed(1)
  tellRemark(`A reading in a batch of ${batchSize} takes ${perReading} bytes.`)
}

function tellJson(): void {
  const text = '{"ts":1795430400000,"values":{"lel":3.2,"temperature":21.5,"battery":97}}'
  const payload = new TextEncoder().encode(text)
  tellRates('JSON of three values', 'payloads decoded/s', {
    [OURS]: () => rateOf(JSON_PAYLOADS, 1, () => decodeJson(payload)),
  })
}

interface Start {
  readonly startMs: number
  readonly readPerSecond: number
  readonly tailMs: number
}

function startOnce(): Promise<Start> {
  return withFolder(async (folder) => {
    const filled = await openJournal(folder)
    while (filled.status().bytes < FILL_MIB * MIB) {
      const readings = Array.from({ length: 5_000 }, (_, i) => aReading(i % 150, i / 7))
      await filled.append(readings)
    }
    const batches = filled.status().nextOffset - 1
    await filled.stop()
    const beganMs = performance.now()
    const journal = await openJournal(folder)
    const startMs = performance.now() - beganMs
    const abort = new AbortController()
    let readings = 0
    for await (const batch of journal.follow(1, { signal: abort.signal })) {
      readings += batch.readings.length
      if (batch.offset === batches) abort.abort()
    }
    const readMs = performance.now() - beganMs - startMs
    const beforeTailMs = performance.now()
    await journal.tail()
    const tailMs = performance.now() - beforeTailMs
    await journal.stop()
    return { startMs, readPerSecond: (readings * 1000) / readMs, tailMs }
  })
}

async function tellStart(): Promise<void> {
  const starts: Start[] = []
  for (let round = 0; round < rounds; round += 1) starts.push(await startOnce())
  const name = `start with ${FILL_MIB} MiB`
  const tell = (unit: string, better: 'more' | 'less', of: (start: Start) => number) =>
    tellFigure({ name, unit, better, columns: [{ who: OURS, rounds: starts.map(of) }] })
  tell('ms to the start', 'less', ({ startMs }) => startMs)
  tell('readings/s read through', 'more', ({ readPerSecond }) => readPerSecond)
  tell('ms for the tail', 'less', ({ tailMs }) => tailMs)
}

await tellLoads()
for (const batchSize of [1, 100, 1_000, 10_000]) tellCodec(batchSize)
tellJson()
await tellStart()
