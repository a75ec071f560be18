import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '#alerting/clock.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import { SystemClock } from '../system-clock.ts'
import { EmbeddedStore, type EmbeddedStoreOptions } from './embedded-store.ts'
import { aReading, describeTimeSeriesStore } from './time-series.suite.ts'
import type { TimeSeriesStore } from './time-series.ts'

const SMALL: EmbeddedStoreOptions['limits'] = {
  hotReadingsMax: 16,
  readingsPerBlockMax: 8,
  blocksPerMerge: 3,
  readingsPerMergeMax: 64,
}

async function fixture(limits: EmbeddedStoreOptions['limits'] = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-timeseries-'))
  const path = join(folder, 'readings', 'readings.db')
  const open = async (clock: Clock = new SystemClock()) => {
    const store = new EmbeddedStore({ path, clock, limits })
    await store.start()
    return store
  }
  return { folder, path, open, remove: () => rm(folder, { recursive: true }) }
}

async function suiteFixture(limits?: EmbeddedStoreOptions['limits']) {
  const { open, remove } = await fixture(limits)
  return { open: () => open(), remove }
}

describeTimeSeriesStore('EmbeddedStore', () => suiteFixture())
describeTimeSeriesStore('EmbeddedStore that seals and merges all the time', () =>
  suiteFixture(SMALL),
)

const ALL = {
  deviceId: 'gas-1',
  point: 'lel',
  fromMs: 0,
  toMs: Number.MAX_SAFE_INTEGER,
  limit: 1000,
}

function batch(offset: number, count = 1) {
  const readings = Array.from({ length: count }, (_, index) =>
    aReading({
      observedAtMs: Date.UTC(2026, 10, 1) + (offset * 1000 + index) * 1000,
      value: index,
    }),
  )
  return { offset, readings }
}

describe('EmbeddedStore', () => {
  let files: Awaited<ReturnType<typeof fixture>>
  let stores: TimeSeriesStore[]

  beforeEach(async () => {
    files = await fixture()
    stores = []
  })
  afterEach(async () => {
    for (const store of stores) await store.stop()
    await files.remove()
  })
  const open = async (clock?: Clock) => {
    const store = await files.open(clock)
    stores.push(store)
    return store
  }

  test('makes readings durable when the oldest is old enough, and once more for what came after', async () => {
    const clock = new SimulatedClock(Date.UTC(2026, 10, 1))
    const store = await open(clock)
    for (const offset of [1, 2]) {
      await store.write([batch(offset)])
      await clock.advanceBy(TIME_SERIES_LIMITS.sealAgeMs - 1)
      expect(store.durableOffset()).toBe(offset)
      await clock.advanceBy(1)
      await expect.poll(() => store.durableOffset()).toBe(offset + 1)
    }
    await store.stop()
    expect(clock.waiting).toBe(0)
  })

  test('is durable up to its end after stop', async () => {
    const store = await open()
    await store.write([batch(1), batch(2)])
    expect(store.durableOffset()).toBe(1)
    await store.stop()
    expect(store.durableOffset()).toBe(3)
    expect(store.status().state).toBe('stopped')
    await expect(store.latest()).rejects.toMatchObject({ code: 'timeseries_unavailable' })
  })

  test('replaces a thread that died, and refuses one write, so that what it had is given again', async () => {
    const threads: Worker[] = []
    const remember = (worker: Worker) => threads.push(worker)
    process.on('worker', remember)
    const store = await open()
    process.off('worker', remember)
    await store.write([batch(1)])
    await store.settle()
    await store.write([batch(2)])
    const [thread] = threads
    const exited = once(thread ?? process, 'exit')
    await thread?.terminate()
    await exited
    expect(store.status().state).toBe('failing')
    await expect(store.write([batch(3)])).rejects.toMatchObject({ code: 'timeseries_unavailable' })
    expect(store.nextOffset()).toBe(2)
    await store.write([batch(2), batch(3)])
    expect(await store.query(ALL)).toHaveLength(3)
    expect(store.status().state).toBe('ok')
  })

  test('answers an error for a block that the disk has changed, and everything else as before', async () => {
    const store = await open()
    await store.write([batch(1, 100), { offset: 2, readings: [aReading({ deviceId: 'gas-2' })] }])
    await store.stop()
    const database = new DatabaseSync(files.path)
    database.exec(`UPDATE block SET payload = CAST(substr(payload, 1, 40) || x'ff' ||
      substr(payload, 42) AS BLOB) WHERE readings = 100`)
    database.close()
    const again = await open()
    await expect(again.query(ALL)).rejects.toMatchObject({ code: 'timeseries_damaged' })
    expect(await again.query({ ...ALL, deviceId: 'gas-2' })).toHaveLength(1)
    expect(await again.latest()).toHaveLength(2)
  })

  test('says why it does not start on a file that is none of its own', async () => {
    const path = join(files.folder, 'other.db')
    await writeFile(path, 'This is a letter, not a database.'.repeat(100))
    const store = new EmbeddedStore({ path, clock: new SystemClock() })
    await expect(store.start()).rejects.toMatchObject({
      code: 'timeseries_unavailable',
      details: { reason: 'file_damaged' },
    })
    await store.stop()
  })

  test('does not start on a file that another gateway holds', async () => {
    await open()
    const second = new EmbeddedStore({ path: files.path, clock: new SystemClock() })
    await expect(second.start()).rejects.toMatchObject({ details: { reason: 'in_use' } })
    await second.stop()
  })

  test('refuses questions that are too large', async () => {
    const store = await open()
    const { readingsPerQueryMax, bucketsPerQueryMax } = TIME_SERIES_LIMITS
    await expect(store.query({ ...ALL, limit: readingsPerQueryMax + 1 })).rejects.toMatchObject({
      code: 'timeseries_question_too_large',
    })
    await store.write([batch(1, bucketsPerQueryMax + 1)])
    await expect(store.aggregate({ ...ALL, everyMs: 1000 })).rejects.toMatchObject({
      code: 'timeseries_question_too_large',
      details: { bucketsMax: bucketsPerQueryMax },
    })
  })

  test('forgets in steps, reports how many readings went, and uses their room again', async () => {
    let store = await open()
    const writeDays = async (firstDay: number, days: number) => {
      for (let day = firstDay; day < firstDay + days; day++) {
        const readings = Array.from({ length: 500 }, (_, index) =>
          aReading({ observedAtMs: day * 86_400_000 + index, point: `p${index % 10}` }),
        )
        await store.write([{ offset: store.nextOffset(), readings }])
      }
      // At rest: until then the log beside the file holds what will go into it.
      await store.stop()
      const { size } = await stat(files.path)
      store = await open()
      return size
    }
    const forgetDays = async (beforeDay: number) => {
      const beforeMs = beforeDay * 86_400_000
      return store.retain({ raw: beforeMs, minute: beforeMs, hour: beforeMs })
    }
    await writeDays(1, 40)
    expect(await forgetDays(31)).toBe(30 * 500)
    expect((await store.stats()).readings).toBe(10 * 500)
    const bytes = await writeDays(41, 30)
    expect(await forgetDays(61)).toBe(30 * 500)
    const bytesAfter = await writeDays(71, 30)
    expect((await store.stats()).readings).toBe(40 * 500)
    expect(bytesAfter).toBeLessThan(bytes * 1.1)
  })
})
