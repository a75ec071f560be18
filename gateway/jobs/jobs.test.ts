import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { test as base, describe, expect } from 'vitest'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { JOB_LIMITS, TIME_SERIES_LIMITS } from '#config/limits.ts'
import { aMessage, START_MS } from '../database/builders.suite.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { SqliteOutboxStore } from '../database/outbox-store.ts'
import type { Horizons, Resolution } from '../timeseries/time-series.ts'
import { Jobs } from './jobs.ts'

const DAY_MS = 24 * 3_600_000
const logger = pino({ level: 'silent' })

interface Shop {
  readonly clock: SimulatedClock
  readonly database: Database
  readonly retainedBeforeMs: Horizons[]
  readonly rolledBeforeMs: number[]
  readonly jobs: (retentionDays?: Readonly<Record<Resolution, number>>) => Jobs
}

const test = base.extend<{ readonly shop: Shop }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  shop: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-jobs-'))
    const clock = new SimulatedClock(START_MS)
    const path = join(folder, 'vigil.db')
    const database = await openDatabase({ path, clock, logger, ballastBytes: 0 })
    const retainedBeforeMs: Horizons[] = []
    const rolledBeforeMs: number[] = []
    const timeSeries = {
      rollUp: async (beforeMs: number) => rolledBeforeMs.push(beforeMs),
      retain: async (before: Horizons) => retainedBeforeMs.push(before),
    }
    const made: Jobs[] = []
    const jobs = (retentionDays = { raw: 400, minute: 1100, hour: 3660 }) => {
      const one = new Jobs({
        clock,
        logger,
        timeSeries,
        database,
        retentionDays,
        keepRisk: async () => 1,
        riskSnapshotMinutes: 60,
        hazardReminders: { remind: async () => 3 },
        dutyReminders: { remind: async () => 2 },
        sweepFiles: async () => 4,
      })
      made.push(one)
      return one
    }
    await use({ clock, database, retainedBeforeMs, rolledBeforeMs, jobs })
    for (const one of made) await one.stop()
    await database.stop()
    await rm(folder, { recursive: true, force: true })
  },
})

describe('Jobs', () => {
  test.for([
    [400, 400],
    [30, 30],
    [1, TIME_SERIES_LIMITS.retentionDaysMin], // the law stands above the setting
  ] as const)(
    'readings older than %i days go, if that is at least %i',
    async ([set, kept], { shop }) => {
      const days = { raw: set, minute: 500, hour: 3660 }
      const outcome = await shop.jobs(days).runNow('readings-retention')
      expect(outcome).toMatchObject({ ok: true, name: 'readings-retention' })
      const daysAgo = (age: number) => START_MS - age * DAY_MS
      expect(shop.retainedBeforeMs).toEqual([
        { raw: daysAgo(kept), minute: daysAgo(500), hour: daysAgo(3660) },
      ])
    },
  )

  test('what is over is rolled up, a while after', async ({ shop }) => {
    const outcome = await shop.jobs().runNow('readings-roll-up')
    expect(outcome).toMatchObject({ ok: true, detail: '1 made' })
    expect(shop.rolledBeforeMs).toEqual([START_MS - TIME_SERIES_LIMITS.rollUpGraceMs])
  })

  test('delivered notifications go after half a year; what waits or is dead stays', async ({
    shop,
  }) => {
    const outbox = new SqliteOutboxStore(shop.database)
    const count = JOB_LIMITS.rowsPerDeleteMax + 5
    const ids = Array.from({ length: count }, (_, index) => `old-${index}`)
    await outbox.add([...ids, 'dead', 'waiting', 'recent'].map((id) => aMessage(id)))
    const settle = (id: string, state: 'delivered' | 'dead', nowMs: number) =>
      outbox.settle({ id, state, attempts: 1, nextAttemptAtMs: 0, reason: null, detail: '', nowMs })
    for (const id of ids) await settle(id, 'delivered', START_MS)
    await settle('dead', 'dead', START_MS)
    await shop.clock.advanceBy(JOB_LIMITS.notificationDaysMin * DAY_MS)
    await settle('recent', 'delivered', shop.clock.nowMs())
    const jobs = shop.jobs()
    expect((await jobs.runNow('old-notifications')).detail).toBe('0 removed')
    await shop.clock.advanceBy(1)
    expect((await jobs.runNow('old-notifications')).detail).toBe(`${count} removed`)
    const left = await shop.database.kysely.selectFrom('outbox').select('id').execute()
    expect(left.map(({ id }) => id).toSorted()).toEqual(['dead', 'recent', 'waiting'])
  })

  test('expired sessions and tokens go, others stay', async ({ shop }) => {
    const { kysely } = shop.database
    await kysely
      .insertInto('users')
      .values({
        id: 'u',
        username: 'u',
        display_name: 'u',
        password_hash: 'x',
        role: 'viewer',
        organization_id: null,
        language: 'zh',
        created_at_ms: START_MS,
      })
      .execute()
    const session = (token_hash: string, expires_at_ms: number) => ({
      token_hash,
      user_id: 'u',
      created_at_ms: START_MS,
      expires_at_ms,
    })
    await kysely
      .insertInto('sessions')
      .values([session('over', START_MS), session('standing', START_MS + 1)])
      .execute()
    const token = (id: string, expires_at_ms: number | null) => ({
      id,
      token_hash: id,
      user_id: 'u',
      name: id,
      scopes: '["read"]',
      created_at_ms: START_MS,
      expires_at_ms,
    })
    await kysely
      .insertInto('api_tokens')
      .values([token('over', START_MS), token('for-ever', null)])
      .execute()
    const outcome = await shop.jobs().runNow('expired-logins')
    expect(outcome).toMatchObject({ ok: true, detail: '2 removed' })
    const sessions = await kysely.selectFrom('sessions').select('token_hash').execute()
    const tokens = await kysely.selectFrom('api_tokens').select('id').execute()
    expect([sessions, tokens]).toEqual([[{ token_hash: 'standing' }], [{ id: 'for-ever' }]])
  })

  test('a job that fails says why, and is not run twice at once', async ({ shop }) => {
    let runs = 0
    const gate = Promise.withResolvers<number>()
    const jobs = new Jobs({
      clock: shop.clock,
      logger,
      database: shop.database,
      hazardReminders: { remind: () => Promise.resolve(0) },
      dutyReminders: { remind: () => Promise.resolve(0) },
      retentionDays: { raw: 400, minute: 1100, hour: 3660 },
      keepRisk: async () => 1,
      riskSnapshotMinutes: 60,
      sweepFiles: async () => 0,
      timeSeries: {
        rollUp: () => Promise.resolve(0),
        retain: () => {
          runs += 1
          return gate.promise
        },
      },
    })
    const first = jobs.runNow('readings-retention')
    const second = jobs.runNow('readings-retention')
    gate.reject(new Error('the disk is full'))
    expect(await first).toEqual(await second)
    expect(runs).toBe(1)
    expect(jobs.outcomes()).toMatchObject([{ ok: false, detail: 'the disk is full' }])
    await jobs.stop()
  })

  test('starts and stops with nothing left running', async ({ shop }) => {
    const jobs = shop.jobs()
    jobs.start()
    jobs.start()
    await jobs.stop()
    expect(jobs.outcomes()).toEqual([])
  })
})
