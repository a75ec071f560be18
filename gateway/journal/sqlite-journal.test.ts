import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Reading } from '#alerting/reading.ts'
import { JOURNAL_LIMITS } from '#config/limits.ts'
import { SystemClock } from '../system-clock.ts'
import {
  aReading,
  journalContract,
  readings,
  readingsOf,
  releaseAll,
  take,
} from './journal.suite.ts'
import type { Journal, JournalState } from './journal.ts'
import { SqliteJournal, type SqliteJournalOptions } from './sqlite-journal.ts'

const GIB = 1024 ** 3
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The system's clock, moved ahead by hand, whose timers of seconds come after milliseconds. */
class HurriedClock extends SystemClock {
  #passedMs = 0

  pass(ms: number): void {
    this.#passedMs += ms
  }

  override nowMs(): number {
    return super.nowMs() + this.#passedMs
  }

  override wakeAt(atMs: number, callback: () => void): () => void {
    const waitMs = (atMs - this.nowMs()) / 20
    const timer = setTimeout(callback, waitMs)
    return () => clearTimeout(timer)
  }
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function aJournal(options: Partial<SqliteJournalOptions> & { readonly path: string }) {
  const journal = new SqliteJournal({
    clock: new HurriedClock(),
    logger: silent,
    bytesMax: GIB,
    diskReserveBytes: 0,
    ...options,
  })
  onTestFinished(() => journal.stop())
  return journal
}

function untilState(journal: Journal, wanted: JournalState): Promise<void> {
  return new Promise((resolve) => {
    journal.onStateChange(({ state }) => {
      if (state === wanted) resolve()
    })
    if (journal.status().state === wanted) resolve()
  })
}

/** A batch of about 150 kB: values that differ in every byte. */
function aLargeBatch(): Reading[] {
  return Array.from({ length: 10_000 }, (_, i) => aReading({ value: i / 7 }))
}

journalContract('SqliteJournal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-journal-'))
  const clock = new HurriedClock()
  const opened: Journal[] = []
  return {
    async open() {
      const path = join(folder, 'journal.db')
      const options = { path, clock, logger: silent, bytesMax: GIB, diskReserveBytes: 0 }
      const journal = new SqliteJournal(options)
      await journal.start()
      opened.push(journal)
      return journal
    },
    pass: (ms) => clock.pass(ms),
    async remove() {
      for (const journal of opened) await journal.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
})

describe('SqliteJournal at its bound', () => {
  test('says full, answers nobody, and goes on by itself when room is made', async () => {
    const path = join(aFolder(), 'journal.db')
    const clock = new HurriedClock()
    const journal = aJournal({ path, clock, bytesMax: 1024 * 1024 })
    await journal.start()
    releaseAll(journal, 1)
    const acknowledged: Reading[] = []
    const append = async (batch: Reading[]) => {
      await journal.append(batch)
      acknowledged.push(...batch)
    }
    const isFull = untilState(journal, 'full')
    const appends: Promise<void>[] = []
    while (journal.status().state === 'ok') {
      const last = append(aLargeBatch())
      appends.push(last)
      await Promise.race([last, isFull])
    }
    const behind = append(readings(3))
    expect(journal.status()).toMatchObject({ state: 'full', pendingReadings: 10_003 })
    expect(journal.status().bytes).toBeLessThan(16 * 1024 * 1024)

    const { nextOffset } = journal.status()
    const kept = readingsOf(await take(journal, 1, acknowledged.length))
    expect(kept).toEqual(acknowledged)
    clock.pass(JOURNAL_LIMITS.tailKeptMs + 1)
    releaseAll(journal, nextOffset)
    await untilState(journal, 'ok')
    await Promise.all([...appends, behind])
    const rest = readingsOf(await take(journal, nextOffset, 10_003))
    expect(rest).toEqual(acknowledged.slice(kept.length))
  })

  test('refuses appends beyond the bound of what may wait', async () => {
    const path = join(aFolder(), 'journal.db')
    const journal = aJournal({ path, diskReserveBytes: Number.MAX_SAFE_INTEGER })
    await journal.start()
    const batch = readings(JOURNAL_LIMITS.pendingReadingsMax / 10)
    const waiting = Array.from({ length: 10 }, () => journal.append(batch))
    await expect(journal.append(readings(1))).rejects.toMatchObject({ code: 'journal_full' })
    expect(journal.status().pendingReadings).toBe(JOURNAL_LIMITS.pendingReadingsMax)
    const outcomes = Promise.allSettled(waiting)
    await journal.stop()
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'journal_stopped' } })
    }
  })

  test('the reserve of the disk is left to others', async () => {
    const path = join(aFolder(), 'journal.db')
    const journal = aJournal({ path, diskReserveBytes: Number.MAX_SAFE_INTEGER })
    await journal.start()
    const refused = expect(journal.append(readings(1))).rejects.toThrow()
    await untilState(journal, 'full')
    expect(journal.status().reason).toMatch(/kept for the other parts/)
    await journal.stop()
    await refused
  })
})

describe('SqliteJournal on a disk that runs full', () => {
  test('nothing acknowledged is lost, and it goes on when there is room again', async (context) => {
    const folder = aFolder()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'pipe' })
    } catch {
      context.skip('mounting a small tmpfs needs root')
    }
    onTestFinished(() => void execFileSync('umount', ['-l', folder]))
    const ballast = join(folder, 'ballast')
    writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024))
    const path = join(folder, 'journal.db')
    const journal = aJournal({ path })
    await journal.start()
    const appended: Reading[] = []
    const isFull = untilState(journal, 'full')
    let last = Promise.resolve()
    while (journal.status().state === 'ok') {
      const batch = aLargeBatch()
      appended.push(...batch)
      last = journal.append(batch)
      await Promise.race([last, isFull])
    }
    rmSync(ballast)
    await last
    expect(journal.status().state).toBe('ok')
    await journal.stop()
    const reopened = aJournal({ path })
    await reopened.start()
    expect(readingsOf(await take(reopened, 1, appended.length))).toEqual(appended)
    expect(reopened.status().damage).toEqual([])
  })
})

describe('SqliteJournal at start', () => {
  test('a second journal on the same file is refused', async () => {
    const path = join(aFolder(), 'journal.db')
    await aJournal({ path }).start()
    await expect(aJournal({ path }).start()).rejects.toMatchObject({ code: 'journal_in_use' })
  })

  test('a file of somebody else is refused and left alone', async () => {
    const path = join(aFolder(), 'journal.db')
    const { DatabaseSync } = await import('node:sqlite')
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE invoice (id INTEGER PRIMARY KEY)')
    other.close()
    await expect(aJournal({ path }).start()).rejects.toMatchObject({ code: 'journal_unusable' })
  })
})
