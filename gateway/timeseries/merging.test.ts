import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BlockStore, type BlockStoreLimits } from './block-store.ts'
import { createColumns } from './columns.ts'

const LIMITS: BlockStoreLimits = {
  hotReadingsMax: 1000,
  readingsPerBlockMax: 100,
  blocksPerMerge: 4,
  readingsPerMergeMax: 400,
  dayGraceMs: 3_600_000,
}
const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 10, 1)

/** A store of real files whose blocks are counted where they lie. */
class Subject {
  readonly #path: string
  #store: BlockStore
  #atMs = START_MS

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-merging-'))
    this.#path = join(folder, 'readings.db')
    this.#store = new BlockStore(this.#path, LIMITS)
    onTestFinished(() => {
      this.#store.close()
      rmSync(folder, { recursive: true })
    })
  }

  get damagedBlocks(): number {
    return this.#store.damagedBlocks
  }

  /** Readings of some points, sealed. */
  seal(count: number, points: readonly string[] = ['lel']): void {
    for (const point of points) this.#take(point, count)
    this.#atMs += count * 1000
    this.#store.seal()
    while (this.#store.durableOffset < this.#store.nextOffset) this.#store.step(true)
  }

  nextDay(): void {
    this.#atMs = (Math.floor(this.#atMs / DAY_MS) + 1) * DAY_MS + LIMITS.dayGraceMs
  }

  work(): void {
    while (this.#store.step(true));
  }

  reopen(meanwhile: (database: DatabaseSync) => void = () => undefined): void {
    this.#store.close()
    const database = new DatabaseSync(this.#path)
    meanwhile(database)
    database.close()
    this.#store = new BlockStore(this.#path, LIMITS)
  }

  /** Readings of each block, in order of time. */
  blocks(point = 'lel'): readonly number[] {
    let counts: readonly number[] = []
    this.reopen((database) => {
      const rows = database.prepare(`SELECT readings FROM block JOIN series ON series_id = series.id
        WHERE point = ? ORDER BY first_at_ms`)
      counts = rows.all(point).map(({ readings }) => Number(readings))
    })
    return counts
  }

  /** How many readings of the first day there are, one a second. */
  read(point = 'lel'): number {
    const id = this.#store.findSeries('device', point) ?? 0
    let count = 0
    const range = { fromMs: START_MS, toMs: START_MS + DAY_MS }
    for (const { columns, start, end } of this.#store.read(id, range)) {
      for (let index = start; index < end; index += 1, count += 1) {
        expect(columns.observedAtMs[index]).toBe(START_MS + count * 1000)
        expect(columns.values[index]).toBe(count / 10)
      }
    }
    return count
  }

  #take(point: string, count: number): void {
    const columns = createColumns(count)
    const seriesIds = new Uint32Array(count).fill(this.#store.findOrAddSeries('device', point))
    for (let index = 0; index < count; index += 1) {
      const atMs = this.#atMs + index * 1000
      columns.observedAtMs[index] = atMs
      columns.arrivedAtMs[index] = atMs + 5
      columns.values[index] = (atMs - START_MS) / 10_000
    }
    this.#store.take(this.#store.nextOffset, { columns, seriesIds }, 0, count)
  }
}

describe('merging', () => {
  test('makes one of small blocks when they are many, and of those again', () => {
    const subject = new Subject()
    for (let sealing = 1; sealing <= 18; sealing += 1) {
      subject.seal(3)
      subject.work()
    }
    // Four times 3 are 12, four times 12 are 48; two more are too few.
    expect(subject.blocks()).toEqual([48, 3, 3])
    expect(subject.read()).toBe(18 * 3)
  })

  test('makes one of small blocks when they nearly fill a block', () => {
    const subject = new Subject()
    for (const count of [30, 30, 30]) {
      subject.seal(count)
      subject.work()
    }
    expect(subject.blocks()).toEqual([90])
    expect(subject.read()).toBe(90)
  })

  test('counts the blocks that were there before a restart', () => {
    const subject = new Subject()
    for (let sealing = 1; sealing <= 4; sealing += 1) {
      subject.seal(3)
      subject.reopen()
    }
    subject.seal(3)
    subject.work()
    expect(subject.blocks()).toEqual([12, 3])
  })

  test('makes final blocks of what is small when the day is over', () => {
    const subject = new Subject()
    for (const count of [3, 4, 5]) subject.seal(count)
    subject.nextDay()
    subject.seal(1)
    subject.work()
    expect(subject.blocks()).toEqual([12, 1])
    expect(subject.read()).toBe(12)
  })

  test('merges many points together, but for one whose block is damaged', () => {
    const subject = new Subject()
    const points = ['a', 'b', 'c']
    for (let sealing = 1; sealing <= 3; sealing += 1) subject.seal(3, points)
    subject.reopen((database) => {
      database.exec(`UPDATE block SET payload = x'00' WHERE age = 2
        AND series_id = (SELECT id FROM series WHERE point = 'b')`)
    })
    subject.seal(3, points)
    subject.work()
    expect(subject.damagedBlocks).toBe(1)
    expect(points.map((point) => subject.blocks(point))).toEqual([[12], [3, 3, 3, 3], [12]])
    expect([subject.read('a'), subject.read('c')]).toEqual([12, 12])
    expect(() => subject.read('b')).toThrow('cut off')
  })
})
