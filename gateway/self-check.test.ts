import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SystemFact } from '#alerting/alarms/system-alarms.ts'
import { CodedError } from '#alerting/errors.ts'
import type { ReadingBatch } from '#alerting/reading.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { SELF_CHECK_LIMITS, TIME_SERIES_LIMITS } from '#config/limits.ts'
import type { BrokerStatus } from './broker/broker-status.ts'
import { HEALTH_WORDS, storeReasonCode } from './health-words.ts'
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
      const details = { reason: 'unreachable', said: 'connect ECONNREFUSED' }
      return Promise.reject(
        new CodedError('timeseries_unavailable', 'The store is away.', { details }),
      )
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
    status: () => ({ state: 'ok', reason: null, isDamaged: false, ballast: 'held' }) as const,
    onStateChange: () => () => undefined,
  },
  broker: { status: () => ({ devicesConnected: 2 }) as BrokerStatus },
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
  const partOf = (name: string) => selfCheck.health().parts.find((part) => part.name === name)
  return { clock, journal, store, facts, isPresent, pass, partOf }
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

test('a part that is impaired says why in both languages, with its figures', async () => {
  const { clock, journal, partOf } = await setUp(1024 * MIB)
  expect(partOf('broker')).toEqual({
    name: 'broker',
    state: 'ok',
    detail: '2 devices are connected over MQTT.',
    reasons: [
      {
        code: 'devices_connected',
        parameters: { devices: 2 },
        message: {
          zh: '有 2 台设备通过 MQTT 连接。',
          en: '2 devices are connected over MQTT.',
        },
      },
    ],
  })
  const appended = journal.append([aReading({ arrivedAtMs: clock.nowMs() })])
  await clock.advanceBy(10)
  await appended
  const later = async () => {
    await clock.advanceBy(TIME_SERIES_LIMITS.writeAgeMsMax)
    return partOf('time series')
  }
  await expect.poll(later, { interval: 5 }).toMatchObject({
    state: 'degraded',
    detail: expect.stringMatching(/cannot be reached.*“connect ECONNREFUSED” 1 readings/),
    reasons: [
      { code: 'store_unreachable', message: { zh: expect.stringContaining('连不上历史数据库') } },
      { code: 'said', message: { zh: '原话：“connect ECONNREFUSED”' } },
      { code: 'store_backlog', parameters: { readings: 1 } },
    ],
  })
})

test('the alarms of the gateway say why to readers of either language', async () => {
  const { facts } = await setUp(1024 * MIB)
  for (const { detail } of facts) expect(detail).toMatch(/^\p{Script=Han}[^/]* \/ [A-Z0-9]/u)
})

test('each reason is said in both languages, with the same figures', () => {
  const figuresOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  for (const [code, { zh, en }] of Object.entries(HEALTH_WORDS)) {
    expect(zh, code).toMatch(/\p{Script=Han}/u)
    expect(en, code).not.toMatch(/\p{Script=Han}/u)
    expect(figuresOf(en), code).toEqual(figuresOf(zh))
  }
})

test('every reason a store gives has words', async () => {
  const folder = join(import.meta.dirname, 'timeseries')
  const files = (await readdir(folder)).filter((name) => /^(?!.*(test|suite)).*\.ts$/.test(name))
  const source = (
    await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  ).join()
  const given = [
    /(?:unavailable|refused)\(\s*'(\w+)'/g,
    /details: \{ reason: '(\w+)'/g,
    /const reason = .*\? '(\w+)' : '\w+'/g,
    /const reason = .*\? '\w+' : '(\w+)'/g,
    /\[\d+, '(\w+)'\]/g,
  ].flatMap((pattern) => [...source.matchAll(pattern)].map(([, kind = '']) => kind))
  for (const kind of ['timeout', 'unreachable', 'disk_full']) expect(given).toContain(kind)
  // A store that was stopped is asked nothing any more.
  const without = given.filter((kind) => storeReasonCode(kind) === 'store_refused')
  expect(new Set(without)).toEqual(new Set(['stopped']))
})
