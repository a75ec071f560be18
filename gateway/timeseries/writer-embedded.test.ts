import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { SystemClock } from '../system-clock.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { aReading } from './time-series.suite.ts'
import { TimeSeriesWriter } from './writer.ts'

const silent = () => undefined

/** Journal, writer and store as the gateway wires them, on the data of the run before. */
async function startAll(folder: string) {
  const clock = new SystemClock()
  const journal = new SqliteJournal({
    path: join(folder, 'journal.db'),
    clock,
    logger: { info: silent, warn: silent, error: silent },
    bytesMax: 1024 ** 3,
    diskReserveBytes: 0,
  })
  await journal.start()
  const store = new EmbeddedStore({ path: join(folder, 'readings.db'), clock })
  await store.start()
  const writer = new TimeSeriesWriter({ journal, store, clock, random: Math.random })
  writer.start()
  return {
    journal,
    store,
    writer,
    stop: async () => {
      await writer.stop()
      await store.stop()
      await journal.stop()
    },
  }
}

test('what is journaled comes into the embedded store once, over restarts, and is released', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-writer-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const everything = { deviceId: 'gas-1', point: 'lel', fromMs: 0, toMs: 10_000, limit: 1000 }
  const values: number[] = []
  for (let run = 0; run < 3; run++) {
    const parts = await startAll(folder)
    for (let append = 0; append < 5; append++) {
      values.push(values.length)
      const observedAtMs = values.length
      await parts.journal.append([aReading({ observedAtMs, value: values.length - 1 })])
    }
    // The last run sees what the runs before left in the journal only, too.
    await expect.poll(async () => (await parts.store.query(everything)).length).toBe(values.length)
    expect(parts.writer.status().backlog).toEqual({ batches: 0, readings: 0, ageMs: 0 })
    await parts.stop()
    expect(parts.store.durableOffset()).toBe(parts.store.nextOffset())
  }
  const { store, journal, stop } = await startAll(folder)
  expect((await store.query(everything)).map((row) => row.value)).toEqual(values)
  expect(journal.status().consumers.timeseries).toBe(store.durableOffset())
  await stop()
})
