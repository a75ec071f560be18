import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { test as base } from 'vitest'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { START_MS } from './builders.suite.ts'
import { type Database, type DatabaseOptions, openDatabase } from './open.ts'

export const silentLogger = pino({ level: 'silent' })

export interface DatabaseFixtures {
  readonly clock: SimulatedClock
  /** A folder of its own that goes away after the test. */
  readonly folder: string
  /** Opens a database that is closed after the test: in memory, or of a file in `folder`. */
  readonly open: (options?: Partial<DatabaseOptions>) => Promise<Database>
  /** A database in memory. */
  readonly database: Database
}

/** `test` with a database, a folder and a clock. */
export const test = base.extend<DatabaseFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  clock: async ({}, use) => use(new SimulatedClock(START_MS)),
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-database-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
  open: async ({ clock }, use) => {
    const opened: Database[] = []
    await use(async (options = {}) => {
      const database = await openDatabase({
        path: ':memory:',
        clock,
        logger: silentLogger,
        ballastBytes: 0,
        ...options,
      })
      opened.push(database)
      return database
    })
    for (const database of opened) await database.stop()
  },
  database: async ({ open }, use) => use(await open()),
})
