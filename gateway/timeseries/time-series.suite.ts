import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type DeviceId,
  MARK,
  QUALITIES,
  type Quality,
  type Reading,
  type ReadingBatch,
} from '#alerting/reading.ts'
import { bucketValue, DAY_MS, HOUR_MS, MINUTE_MS } from './buckets.ts'
import type {
  Aggregate,
  BucketsAnswer,
  Horizons,
  StoredReading,
  TimeSeriesStore,
} from './time-series.ts'

/** One set of stored data, which outlives the stores that are opened on it. */
export interface StoreFixture {
  /** A started store on this data; the one before was stopped. */
  open(): Promise<TimeSeriesStore>
  remove(): Promise<void>
}

const START_MS = Date.UTC(2026, 10, 23, 8)
/** Days before, so that whole days are over. */
const MIDNIGHT_MS = Date.UTC(2026, 10, 19)
const ALL = { fromMs: START_MS - 100 * 24 * HOUR_MS, toMs: START_MS + 24 * HOUR_MS }
const LEL = { deviceId: 'gas-1', point: 'lel' }

/** What buckets show of themselves, and how many readings that comes from; those that show nothing left out. */
export function shown({ buckets }: Pick<BucketsAnswer, 'buckets'>, fn: Aggregate) {
  return buckets.flatMap((bucket) => {
    const value = bucketValue(bucket, fn)
    const count = fn === 'count' ? bucket.total : bucket.usable
    return value === null ? [] : [{ startMs: bucket.startMs, value, count }]
  })
}

export function aReading(
  overrides: Omit<Partial<Reading>, 'deviceId'> & { deviceId?: string } = {},
): Reading {
  const observedAtMs = overrides.observedAtMs ?? START_MS
  return {
    point: 'lel',
    observedAtMs,
    arrivedAtMs: observedAtMs + 20,
    value: 3.2,
    quality: 'good',
    marks: MARK.none,
    ...overrides,
    // Names that ingest refuses are used here on purpose: a store must not care.
    deviceId: (overrides.deviceId ?? 'gas-1') as DeviceId,
  }
}

function stored({ observedAtMs, arrivedAtMs, value, quality, marks }: Reading): StoredReading {
  return { observedAtMs, arrivedAtMs, value, quality, marks }
}

/** One reading a second, values 0, 1, 2, … */
function series(count: number, startMs = START_MS): readonly Reading[] {
  return Array.from({ length: count }, (_, index) =>
    aReading({ observedAtMs: startMs + index * 1000, value: index }),
  )
}

function batchesOf(readings: readonly Reading[], size: number): readonly ReadingBatch[] {
  return Array.from({ length: Math.ceil(readings.length / size) }, (_, index) => ({
    offset: index + 1,
    readings: readings.slice(index * size, (index + 1) * size),
  }))
}

/** Readings for so many days, roll-ups longer. */
export function kept(days: number) {
  return { raw: days, minute: 2 * days, hour: 4 * days }
}

/** Roll-ups stay. */
export function onlyReadings(beforeMs: number): Horizons {
  return { raw: beforeMs, minute: Number.NEGATIVE_INFINITY, hour: Number.NEGATIVE_INFINITY }
}

/**
 * What every `TimeSeriesStore` promises, whatever is behind it. A server that answers questions beside
 * writes may also show what was written after the question was asked.
 */
export function describeTimeSeriesStore(
  name: string,
  createFixture: () => Promise<StoreFixture>,
  { mayShowLaterWrites = false }: { readonly mayShowLaterWrites?: boolean } = {},
): void {
  describe(name, () => {
    let fixture: StoreFixture
    let store: TimeSeriesStore

    beforeEach(async () => {
      fixture = await createFixture()
      store = await fixture.open()
    })
    afterEach(async () => {
      await store.stop()
      await fixture.remove()
    })

    const reopen = async () => {
      await store.stop()
      store = await fixture.open()
    }
    const write = async (...readings: readonly Reading[]) => {
      await store.write([{ offset: store.nextOffset(), readings }])
    }
    const rows = (request: Partial<Parameters<TimeSeriesStore['query']>[0]> = {}) =>
      store.query({ ...LEL, ...ALL, limit: 10_000, ...request })
    const buckets = async (
      fn: Aggregate,
      everyMs: number,
      range: { fromMs: number; toMs: number } = ALL,
    ) => shown(await store.aggregate({ ...LEL, ...range, everyMs }), fn)

    test('is empty at first and expects the first batch', async () => {
      expect(store.nextOffset()).toBe(1)
      expect(await rows()).toEqual([])
      expect(await buckets('mean', MINUTE_MS)).toEqual([])
      expect(await store.latest()).toEqual([])
      expect((await store.stats()).readings).toBe(0)
    })

    test('gives back a reading with everything it was stored with', async () => {
      const reading = aReading({
        quality: 'uncertain',
        marks: MARK.late | MARK.clockSkewed,
        arrivedAtMs: START_MS + 90_000,
      })
      await write(reading)
      expect(await rows()).toEqual([stored(reading)])
      await reopen()
      expect(await rows()).toEqual([stored(reading)])
    })

    test.each(QUALITIES)('keeps the quality %s', async (quality: Quality) => {
      await write(aReading({ quality }))
      await reopen()
      expect((await rows()).map((row) => row.quality)).toEqual([quality])
    })

    test('keeps numbers to the last bit', async () => {
      const values = [0.1 + 0.2, -1e-9, 1e300, Number.MAX_SAFE_INTEGER, Math.PI, 12.34, -273.15]
      await write(
        ...values.map((value, index) => aReading({ value, observedAtMs: START_MS + index })),
      )
      await reopen()
      expect((await rows()).map((row) => row.value)).toEqual(values)
    })

    test('keeps booleans as booleans, also of a point that was a number before', async () => {
      await write(
        aReading({ value: 1 }),
        aReading({ value: true, observedAtMs: START_MS + 1 }),
        aReading({ value: false, observedAtMs: START_MS + 2 }),
      )
      await reopen()
      expect((await rows()).map((row) => row.value)).toEqual([1, true, false])
    })

    test('takes the start of a range in and leaves its end out', async () => {
      await write(...series(10))
      const range = { fromMs: START_MS + 2000, toMs: START_MS + 5000 }
      expect((await rows(range)).map((row) => row.value)).toEqual([2, 3, 4])
      expect(await rows({ fromMs: range.toMs, toMs: range.fromMs })).toEqual([])
    })

    test('gives at most the limit, from the old end or from the new one', async () => {
      await write(...series(10))
      expect((await rows({ limit: 3 })).map((row) => row.value)).toEqual([0, 1, 2])
      const newest = await rows({ limit: 3, order: 'desc' })
      expect(newest.map((row) => row.value)).toEqual([9, 8, 7])
      expect(await rows({ limit: 0 })).toEqual([])
    })

    test('puts late and out-of-order readings where they belong, over restarts', async () => {
      await write(...series(5, START_MS + 1000))
      await reopen()
      await write(
        aReading({ observedAtMs: START_MS - 40 * 24 * HOUR_MS, value: -2, marks: MARK.late }),
        aReading({ observedAtMs: START_MS + 2500, value: 1.5, marks: MARK.outOfOrder }),
        aReading({ observedAtMs: START_MS, value: -1, marks: MARK.outOfOrder }),
      )
      const expected = [-2, -1, 0, 1, 1.5, 2, 3, 4]
      expect((await rows()).map((row) => row.value)).toEqual(expected)
      await reopen()
      expect((await rows()).map((row) => row.value)).toEqual(expected)
      const descending = await rows({ order: 'desc' })
      expect(descending.map((row) => row.value)).toEqual(expected.toReversed())
    })

    test('stores a reading once: of several with one time the first stays', async () => {
      await write(aReading({ value: 1 }), aReading({ value: 2 }))
      await write(aReading({ value: 3 }))
      await reopen()
      await write(aReading({ value: 4 }), aReading({ value: 5, observedAtMs: START_MS + 1 }))
      expect((await rows()).map((row) => row.value)).toEqual([1, 5])
      expect(await buckets('count', HOUR_MS)).toEqual([{ startMs: START_MS, value: 2, count: 2 }])
      expect((await store.latest()).map((row) => row.value)).toEqual([5])
    })

    test('keeps points and devices apart', async () => {
      await write(
        aReading({ value: 1 }),
        aReading({ value: 2, point: 'battery' }),
        aReading({ value: 3, deviceId: 'gas-2' }),
      )
      expect((await rows()).map((row) => row.value)).toEqual([1])
      expect((await rows({ point: 'battery' })).map((row) => row.value)).toEqual([2])
      expect((await rows({ deviceId: 'gas-2' })).map((row) => row.value)).toEqual([3])
      expect(await rows({ deviceId: 'gas-3' })).toEqual([])
    })

    test.each([
      ["O'Brien", 'a,b=c d'],
      ['"quoted"', 'back\\slash'],
      ['罐区-1', '可燃气体浓度'],
      ['🔥', '💨\tx'],
      ["'; DROP SERIES FROM /.*/ --", 'line\nbreak'],
      ['a"),(r) => true//', '$(x)'],
    ])('does not mind a device %j with a point %j', async (deviceId, point) => {
      const odd = aReading({ deviceId, point, value: 7 })
      await write(odd, aReading({ value: 1 }))
      await reopen()
      expect(await rows({ deviceId, point })).toEqual([stored(odd)])
      await store.rollUp(START_MS + 2 * DAY_MS)
      expect(await store.latest(deviceId)).toEqual([{ deviceId, point, ...stored(odd) }])
      expect(await rows()).toHaveLength(1)
      const counted = await store.aggregate({ ...ALL, deviceId, point, everyMs: HOUR_MS })
      expect(shown(counted, 'max')).toEqual([{ startMs: START_MS, value: 7, count: 1 }])
    })

    test.each([
      ['mean', [1.5, 4.5]],
      ['min', [0, 3]],
      ['max', [3, 6]],
      ['last', [3, 6]],
      ['count', [4, 4]],
    ] as const)('folds into buckets by %s', async (fn, values) => {
      const at = (second: number, value: number) =>
        aReading({ observedAtMs: START_MS + second * 1000, value })
      await write(
        at(0, 0),
        at(20, 1),
        at(40, 2),
        at(59.999, 3),
        at(60, 3),
        at(61, 4),
        at(62, 5),
        at(119, 6),
      )
      expect(await buckets(fn, MINUTE_MS)).toEqual([
        { startMs: START_MS, value: values[0], count: 4 },
        { startMs: START_MS + MINUTE_MS, value: values[1], count: 4 },
      ])
    })

    test('aligns buckets to multiples of their length, whatever the range, and skips empty ones', async () => {
      await write(
        aReading({ observedAtMs: START_MS + 90_000, value: 1 }),
        aReading({ observedAtMs: START_MS + 10 * MINUTE_MS, value: 2 }),
      )
      const range = { fromMs: START_MS + 80_001, toMs: START_MS + HOUR_MS }
      expect(await buckets('last', MINUTE_MS, range)).toEqual([
        { startMs: START_MS + MINUTE_MS, value: 1, count: 1 },
        { startMs: START_MS + 10 * MINUTE_MS, value: 2, count: 1 },
      ])
      const day = 24 * HOUR_MS
      const startMs = Math.floor(START_MS / day) * day
      expect(await buckets('last', day, range)).toEqual([{ startMs, value: 2, count: 2 }])
    })

    test('lets only good and uncertain values enter, but counts every reading', async () => {
      await write(
        aReading({ value: 10 }),
        aReading({ value: 999, quality: 'bad', observedAtMs: START_MS + 1 }),
        aReading({ value: 20, quality: 'uncertain', observedAtMs: START_MS + 2 }),
        aReading({ value: 50, quality: 'calibrating', observedAtMs: START_MS + 3 }),
        aReading({ value: 998, quality: 'bad', observedAtMs: START_MS + MINUTE_MS }),
      )
      expect(await buckets('mean', MINUTE_MS)).toEqual([{ startMs: START_MS, value: 15, count: 2 }])
      expect(await buckets('max', MINUTE_MS)).toEqual([{ startMs: START_MS, value: 20, count: 2 }])
      expect(await buckets('last', MINUTE_MS)).toEqual([{ startMs: START_MS, value: 20, count: 2 }])
      expect(await buckets('count', MINUTE_MS)).toEqual([
        { startMs: START_MS, value: 4, count: 4 },
        { startMs: START_MS + MINUTE_MS, value: 1, count: 1 },
      ])
    })

    test('counts booleans as 0 and 1 in buckets', async () => {
      const values = [true, false, true, true]
      await write(
        ...values.map((value, index) => aReading({ value, observedAtMs: START_MS + index })),
      )
      expect(await buckets('mean', MINUTE_MS)).toEqual([
        { startMs: START_MS, value: 0.75, count: 4 },
      ])
      expect(await buckets('min', MINUTE_MS)).toEqual([{ startMs: START_MS, value: 0, count: 4 }])
    })

    test('knows the newest reading of every point, of one device or of all', async () => {
      const old = aReading({ value: 1, observedAtMs: START_MS + 5000 })
      const smoke = aReading({ deviceId: 'smoke-1', point: 'smoke', value: true })
      await write(
        old,
        aReading({ value: 2, observedAtMs: START_MS, marks: MARK.outOfOrder }),
        smoke,
      )
      const gas = { ...LEL, ...stored(old) }
      expect(await store.latest('gas-1')).toEqual([gas])
      await reopen()
      expect(await store.latest('gas-1')).toEqual([gas])
      const all = await store.latest()
      expect(all.toSorted((a, b) => a.deviceId.localeCompare(b.deviceId))).toEqual([
        gas,
        { deviceId: 'smoke-1', point: 'smoke', ...stored(smoke) },
      ])
      expect(await store.latest('nobody')).toEqual([])
    })

    test('passes over batches that it has, and takes the rest of the same call', async () => {
      const batches = batchesOf(series(30), 5)
      await store.write(batches.slice(0, 4))
      expect(store.nextOffset()).toBe(5)
      await store.write(batches)
      expect(store.nextOffset()).toBe(7)
      expect((await rows()).map((row) => row.value)).toEqual(series(30).map((row) => row.value))
    })

    test('goes on over gaps in the offsets and over batches without readings', async () => {
      await store.write([
        { offset: 5, readings: series(2) },
        { offset: 9, readings: [] },
        { offset: 12, readings: series(2, START_MS + HOUR_MS) },
      ])
      expect(store.nextOffset()).toBe(13)
      expect(await rows()).toHaveLength(4)
    })

    test('after a restart, batches given again from nextOffset() change nothing', async () => {
      const batches = batchesOf(series(100), 7)
      await store.write(batches.slice(0, 9))
      await reopen()
      const nextOffset = store.nextOffset()
      expect(nextOffset).toBeLessThanOrEqual(10)
      expect(store.durableOffset()).toBeLessThanOrEqual(nextOffset)
      await store.write(batches.filter((batch) => batch.offset >= nextOffset))
      expect((await rows()).map((row) => row.value)).toEqual(series(100).map((row) => row.value))
      expect(store.nextOffset()).toBe(batches.length + 1)
    })

    test('forgets what is older than the retention, and does not take it up again', async () => {
      await write(...series(10), aReading({ deviceId: 'gone', observedAtMs: START_MS }))
      const beforeMs = START_MS + 6000
      await store.retain(onlyReadings(beforeMs))
      expect((await rows()).map((row) => row.value)).toEqual([6, 7, 8, 9])
      expect(await store.latest('gone')).toEqual([])
      await write(aReading({ observedAtMs: START_MS + 1000, value: 77 }))
      await reopen()
      expect((await rows()).map((row) => row.value)).toEqual([6, 7, 8, 9])
      expect(await buckets('count', 1000)).toHaveLength(4)
    })

    test('makes roll-ups, answers from the coarsest that serves, and says so', async () => {
      // One reading in five minutes, for three days.
      const readings = Array.from({ length: 3 * 24 * 12 }, (_, index) =>
        aReading({ observedAtMs: MIDNIGHT_MS + index * 5 * MINUTE_MS, value: index }),
      )
      await write(...readings)
      const range = { fromMs: MIDNIGHT_MS + 90_000, toMs: MIDNIGHT_MS + 2 * DAY_MS + HOUR_MS }
      const ask = (everyMs: number) => store.aggregate({ ...LEL, ...range, everyMs })
      const raw = [await ask(90_000), await ask(MINUTE_MS), await ask(3 * HOUR_MS)]
      for (const { sources } of raw) expect(sources).toEqual([{ resolution: 'raw', ...range }])

      expect(await store.rollUp(MIDNIGHT_MS + 2 * DAY_MS)).toBeGreaterThan(0)
      const rolled = [await ask(90_000), await ask(MINUTE_MS), await ask(3 * HOUR_MS)]
      expect(rolled.map(({ buckets: some }) => some)).toEqual(raw.map(({ buckets: some }) => some))
      const used = rolled.map(({ sources }) => sources.map(({ resolution }) => resolution))
      expect(used).toEqual([['raw'], ['raw', 'minute', 'raw'], ['raw', 'minute', 'hour', 'raw']])
      expect(await store.rollUp(MIDNIGHT_MS + 2 * DAY_MS)).toBe(0)
      await reopen()
      expect(await ask(3 * HOUR_MS)).toEqual(rolled[2])
    })

    test('makes roll-ups anew of days for which readings come late', async () => {
      const at = (minute: number, value: number, deviceId = 'gas-1') =>
        aReading({ deviceId, observedAtMs: MIDNIGHT_MS + minute * MINUTE_MS, value })
      await write(at(0, 1), at(90, 5), at(600, 7), at(90, 100, 'gas-2'))
      await store.rollUp(MIDNIGHT_MS + DAY_MS)
      await write(at(90.5, -3), at(1439, 9))
      const days = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + DAY_MS }
      const expected = [
        { startMs: MIDNIGHT_MS, total: 1, usable: 1, sum: 1, min: 1, max: 1, last: 1 },
        { startMs: MIDNIGHT_MS + HOUR_MS, total: 2, usable: 2, sum: 2, min: -3, max: 5, last: -3 },
        {
          startMs: MIDNIGHT_MS + 10 * HOUR_MS,
          total: 1,
          usable: 1,
          sum: 7,
          min: 7,
          max: 7,
          last: 7,
        },
        {
          startMs: MIDNIGHT_MS + 23 * HOUR_MS,
          total: 1,
          usable: 1,
          sum: 9,
          min: 9,
          max: 9,
          last: 9,
        },
      ]
      const ask = () => store.aggregate({ ...LEL, ...days, everyMs: HOUR_MS })
      const late = await ask()
      expect(late.buckets).toEqual(expected)
      expect(late.sources.some(({ resolution }) => resolution === 'raw')).toBe(true)
      await reopen()
      expect(await store.rollUp(MIDNIGHT_MS + DAY_MS)).toBeGreaterThan(0)
      expect(await ask()).toEqual({
        buckets: expected,
        sources: [{ resolution: 'hour', ...days }],
      })
    })

    test('keeps roll-ups longer than readings, hours longer than minutes', async () => {
      const at = (day: number, value: number) =>
        aReading({ observedAtMs: MIDNIGHT_MS + day * DAY_MS + 90 * MINUTE_MS, value })
      await write(at(0, 1), at(1, 2), at(2, 3), at(3, 4))
      await store.rollUp(MIDNIGHT_MS + 3 * DAY_MS)
      await store.retain({
        raw: MIDNIGHT_MS + 3 * DAY_MS,
        minute: MIDNIGHT_MS + 2 * DAY_MS,
        hour: MIDNIGHT_MS + DAY_MS,
      })
      expect((await rows()).map(({ value }) => value)).toEqual([4])
      const sums = async (everyMs: number) =>
        (await store.aggregate({ ...LEL, ...ALL, everyMs })).buckets.map(({ sum }) => sum)
      expect(await sums(HOUR_MS)).toEqual([2, 3, 4])
      expect(await sums(MINUTE_MS)).toEqual([3, 4])
      // An end within a roll-up whose readings are gone takes it as a whole.
      const within = { fromMs: MIDNIGHT_MS + 2 * DAY_MS + 91 * MINUTE_MS - 1, toMs: ALL.toMs }
      const cut = await store.aggregate({ ...LEL, ...within, everyMs: MINUTE_MS })
      expect(cut.buckets.map(({ sum }) => sum)).toEqual([3, 4])
    })

    test('rolls up bad readings as readings, without their values', async () => {
      const bad = { quality: 'bad', value: 999 } as const
      await write(
        aReading({ ...bad, observedAtMs: MIDNIGHT_MS }),
        aReading({ ...bad, observedAtMs: MIDNIGHT_MS + HOUR_MS }),
        aReading({ value: true, observedAtMs: MIDNIGHT_MS + HOUR_MS + 1 }),
      )
      await store.rollUp(MIDNIGHT_MS + DAY_MS)
      const { buckets: hours } = await store.aggregate({ ...LEL, ...ALL, everyMs: HOUR_MS })
      const none = { usable: 0, sum: 0, min: null, max: null, last: null }
      expect(hours).toEqual([
        { startMs: MIDNIGHT_MS, total: 1, ...none },
        { startMs: MIDNIGHT_MS + HOUR_MS, total: 2, usable: 1, sum: 1, min: 1, max: 1, last: 1 },
      ])
    })

    test('takes readings that are in no journal, and stays where it is in the journal', async () => {
      await store.write([{ offset: 7, readings: [aReading({ value: 1 })] }])
      await store.rollUp(START_MS + DAY_MS)
      const old = [
        aReading({ value: 99 }),
        aReading({ value: 2, observedAtMs: START_MS + 1 }),
        aReading({ value: 3, observedAtMs: MIDNIGHT_MS }),
        aReading({ value: 4, deviceId: 'gas-2', observedAtMs: MIDNIGHT_MS }),
      ]
      await store.backfill(old)
      await store.backfill(old)
      expect(store.nextOffset()).toBe(8)
      await reopen()
      expect(store.nextOffset()).toBe(8)
      expect((await rows()).map((row) => row.value)).toEqual([3, 1, 2])
      expect((await rows({ deviceId: 'gas-2' })).map((row) => row.value)).toEqual([4])
      expect(await buckets('count', HOUR_MS)).toMatchObject([{ value: 1 }, { value: 2 }])
    })

    test('says how many readings it has and how much room they take', async () => {
      await write(...series(500))
      await reopen()
      const stats = await store.stats()
      expect(stats.readings).toBe(500)
      expect(stats.bytes).toBeGreaterThan(0)
    })

    test('answers questions that are asked while it is written to', async () => {
      const batches = batchesOf(series(5000), 100)
      const answers: Promise<readonly StoredReading[]>[] = []
      for (const batch of batches) {
        await store.write([batch])
        answers.push(rows({ limit: 5, order: 'desc' }))
      }
      const newest = (await Promise.all(answers)).map((answer) => answer[0]?.value)
      const newestWhenAsked = batches.map((batch) => batch.offset * 100 - 1)
      if (!mayShowLaterWrites) expect(newest).toEqual(newestWhenAsked)
      for (const [index, value] of newest.entries()) {
        expect(value).toBeGreaterThanOrEqual(newestWhenAsked[index] ?? 0)
      }
    })
  })
}
