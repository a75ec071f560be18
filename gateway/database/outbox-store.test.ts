import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { OutboxState, OutboxStore } from '#alerting/notification/outbox.ts'
import type { Grade } from '#alerting/rules/alarm-rule.ts'
import { aMessage, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { SqliteOutboxStore } from './outbox-store.ts'

const LEASE_MS = 60_000

async function claimIds(
  store: OutboxStore,
  nowMs: number,
  overrides: { readonly limit?: number; readonly busyChannelIds?: readonly string[] } = {},
): Promise<readonly string[]> {
  const claim = { nowMs, leaseMs: LEASE_MS, limit: 10, busyChannelIds: [], ...overrides }
  return (await store.claim(claim)).map((record) => record.id)
}

function settle(store: OutboxStore, id: string, state: OutboxState, nextAttemptAtMs = START_MS) {
  return store.settle({
    id,
    state,
    attempts: 1,
    nextAttemptAtMs,
    reason: state === 'delivered' ? null : 'server',
    detail: 'HTTP 500',
    nowMs: START_MS + 1,
  })
}

describe('SqliteOutboxStore', () => {
  test('hands out the most urgent first, then the oldest, then in the order of adding', async ({
    database,
  }) => {
    const store = new SqliteOutboxStore(database)
    await store.add([
      aMessage('yellow-new', { grade: 3, createdAtMs: START_MS + 5 }),
      aMessage('yellow-old', { grade: 3 }),
      aMessage('yellow-old-too', { grade: 3 }),
      aMessage('red', { grade: 1, createdAtMs: START_MS + 9 }),
      aMessage('blue', { grade: 4 }),
    ])
    const expected = ['red', 'yellow-old', 'yellow-old-too', 'yellow-new', 'blue']
    expect(await claimIds(store, START_MS + 10)).toEqual(expected)
  })

  test('takes no more than asked for, and the most urgent of all', async ({ database }) => {
    const store = new SqliteOutboxStore(database)
    await store.add([aMessage('blue', { grade: 4 }), aMessage('orange', { grade: 2 })])
    expect(await claimIds(store, START_MS, { limit: 1 })).toEqual(['orange'])
    expect(await claimIds(store, START_MS, { limit: 1 })).toEqual(['blue'])
  })

  test('a claimed entry is nobody else’s until its lease has run out', async ({ database }) => {
    const store = new SqliteOutboxStore(database)
    await store.add([aMessage('m')])
    expect(await claimIds(store, START_MS)).toEqual(['m'])
    expect(await claimIds(store, START_MS + LEASE_MS - 1)).toEqual([])
    expect(await store.nextDueAtMs()).toBe(START_MS + LEASE_MS)
    expect(await claimIds(store, START_MS + LEASE_MS)).toEqual(['m'])
  })

  test('leaves out channels that are busy, and what is not due yet', async ({ database }) => {
    const store = new SqliteOutboxStore(database)
    await store.add([
      aMessage('busy', { channelId: 'c1' }),
      aMessage('free', { channelId: 'c2' }),
      aMessage('later', { channelId: 'c2', createdAtMs: START_MS + 1 }),
    ])
    expect(await claimIds(store, START_MS, { busyChannelIds: ['c1', 'c3'] })).toEqual(['free'])
    expect(await store.nextDueAtMs()).toBe(START_MS)
  })

  test('an entry to be tried again is due at its next attempt', async ({ database }) => {
    const store = new SqliteOutboxStore(database)
    await store.add([aMessage('m')])
    await claimIds(store, START_MS)
    await settle(store, 'm', 'pending', START_MS + 5_000)
    expect(await claimIds(store, START_MS + 4_999)).toEqual([])
    const [record] = await store.claim({
      nowMs: START_MS + 5_000,
      leaseMs: LEASE_MS,
      limit: 1,
      busyChannelIds: [],
    })
    expect(record).toMatchObject({
      id: 'm',
      attempts: 1,
      lastReason: 'server',
      lastDetail: 'HTTP 500',
      leasedUntilMs: START_MS + 5_000 + LEASE_MS,
      settledAtMs: null,
      payload: { text: '可燃气体' },
    })
  })

  const settled: OutboxState[] = ['delivered', 'dead']
  test.for(settled)(
    '%s is the end, unless a person sends it again',
    async (state, { database }) => {
      const store = new SqliteOutboxStore(database)
      await store.add([aMessage('m')])
      await settle(store, 'm', state)
      expect(await store.nextDueAtMs()).toBeNull()
      expect(await store.sendAgain('m', START_MS + 9)).toMatchObject({
        state: 'pending',
        attempts: 0,
        nextAttemptAtMs: START_MS + 9,
        settledAtMs: null,
      })
      expect(await claimIds(store, START_MS + 9)).toEqual(['m'])
    },
  )

  test('only what is settled can be sent again', async ({ database }) => {
    const store = new SqliteOutboxStore(database)
    await store.add([aMessage('m')])
    expect(await store.sendAgain('m', START_MS)).toBeNull()
    expect(await store.sendAgain('nothing', START_MS)).toBeNull()
  })

  test('adding what stands already changes nothing', async ({ database }) => {
    const store = new SqliteOutboxStore(database)
    await store.add([aMessage('m')])
    await settle(store, 'm', 'delivered')
    await store.add([aMessage('m'), aMessage('other')])
    expect(await claimIds(store, START_MS)).toEqual(['other'])
  })

  test('claims of any size hand out each entry once, in the order of grade and age', async ({
    database,
  }) => {
    let round = 0
    const entry = fc.record({
      grade: fc.constantFrom<Grade>(1, 2, 3, 4),
      ageMs: fc.integer({ min: 0, max: 5 }),
    })
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 30 }), sizes, async (entries, limits) => {
        round += 1
        const store = new SqliteOutboxStore(database)
        const messages = entries.map(({ grade, ageMs }, index) =>
          aMessage(`${round}-${index}`, { grade, createdAtMs: START_MS - ageMs }),
        )
        await store.add(messages)
        const wanted = messages
          .map((message, order) => ({ message, order }))
          .sort(
            (one, other) =>
              one.message.grade - other.message.grade ||
              one.message.createdAtMs - other.message.createdAtMs ||
              one.order - other.order,
          )
          .map(({ message }) => message.id)
        const claimed: string[] = []
        for (const limit of [...limits, 30, 30]) {
          claimed.push(...(await claimIds(store, START_MS, { limit })))
        }
        expect(claimed).toEqual(wanted)
        for (const id of claimed) await settle(store, id, 'delivered')
      }),
      { numRuns: 25 },
    )
  })

  test('a claim among 100,000 that are backing off walks the index only', async ({ database }) => {
    const plan = await database.batch([
      {
        sql: `EXPLAIN QUERY PLAN SELECT sequence FROM outbox
          WHERE state = 'pending' AND grade = 1 AND due_at_ms <= ?
            AND channel_id NOT IN (SELECT value FROM json_each(?))
          ORDER BY due_at_ms, sequence LIMIT 10`,
        parameters: [START_MS, '[]'],
      },
    ])
    const steps = plan[0]?.map((row) => (row as { detail: string }).detail).join('\n')
    expect(steps).toContain('USING COVERING INDEX outbox_due (grade=? AND due_at_ms<?)')
    expect(steps).not.toContain('TEMP B-TREE')
  })
})
