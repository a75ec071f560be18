import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SystemFact } from '#alerting/alarms/system-alarms.ts'
import { CodedError } from '#alerting/errors.ts'
import type { ReadingBatch } from '#alerting/reading.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { SELF_CHECK_LIMITS, TIME_SERIES_LIMITS } from '#config/limits.ts'
import { SqliteJournal } from './journal/sqlite-journal.ts'
import { SelfCheck } from './self-check.ts'
import { aReading } from './timeseries/time-series.suite.ts'
import { TimeSeriesWriter, type WritableStore } from './timeseries/writer.ts'

const NOW_MS = Date.UTC(2026, 10, 25, 8)
const MIB = 1024 ** 2
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

class SteadyClock extends SimulatedClock {
  aheadOfWallMs(): number {
    return 0
  }
}

/** A store that is away until it is let back. */
class AwayStore implements WritableStore {
  isAway = true
  #next = 1

  nextOffset(): number {
    return this.#next
  }

  durableOffset(): number {
    return this.#next
  }

  write(batches: readonly ReadingBatch[]): Promise<void> {
    if (this.isAway) {
      return Promise.reject(new CodedError('timeseries_unavailable', 'The store is away.'))
    }
    this.#next = (batches.at(-1)?.offset ?? this.#next - 1) + 1
    return Promise.resolve()
  }
}

function unasked(): never {
  throw new Error('Only numbers and health ask for this.')
}

const others = {
  database: {
    status: () => ({ state: 'ok', reason: null, ballast: 'held' }) as const,
    onStateChange: () => () => undefined,
  },
  broker: { status: unasked },
  ingest: { counts: unasked },
  inbox: { counts: unasked },
  live: { stats: unasked },
  alarms: { openAlarms: unasked },
}

async function setUp(journalBytesMax: number) {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-self-check-'))
  const clock = new SteadyClock(NOW_MS)
  const journal = new SqliteJournal({
    ...{ path: join(folder, 'journal.db'), clock, logger: silent },
    ...{ bytesMax: journalBytesMax, diskReserveBytes: 0 },
  })
  await journal.start()
  journal.release('engine', 1)
  const store = new AwayStore()
  const writer = new TimeSeriesWriter({ journal, store, clock, random: () => 0 })
  writer.start()
  const facts: SystemFact[] = []
  const report = (fact: SystemFact) => facts.push(fact)
  const selfCheck = new SelfCheck({ ...others, clock, journal, journalBytesMax, writer, report })
  selfCheck.start()
  onTestFinished(async () => {
    selfCheck.stop()
    const stopped = Promise.all([writer.stop(), journal.stop()])
    await clock.advanceBy(TIME_SERIES_LIMITS.retryDelayMsMax)
    await stopped
    await rm(folder, { recursive: true })
  })
  /** What was said of it last. */
  const isPresent = (condition: SystemFact['condition']) =>
    facts.findLast((fact) => fact.condition === condition)?.isPresent
  const pass = async (isTrue: () => boolean) => {
    const later = async () => {
      await clock.advanceBy(SELF_CHECK_LIMITS.intervalMs)
      return isTrue()
    }
    await expect.poll(later, { interval: 5 }).toBe(true)
  }
  return { clock, journal, store, facts, isPresent, pass }
}

const manyReadings = (from: number) =>
  Array.from({ length: 2_000 }, (_, index) =>
    // Noise, which no codec makes small.
    aReading({ observedAtMs: NOW_MS + from + index, value: Math.sin(from + index) * 1e9 }),
  )

test('a store that takes nothing is told of by age, and not before the age is reached', async () => {
  const { clock, journal, store, isPresent, pass } = await setUp(1024 * MIB)
  await clock.advanceBy(SELF_CHECK_LIMITS.backlogAgeMsMax)
  const appended = journal.append([aReading({ arrivedAtMs: clock.nowMs() })])
  await clock.advanceBy(10)
  await appended
  await clock.advanceBy(SELF_CHECK_LIMITS.backlogAgeMsMax / 2)
  expect(isPresent('time-series-backlog')).toBe(false)
  await pass(() => isPresent('time-series-backlog') === true)
  store.isAway = false
  await pass(() => isPresent('time-series-backlog') === false)
})

test('a journal that fills is told of while there is still room; nothing that waited is lost', async () => {
  const { journal, store, facts, isPresent, pass } = await setUp(8 * MIB)
  const appends: Promise<void>[] = []
  for (let from = 0; journal.status().state !== 'full'; from += 2_000) {
    appends.push(journal.append(manyReadings(from)))
    await pass(() => journal.status().pendingReadings === 0 || journal.status().state === 'full')
  }
  const said = facts.filter(({ isPresent }) => isPresent).map(({ condition }) => condition)
  expect(said.indexOf('journal-filling')).toBeGreaterThan(-1)
  expect(said.indexOf('journal-filling')).toBeLessThan(said.indexOf('journal-full'))
  store.isAway = false
  journal.release('engine', journal.status().nextOffset)
  // What waited for room is taken by itself.
  await pass(() => journal.status().state === 'ok' && journal.status().pendingReadings === 0)
  await Promise.all(appends)
  expect(isPresent('journal-full')).toBe(false)
  // What the store has taken is let go once its tail is old enough, and the alarm ends.
  await pass(() => isPresent('journal-filling') === false)
})
