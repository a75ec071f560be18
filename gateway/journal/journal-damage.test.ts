import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ReadingBatch } from '#alerting/reading.ts'
import { ColumnBatch } from '#alerting/reading-columns.ts'
import { decodeBatch } from './batch-codec.ts'
import { BatchPacker } from './batch-packer.ts'
import { aReading } from './journal.suite.ts'
import type { JournalDamage } from './journal.ts'
import type { AnswerOf, JournalRequest, OperationName, RequestOf } from './journal-protocol.ts'
import { JournalService } from './journal-service.ts'
import { inspectWal } from './wal-inspection.ts'

const NOW_MS = 1_795_430_400_000
const BATCHES = 120

/** The worker's side of the journal, without the thread. */
class Bench {
  readonly damage: JournalDamage[] = []
  readonly #service = new JournalService((damage) => this.damage.push(damage))

  call<Name extends OperationName>(name: Name, body: RequestOf<Name>): AnswerOf<Name> | string {
    const result = this.#service.handle({ id: 1, name, body, nowMs: NOW_MS } as JournalRequest)
    return 'failure' in result ? result.failure.reason : (result.answer as AnswerOf<Name>)
  }

  open(path: string) {
    return this.call('open', { path, bytesMax: 1024 ** 3, diskReserveBytes: 0 })
  }

  /** All that can be read from `fromOffset` on, piece by piece as a follower does. */
  readAll(fromOffset: number, beforeOffset: number): ReadingBatch[] {
    const batches: ReadingBatch[] = []
    for (let from = fromOffset; from < beforeOffset; ) {
      const piece = this.call('read', { fromOffset: from, beforeOffset, bytesMax: 50_000 })
      if (typeof piece === 'string') throw new Error(piece)
      for (const { offset, data } of piece.batches) {
        const decoded = decodeBatch(data, offset)
        if (!decoded.ok) throw new Error(decoded.reason)
        batches.push(decoded.batch)
      }
      from = piece.nextOffset
    }
    return batches
  }
}

const written: ReadingBatch[] = Array.from({ length: BATCHES }, (_, i) => ({
  offset: i + 1,
  readings: Array.from({ length: 5 + ((i * 37) % 400) }, (_, j) => aReading({ value: j / 7 })),
}))

/** A journal as a clean stop leaves it, and one as kill -9 leaves it, the last batches in its log. */
function writeJournals() {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-damage-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const packer = new BatchPacker()
  const stopped = join(folder, 'stopped.db')
  const killed = join(folder, 'killed.db')
  const bench = new Bench()
  bench.open(stopped)
  for (const batch of written.slice(0, 60)) {
    bench.call('commit', packer.pack(ColumnBatch.of(batch)))
  }
  bench.call('close', {})
  bench.open(stopped)
  for (const batch of written.slice(60)) {
    bench.call('commit', packer.pack(ColumnBatch.of(batch)))
  }
  copyFileSync(stopped, killed)
  copyFileSync(`${stopped}-wal`, `${killed}-wal`)
  bench.call('close', {})
  return { folder, stopped, killed }
}

function copyOf(path: string, folder: string): string {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'journal.db')
  copyFileSync(path, copy)
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
  return copy
}

/** Spread over the file, not regular. */
function positions(bytes: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.floor((((i * 7919) % count) + 0.37) * (bytes / count)),
  )
}

function flip(path: string, position: number): void {
  const bytes = readFileSync(path)
  bytes[position] = (bytes[position] ?? 0) ^ 0x41
  writeFileSync(path, bytes)
}

interface Outcome {
  readonly kept: number
  readonly refused: boolean
}

/** Opens a damaged journal and holds it to the promise: what is gone was reported, what is there is true. */
function assertHonest(path: string, what: string): Outcome {
  const bench = new Bench()
  const extent = bench.open(path)
  if (typeof extent === 'string') {
    bench.call('close', {})
    return { kept: 0, refused: true }
  }
  const batches = bench.readAll(extent.firstOffset, extent.nextOffset)
  bench.call('close', {})
  for (const { offset, readings } of batches) {
    expect({ offset, readings }, what).toEqual(written[offset - 1])
  }
  const offsets = new Set(batches.map(({ offset }) => offset))
  const isReported = (offset: number) =>
    bench.damage.some(
      ({ fromOffset, toOffset }) =>
        fromOffset === null || (fromOffset <= offset && offset <= (toOffset ?? offset)),
    )
  for (const { offset } of written) {
    if (!offsets.has(offset)) expect(isReported(offset), `${what}: batch ${offset}`).toBe(true)
  }
  return { kept: batches.length, refused: false }
}

function meanKept(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { kept }) => sum + kept, 0) / outcomes.length / BATCHES
}

describe('a damaged journal', () => {
  test('one flipped byte anywhere in the file loses little, and nothing in silence', () => {
    const { folder, stopped } = writeJournals()
    const outcomes = positions(readFileSync(stopped).length, 80).map((position) => {
      const path = copyOf(stopped, folder)
      flip(path, position)
      return assertHonest(path, `byte ${position}`)
    })
    expect(meanKept(outcomes)).toBeGreaterThan(0.97)
    expect(outcomes.filter(({ refused }) => refused)).toHaveLength(0)
  })

  test('each byte of the header and of the root page is survived or refused with a sentence', () => {
    const { folder, stopped } = writeJournals()
    const header = Array.from({ length: 110 }, (_, i) => i)
    const outcomes = header.map((position) => {
      const path = copyOf(stopped, folder)
      flip(path, position)
      return assertHonest(path, `byte ${position}`)
    })
    // Versions, SQLite's (read only) and ours: a later one is not ours to salvage.
    expect(outcomes.flatMap(({ refused }, i) => (refused ? [i] : []))).toEqual([18, 60, 61, 62, 63])
  })

  test('one flipped byte anywhere in the log of a killed gateway is found', () => {
    const { folder, killed } = writeJournals()
    const outcomes = positions(readFileSync(`${killed}-wal`).length, 60).map((position) => {
      const path = copyOf(killed, folder)
      flip(`${path}-wal`, position)
      return assertHonest(path, `log byte ${position}`)
    })
    expect(meanKept(outcomes)).toBeGreaterThan(0.5)
  })

  test('a file cut off anywhere keeps what is before', () => {
    const { folder, stopped } = writeJournals()
    for (const position of positions(readFileSync(stopped).length, 40)) {
      const path = copyOf(stopped, folder)
      truncateSync(path, position)
      assertHonest(path, `cut at ${position}`)
    }
  })

  test('what could not be read lies aside, and the loss is reported once', () => {
    const { folder, stopped } = writeJournals()
    const path = copyOf(stopped, folder)
    const bytes = readFileSync(path)
    bytes.fill(0x5a, 4096 * 20, 4096 * 24)
    writeFileSync(path, bytes)
    const first = assertHonest(path, 'four pages overwritten')
    expect(first.kept).toBeLessThan(BATCHES)
    expect(readdirSync(join(path, '..')).some((name) => name.includes('.damaged-'))).toBe(true)
    const again = new Bench()
    const extent = again.open(path)
    if (typeof extent === 'string') throw new Error(extent)
    expect(again.readAll(extent.firstOffset, extent.nextOffset)).toHaveLength(first.kept)
    expect(again.damage).toEqual([])
    again.call('close', {})
  })

  test('an undamaged journal after kill -9 is whole and reports nothing', () => {
    const { folder, killed } = writeJournals()
    const path = copyOf(killed, folder)
    expect(inspectWal(`${path}-wal`)).toBe('sound')
    expect(assertHonest(path, 'killed').kept).toBe(BATCHES)
  })
})

describe('inspectWal', () => {
  test('tells a write that was cut off from damage further in front', () => {
    const { folder, killed } = writeJournals()
    const wal = `${copyOf(killed, folder)}-wal`
    const { length } = readFileSync(wal)
    const frame = 4096 + 24
    const cases = [
      // what                       | position               | state
      ['last frame', length - 100, 'unfinished'],
      ['salt of the last frame', length - frame + 9, 'unfinished'],
      ['frame before the last', length - frame - 100, 'damaged'],
      ['salt of the third frame', 32 + 2 * frame + 9, 'damaged'],
      ['header', 17, 'damaged'],
      ['magic number', 0, 'damaged'],
    ] as const
    for (const [what, position, state] of cases) {
      flip(wal, position)
      expect(inspectWal(wal), what).toBe(state)
      flip(wal, position)
    }
    truncateSync(wal, length - 100)
    expect(inspectWal(wal), 'cut within the last frame').toBe('sound')
  })
})
