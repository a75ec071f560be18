import { describe, expect } from 'vitest'
import { aMessage, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { SqliteDigestStore } from './digest-store.ts'
import { SqliteOutboxStore } from './outbox-store.ts'

const payload = { phone: '138', text: 't', values: {} }
const notBeforeMs = START_MS + 60_000
const CLAIM = { leaseMs: 1_000, limit: 10, busyChannelIds: [] }

describe('SqliteDigestStore', () => {
  test('what is held is not claimed before its time, and is replaced by one digest', async ({
    database,
  }) => {
    const outbox = new SqliteOutboxStore(database)
    const digests = new SqliteDigestStore(database)
    await outbox.add([
      aMessage('red', { grade: 1, payload }),
      aMessage('one', { payload, notBeforeMs }),
      aMessage('two', { payload, notBeforeMs }),
      aMessage('hook', { payload: { type: 'alarm.raised' } }),
    ])
    const now = await outbox.claim({ nowMs: START_MS, ...CLAIM })
    expect(now.map(({ id }) => id)).toEqual(['red', 'hook'])
    const held = await digests.held(notBeforeMs)
    expect(held.map(({ id }) => id)).toEqual(['one', 'two'])
    const digest = aMessage('digest', { payload, createdAtMs: START_MS + 1 })
    await digests.replace(['one', 'two'], digest, START_MS + 1)
    const later = await outbox.claim({ nowMs: notBeforeMs, ...CLAIM })
    expect(later.map(({ id }) => id)).toContain('digest')
    expect(later.map(({ id }) => id)).not.toContain('one')
  })

  test('what nobody made a digest of goes out by itself', async ({ database }) => {
    const outbox = new SqliteOutboxStore(database)
    await outbox.add([aMessage('one', { payload, notBeforeMs })])
    expect(await outbox.nextDueAtMs()).toBe(notBeforeMs)
    const due = await outbox.claim({ nowMs: notBeforeMs, ...CLAIM })
    expect(due.map(({ id }) => id)).toEqual(['one'])
    // On its way: no digest takes its place any more.
    await new SqliteDigestStore(database).replace(['one'], aMessage('d', { payload }), START_MS)
    const [row] = await database.reader
      .selectFrom('outbox')
      .selectAll()
      .where('id', '=', 'one')
      .execute()
    expect(row?.state).toBe('pending')
  })
})
