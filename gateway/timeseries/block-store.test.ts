import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isUsable } from '#alerting/reading-columns.ts'
import { BlockStore, type BlockStoreLimits } from './block-store.ts'
import { BucketFold } from './bucket-fold.ts'
import { HOUR_MS } from './buckets.ts'
import { createColumns } from './columns.ts'
import { planSources } from './source-plan.ts'
import { OLDER_BLOCKS, olderRow } from './testdata/older-blocks.ts'
import { onlyReadings, shown } from './time-series.suite.ts'
import { AGGREGATES, type Aggregate, type Bucket } from './time-series.ts'

/** Small enough that a few dozen readings fill tails, blocks and merges. */
const LIMITS: BlockStoreLimits = {
  hotReadingsMax: 8,
  readingsPerBlockMax: 6,
  blocksPerMerge: 3,
  readingsPerMergeMax: 24,
  dayGraceMs: 3_600_000,
}
const DAY_MS = 86_400_000
const EPOCH_MS = Date.UTC(2026, 10, 1)
const SERIES = ['a', 'b']

interface Row {
  readonly series: number
  readonly atMs: number
  readonly value: number
  readonly flags: number
}

type Operation =
  | { readonly kind: 'write'; readonly rows: readonly Row[] }
  | { readonly kind: 'seal' | 'kill' | 'restart' }
  | { readonly kind: 'step'; readonly steps: number }
  | { readonly kind: 'forget'; readonly beforeMs: number }
  | { readonly kind: 'rollUp'; readonly day: number }

/** What the store has to look like, with none of its machinery. */
class NaiveModel {
  readonly #series = SERIES.map(() => new Map<number, Row>())
  /** What the roll-ups know: forgotten readings too, but none that came for an hour that had lost some. */
  readonly #rolled = SERIES.map(() => new Map<number, Row>())
  #forgottenBeforeMs = Number.NEGATIVE_INFINITY

  get hasForgotten(): boolean {
    return this.#forgottenBeforeMs !== Number.NEGATIVE_INFINITY
  }

  write(rows: readonly Row[]): void {
    for (const row of rows) {
      const series = this.#series[row.series]
      if (row.atMs >= this.#forgottenBeforeMs && series?.has(row.atMs) === false) {
        series.set(row.atMs, row)
        const hourMs = Math.floor(row.atMs / HOUR_MS) * HOUR_MS
        if (hourMs >= this.#forgottenBeforeMs) this.#rolled[row.series]?.set(row.atMs, row)
      }
    }
  }

  forget(beforeMs: number): void {
    this.#forgottenBeforeMs = Math.max(this.#forgottenBeforeMs, beforeMs)
    for (const series of this.#series) {
      for (const atMs of series.keys()) if (atMs < this.#forgottenBeforeMs) series.delete(atMs)
    }
  }

  rows(series: number, fromMs: number, toMs: number): readonly Row[] {
    return this.#within(this.#series[series], fromMs, toMs)
  }

  rolledRows(series: number, fromMs: number, toMs: number): readonly Row[] {
    return this.#within(this.#rolled[series], fromMs, toMs)
  }

  #within(rows: ReadonlyMap<number, Row> | undefined, fromMs: number, toMs: number) {
    return [...(rows?.values() ?? [])]
      .filter((row) => row.atMs >= fromMs && row.atMs < toMs)
      .sort((a, b) => a.atMs - b.atMs)
  }
}

/** The store with a journal beside it, which gives again what was not durable. */
class Subject {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vigil-blocks-'))
  readonly #journal: (readonly Row[])[] = []
  #generation = 0
  store = new BlockStore(this.#path(), LIMITS)

  write(rows: readonly Row[]): void {
    this.#journal.push(rows)
    this.#give(this.#journal.length)
  }

  /** The files as they lie on disk at this instant, opened as if the process had ended here. */
  kill(): void {
    const from = this.#path()
    this.#generation += 1
    copyFileSync(from, this.#path())
    if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${this.#path()}-wal`)
    this.store.close()
    this.#reopen()
  }

  restart(): void {
    this.store.close()
    this.#reopen()
    expect(this.store.nextOffset).toBe(this.#journal.length + 1)
  }

  /** As the thread does it: what is in memory is sealed first. */
  rollUp(day: number): void {
    const wanted = this.store.nextOffset
    while (this.store.durableOffset < wanted) {
      this.store.seal()
      this.store.step(true)
    }
    this.store.rollUp(day)
    while (this.store.isRollingUp) this.store.step(true)
  }

  remove(): void {
    this.store.close()
    rmSync(this.#folder, { recursive: true })
  }

  rows(series: number, request: { fromMs: number; toMs: number; descending?: boolean }) {
    const id = this.store.findSeries('device', SERIES[series] ?? '')
    const rows: Row[] = []
    if (id === undefined) return rows
    for (const { columns, start, end } of this.store.read(id, request)) {
      const slice = Array.from({ length: end - start }, (_, index) => ({
        series,
        atMs: columns.observedAtMs[start + index] ?? Number.NaN,
        value: columns.values[start + index] ?? Number.NaN,
        flags: columns.flags[start + index] ?? Number.NaN,
      }))
      rows.push(...(request.descending === true ? slice.reverse() : slice))
    }
    return rows
  }

  buckets(series: number, request: { fromMs: number; toMs: number; everyMs: number }) {
    const fold = new BucketFold(request)
    const id = this.store.findSeries('device', SERIES[series] ?? '')
    if (id === undefined) return []
    const takeWhole = fold.addWhole.bind(fold)
    for (const slice of this.store.read(id, { ...request, takeWhole })) fold.add(slice)
    return fold.finish()
  }

  /** From roll-ups where there are any. */
  planned(series: number, request: { fromMs: number; toMs: number; everyMs: number }) {
    const fold = new BucketFold(request)
    const id = this.store.findSeries('device', SERIES[series] ?? '')
    if (id === undefined) return []
    for (const stretch of planSources(request, this.store.coverage(id, request))) {
      if (stretch.resolution === 'raw') {
        for (const slice of this.store.read(id, stretch)) fold.add(slice)
      } else {
        const finer = this.store.readRollups(id, stretch.resolution, stretch)
        for (const bucket of finer) fold.addBucket(bucket)
      }
    }
    return fold.finish()
  }

  #path(): string {
    return join(this.#folder, `store-${this.#generation}.db`)
  }

  #reopen(): void {
    this.store = new BlockStore(this.#path(), LIMITS)
    for (let offset = this.store.nextOffset; offset <= this.#journal.length; offset++) {
      this.#give(offset)
    }
  }

  #give(offset: number): void {
    const rows = this.#journal[offset - 1] ?? []
    const columns = createColumns(rows.length)
    const seriesIds = new Uint32Array(rows.length)
    rows.forEach((row, index) => {
      seriesIds[index] = this.store.findOrAddSeries('device', SERIES[row.series] ?? '')
      columns.observedAtMs[index] = row.atMs
      columns.arrivedAtMs[index] = EPOCH_MS + offset * 7_200_000
      columns.values[index] = row.value
      columns.flags[index] = row.flags
    })
    this.store.take(offset, { columns, seriesIds }, 0, rows.length)
  }
}

function naiveFolds(rows: readonly Row[], everyMs: number): readonly Bucket[] {
  const groups = Map.groupBy(rows, (row) => Math.floor(row.atMs / everyMs) * everyMs)
  return [...groups].map(([startMs, all]) => {
    const usable = all.filter((row) => isUsable(row.flags)).map((row) => row.value)
    const orNull = (value: number) => (usable.length === 0 ? null : value)
    return {
      startMs,
      total: all.length,
      usable: usable.length,
      sum: usable.reduce((sum, each) => sum + each, 0),
      min: orNull(Math.min(...usable)),
      max: orNull(Math.max(...usable)),
      last: orNull(usable.at(-1) ?? 0),
    }
  })
}

function naiveBuckets(rows: readonly Row[], everyMs: number, fn: Aggregate) {
  const groups = Map.groupBy(rows, (row) => Math.floor(row.atMs / everyMs) * everyMs)
  return [...groups].flatMap(([startMs, all]) => {
    const usable = all.filter((row) => isUsable(row.flags)).map((row) => row.value)
    const count = fn === 'count' ? all.length : usable.length
    if (count === 0) return []
    const value = {
      mean: usable.reduce((sum, each) => sum + each, 0) / usable.length,
      min: Math.min(...usable),
      max: Math.max(...usable),
      last: usable.at(-1) ?? 0,
      count: all.length,
    }[fn]
    return [{ startMs, value, count }]
  })
}

// Few instants on three days, so that readings meet, cross and repeat one another.
const atMs = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 11 }))
  .map(([day, slot]) => EPOCH_MS + day * DAY_MS + slot * 7_199_999)
const row = fc.record({
  series: fc.integer({ min: 0, max: 1 }),
  atMs,
  value: fc.integer({ min: -50, max: 50 }),
  flags: fc.constantFrom(0, 0, 0, 2, 4, 6, 8),
})
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      rows: fc.array(row, { maxLength: 12 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('seal' as const, 'kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      steps: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('forget' as const), beforeMs: atMs }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('rollUp' as const),
      day: fc.integer({ min: 0, max: 3 }).map((day) => EPOCH_MS / DAY_MS + day),
    }),
  },
)

function apply(operation: Operation, subject: Subject, model: NaiveModel): void {
  switch (operation.kind) {
    case 'write':
      subject.write(operation.rows)
      model.write(operation.rows)
      break
    case 'seal':
      subject.store.seal()
      break
    case 'step':
      for (let step = 0; step < operation.steps; step++) subject.store.step(true)
      break
    case 'forget':
      subject.rollUp(Math.floor(operation.beforeMs / DAY_MS) + 1)
      subject.store.forget(onlyReadings(operation.beforeMs))
      model.forget(operation.beforeMs)
      break
    case 'rollUp':
      subject.rollUp(operation.day)
      break
    case 'kill':
      subject.kill()
      break
    case 'restart':
      subject.restart()
      break
    default:
      operation satisfies never
  }
}

function expectSame(subject: Subject, model: NaiveModel, range: readonly [number, number]): void {
  const [fromMs, toMs] = range
  SERIES.forEach((_, series) => {
    const rows = model.rows(series, fromMs, toMs)
    expect(subject.rows(series, { fromMs, toMs })).toEqual(rows)
    expect(subject.rows(series, { fromMs, toMs, descending: true })).toEqual(rows.toReversed())
    for (const fn of AGGREGATES) {
      for (const everyMs of [14_400_000, DAY_MS]) {
        const buckets = subject.buckets(series, { fromMs, toMs, everyMs })
        expect(shown({ buckets }, fn)).toEqual(
          naiveBuckets(rows, everyMs, fn).map((bucket) => ({
            ...bucket,
            value: expect.closeTo(bucket.value, 9),
          })),
        )
      }
    }
  })
}

function expectSameNewest(subject: Subject, model: NaiveModel): void {
  SERIES.forEach((name, series) => {
    const newest = model.rows(series, -Infinity, Infinity).at(-1)
    const latest = subject.store.latest('device').find((each) => each.point === name)
    // Bit 0 of the flags says boolean; none is used here.
    expect([latest?.observedAtMs, latest?.value]).toEqual([newest?.atMs, newest?.value])
  })
}

/** Full days from roll-ups and readings together; any range, as long as nothing was forgotten. */
function expectSameRolled(
  subject: Subject,
  model: NaiveModel,
  [fromMs, toMs]: readonly [number, number],
): void {
  const days = { fromMs: EPOCH_MS - DAY_MS, toMs: EPOCH_MS + 4 * DAY_MS }
  SERIES.forEach((_, series) => {
    for (const everyMs of [HOUR_MS, DAY_MS]) {
      expect(subject.planned(series, { ...days, everyMs })).toEqual(
        naiveFolds(model.rolledRows(series, days.fromMs, days.toMs), everyMs),
      )
    }
    if (model.hasForgotten || fromMs >= toMs) return
    for (const everyMs of [7_000, 60_000, HOUR_MS, DAY_MS]) {
      expect(subject.planned(series, { fromMs, toMs, everyMs })).toEqual(
        naiveFolds(model.rows(series, fromMs, toMs), everyMs),
      )
    }
  })
}

describe('BlockStore', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vigil-blocks-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('is the same as a naive model, whatever is written, sealed, merged, rolled up, forgotten and killed', () => {
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 1, maxLength: 40 }),
        fc.tuple(atMs, atMs),
        (operations, [a, b]) => {
          const subject = new Subject()
          const model = new NaiveModel()
          try {
            for (const each of operations) {
              apply(each, subject, model)
              expectSameNewest(subject, model)
            }
            expectSame(subject, model, [-Infinity, Infinity])
            expectSame(subject, model, [Math.min(a, b), Math.max(a, b)])
            expectSameRolled(subject, model, [Math.min(a, b), Math.max(a, b)])
          } finally {
            subject.remove()
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  test.each(OLDER_BLOCKS)('reads and merges $count readings that format 2 wrote', (older) => {
    const path = join(folder, 'older.db')
    const limits = {
      ...LIMITS,
      hotReadingsMax: 1000,
      readingsPerBlockMax: 500,
      blocksPerMerge: 2,
      readingsPerMergeMax: 1000,
    }
    const olderRows = Array.from({ length: older.count }, (_, index) => olderRow(index))
    const write = (rows: typeof olderRows, payload: Uint8Array | null) => {
      const store = new BlockStore(path, limits)
      const columns = createColumns(rows.length)
      rows.forEach((row, index) => {
        columns.observedAtMs[index] = row.at
        columns.arrivedAtMs[index] = row.arrived
        columns.values[index] = row.value
        columns.flags[index] = row.flags
      })
      const seriesIds = new Uint32Array(rows.length).fill(store.findOrAddSeries('device', 'a'))
      store.take(store.nextOffset, { columns, seriesIds }, 0, rows.length)
      store.seal()
      while (store.step(true));
      store.close()
      if (payload === null) return
      const file = new DatabaseSync(path)
      file.prepare('UPDATE block SET tier = 0, payload = ?').run(payload)
      file.exec('PRAGMA user_version = 2')
      file.close()
    }
    write(olderRows, older.bytes)
    const newer = { ...olderRow(0), at: olderRow(older.count).at }
    write([newer], null)
    const store = new BlockStore(path, limits)
    const slices = [...store.read(1, { fromMs: 0, toMs: Infinity })]
    const found = slices.flatMap(({ columns, start, end }) =>
      Array.from({ length: end - start }, (_, index) => ({
        at: columns.observedAtMs[start + index],
        arrived: columns.arrivedAtMs[start + index],
        value: columns.values[start + index],
        flags: columns.flags[start + index],
      })),
    )
    store.close()
    expect(found).toEqual([...olderRows, newer])
    const file = new DatabaseSync(path)
    expect(file.prepare('SELECT count(*) AS blocks FROM block').get()).toEqual({ blocks: 1 })
    file.close()
  })

  test('refuses a file of a newer format, and leaves it as it is', () => {
    const path = join(folder, 'newer.db')
    new BlockStore(path, LIMITS).close()
    const format = (change = '') => {
      const file = new DatabaseSync(path)
      file.exec(change)
      const row = file.prepare('PRAGMA user_version').get()
      file.close()
      return Number(row?.user_version)
    }
    const newer = format() + 1
    format(`PRAGMA user_version = ${newer}`)
    expect(() => new BlockStore(path, LIMITS)).toThrow(`The file has format ${newer}`)
    expect(format()).toBe(newer)
  })
})
