import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { test as base } from 'vitest'
import type { Alarm, AlarmId, TimelineEntry } from '#alerting/alarms/alarm.ts'
import type { OutboxEntry } from '#alerting/notification/outbox.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { type Database, type DatabaseOptions, openDatabase } from './open.ts'

export const START_MS = Date.UTC(2026, 10, 23, 8)
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

export function anAlarm(overrides: Omit<Partial<Alarm>, 'id'> & { readonly id: string }): Alarm {
  return {
    ruleId: 'gas-combustible-high',
    ruleVersion: 1,
    deviceId: 'gas-1',
    point: 'lel',
    siteId: 'site-1',
    organizationId: 'org-1',
    title: { zh: '可燃气体一级报警', en: 'Combustible gas, first alarm' },
    state: 'unacknowledged',
    grade: 3,
    value: 30.25,
    setpoint: 25,
    unit: '%LEL',
    latching: true,
    shelvable: false,
    occurrences: 1,
    raisedAtMs: START_MS,
    acknowledgedAtMs: null,
    returnedAtMs: null,
    closedAtMs: null,
    shelvedUntilMs: null,
    assignee: null,
    drill: false,
    timelineLength: 1,
    revision: 1,
    ...overrides,
    id: overrides.id as AlarmId,
  }
}

export function anEntry(alarmId: string, overrides: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    alarmId: alarmId as AlarmId,
    sequence: 1,
    atMs: START_MS,
    kind: 'raised',
    actor: 'system',
    note: null,
    state: 'unacknowledged',
    value: 30.25,
    grade: 3,
    ...overrides,
  }
}

export function aMessage(id: string, overrides: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    id,
    channelId: 'sms-1',
    type: 'alarm.raised',
    alarmId: null,
    grade: 3,
    payload: { text: '可燃气体' },
    createdAtMs: START_MS,
    ...overrides,
  }
}
