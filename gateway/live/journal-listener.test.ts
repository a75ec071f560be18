import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { JournalListener } from './journal-listener.ts'

const T0 = Date.UTC(2026, 0, 1)

function aReading(value: number): Reading {
  const deviceId = 'gas-1' as DeviceId
  const atMs = { observedAtMs: T0 + value, arrivedAtMs: T0 + value }
  return { deviceId, point: 'lel', ...atMs, value, quality: 'good', marks: MARK.none }
}

it('hears what the time series has not handled yet, then everything new, once and in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-listener-'))
  const journal = new SqliteJournal({
    path: join(folder, 'journal.db'),
    clock: new SimulatedClock(T0),
    logger: pino({ level: 'silent' }),
    bytesMax: 1e9,
    diskReserveBytes: 0,
  })
  await journal.start()
  for (const value of [1, 2, 3]) await journal.append([aReading(value)])
  journal.release('timeseries', 2)
  const heard: unknown[] = []
  const failures: unknown[] = []
  const listener = new JournalListener({
    journal,
    listeners: [(readings) => heard.push(...readings.values)],
    onFailure: (error) => failures.push(error),
  })
  listener.start()
  await journal.append([aReading(4), aReading(5)])
  await expect.poll(() => heard).toEqual([2, 3, 4, 5])
  await listener.stop()
  await journal.append([aReading(6)])
  expect(heard).toEqual([2, 3, 4, 5])
  await journal.stop()
  expect(failures).toEqual([])
  await rm(folder, { recursive: true, force: true })
})
