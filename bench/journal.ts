import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { DeviceId, Reading } from '#alerting/reading.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { ColumnBatch } from '#alerting/reading-columns.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { decodeJson } from '#gateway/decoders/json.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { BatchEncoder, decodeBatch } from '#gateway/journal/batch-codec.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { SqliteJournal } from '#gateway/journal/sqlite-journal.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { SystemClock } from '#gateway/system-clock.ts'

/**
 * What the journal takes: readings acknowledged through `append` by so many publishers that each wait
 * for the answer to one reading before the next, or that send so many a second whatever comes back;
 * then the codec by itself, and the start with a large journal.
 */
const HELP = `node bench/journal.ts [options]
  --seconds N   of each load (5)
  --fill MB     size of the journal that is opened at the end (300)
  --folder DIR  where data is written and removed again (the system's)`

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    fill: { type: 'string', default: '300' },
    folder: { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
})
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
  const folder = mkdtempSync(join(options.folder, 'vigil-bench-'))
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
    const endMs = performance.now() + Number(options.seconds) * 1000
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
    const total = perSecond * Number(options.seconds)
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

function report(name: string, { latencies, batches, elapsedMs }: Load): void {
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  const perSecond = (count: number) => Math.round((count / elapsedMs) * 1000)
  console.log(
    `${name}: ${perSecond(latencies.length)} readings/s, ${perSecond(batches)} commits/s, ` +
      `${(latencies.length / batches).toFixed(1)} readings a commit, ` +
      `p50 ${at(0.5).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms, max ${at(1).toFixed(0)} ms`,
  )
}

function reportCodec(batchSize: number): void {
  const readings = Array.from({ length: batchSize }, (_, i) => aReading(i % 150, i / 7))
  const encoder = new BatchEncoder()
  const rounds = Math.max(20, Math.floor(1_000_000 / batchSize))
  const rate = (run: () => unknown) => {
    for (let i = 0; i < rounds / 4; i++) run()
    const beganMs = performance.now()
    for (let i = 0; i < rounds; i++) run()
    return Math.round((rounds * batchSize) / (performance.now() - beganMs)) * 1000
  }
  const bytes = encoder.encode(ColumnBatch.of({ offset: 1, readings }))
  const encode = rate(() => encoder.encode(ColumnBatch.of({ offset: 1, readings })))
  const decode = rate(() => decodeBatch(bytes, 1))
  console.log(
    `codec, batches of ${batchSize}: ${encode} readings/s encoded, ${decode} decoded, ` +
      `${(bytes.length / batchSize).toFixed(1)} bytes a reading`,
  )
}

function reportJson(): void {
  const text = '{"ts":1795430400000,"values":{"lel":3.2,"temperature":21.5,"battery":97}}'
  const payload = new TextEncoder().encode(text)
  const rounds = 300_000
  for (let i = 0; i < rounds / 4; i++) decodeJson(payload)
  const beganMs = performance.now()
  for (let i = 0; i < rounds; i++) decodeJson(payload)
  const perSecond = Math.round(rounds / (performance.now() - beganMs)) * 1000
  console.log(`json: ${perSecond} payloads/s of ${payload.length} bytes and 3 values`)
}

async function reportStart(): Promise<void> {
  await withFolder(async (folder) => {
    const filled = await openJournal(folder)
    while (filled.status().bytes < Number(options.fill) * MIB) {
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
    const tail = await journal.tail()
    const tailMs = performance.now() - beforeTailMs
    await journal.stop()
    console.log(
      `start with ${options.fill} MB, ${readings} readings: ${startMs.toFixed(0)} ms; ` +
        `read through: ${Math.round(readings / readMs) * 1000} readings/s; ` +
        `tail of ${tail.length} batches: ${tailMs.toFixed(0)} ms`,
    )
  })
}

if (options.help) {
  console.log(HELP)
} else {
  for (const publishers of [1, 100, 1_000]) {
    report(`${publishers} publishers, one reading at a time`, await waiting(publishers))
  }
  for (const perSecond of [500, 3_000, 20_000]) {
    report(`${perSecond} readings a second, steadily`, await steady(perSecond))
  }
  for (const batchSize of [1, 100, 1_000, 10_000]) reportCodec(batchSize)
  reportJson()
  await reportStart()
}
