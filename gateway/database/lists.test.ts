import { describe, expect } from 'vitest'
import type { AlarmId } from '#alerting/alarms/alarm.ts'
import { REJECTED_INBOX_LIMITS } from '#config/limits.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { AuditLog } from './audit-log.ts'
import { aMessage, anAlarm, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { type NotificationFilter, NotificationQueries } from './notification-queries.ts'
import type { Database } from './open.ts'
import { SqliteOutboxStore } from './outbox-store.ts'
import type { Page } from './page.ts'
import { SqliteRejectedMessageStore } from './rejected-message-store.ts'

async function all<Item>(
  list: (page: { limit: number; cursor?: string | undefined }) => Promise<Page<Item>>,
  limit = 3,
): Promise<readonly Item[]> {
  const found: Item[] = []
  let cursor: string | undefined
  do {
    const page = await list({ limit, cursor })
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

/** Ten messages of two enterprises in turn, every third over a second channel, one test message. */
async function tellTen(database: Database): Promise<void> {
  const ids = Array.from({ length: 10 }, (_, index) => index)
  await new SqliteAlarmStore(database).commit({
    nowMs: START_MS,
    alarms: ids.map((index) =>
      anAlarm({ id: `alarm-${index}`, organizationId: `org-${index % 2}` }),
    ),
    timeline: [],
    outbox: ids.map((index) =>
      aMessage(`msg-${index}`, {
        alarmId: `alarm-${index}` as AlarmId,
        channelId: index % 3 === 0 ? 'webhook' : 'sms',
      }),
    ),
  })
  const outbox = new SqliteOutboxStore(database)
  await outbox.add([aMessage('test-message', { type: 'test' })])
  for (const id of ['msg-4', 'msg-5']) {
    await outbox.settle({
      id,
      state: 'dead',
      attempts: 9,
      nextAttemptAtMs: START_MS,
      reason: 'unreachable',
      detail: 'ECONNREFUSED',
      nowMs: START_MS,
    })
  }
}

describe('NotificationQueries', () => {
  const cases: readonly (readonly [string, NotificationFilter, readonly string[]])[] = [
    ['all, also tests', { organizationIds: null }, ['test-message', '9876543210']],
    ['one enterprise', { organizationIds: new Set(['org-1']) }, ['97531']],
    ['two enterprises', { organizationIds: new Set(['org-0', 'org-1']) }, ['9876543210']],
    ['nothing', { organizationIds: new Set() }, []],
    ['dead', { organizationIds: null, state: 'dead' }, ['54']],
    ['dead of one', { organizationIds: new Set(['org-0', 'x']), state: 'dead' }, ['4']],
    ['a channel', { organizationIds: null, channelId: 'webhook' }, ['9630']],
    ['an alarm', { organizationIds: null, alarmId: 'alarm-7' }, ['7']],
    ['a foreign alarm', { organizationIds: new Set(['org-0']), alarmId: 'alarm-7' }, []],
  ]
  test.for(cases)('lists %s, newest first', async ([, filter, expected], { database }) => {
    await tellTen(database)
    const queries = new NotificationQueries(database)
    const found = await all((page) => queries.list({ ...filter, ...page }))
    const wanted = expected.flatMap((part) =>
      /^\d+$/.test(part) ? [...part].map((digit) => `msg-${digit}`) : [part],
    )
    expect(found.map((record) => record.id)).toEqual(wanted)
  })

  test('counts, and gives one with the organization of its alarm', async ({ database }) => {
    await tellTen(database)
    const queries = new NotificationQueries(database)
    expect(await queries.counts()).toEqual({ pending: 9, delivered: 0, dead: 2 })
    expect(await queries.get('msg-5')).toMatchObject({
      organizationId: 'org-1',
      state: 'dead',
      lastReason: 'unreachable',
    })
    expect(await queries.get('nothing')).toBeNull()
  })
})

describe('SqliteRejectedMessageStore', () => {
  const aRejected = (deviceId: string, index: number) => ({
    deviceId,
    receivedAtMs: START_MS + index,
    topic: `devices/${deviceId}/readings`,
    reason: 'malformed_json',
    detail: `#${index}`,
    payload: Buffer.from('{"values":'),
    payloadBytes: 10,
  })

  test('gives back what was refused, newest first, page by page', async ({ database }) => {
    const store = new SqliteRejectedMessageStore(database)
    await store.add([])
    await store.add([aRejected('a', 0), aRejected('b', 1), aRejected('a', 2)])
    await store.add([3, 4, 5, 6].map((index) => aRejected('a', index)))
    const found = await all((page) => store.list({ deviceId: 'a', ...page }))
    expect(found.map((row) => row.detail)).toEqual(['#6', '#5', '#4', '#3', '#2', '#0'])
    const { id: _, ...last } = found.at(-1) ?? { id: 0 }
    expect(last).toEqual({
      ...aRejected('a', 0),
      payload: new Uint8Array(Buffer.from('{"values":')),
    })
    expect(await store.counts()).toEqual(
      new Map([
        ['a', 6],
        ['b', 1],
      ]),
    )
  })

  test('keeps the newest of each device, and the newest of all', async ({ database }) => {
    const store = new SqliteRejectedMessageStore(database)
    const { messagesPerDeviceMax, messagesMax } = REJECTED_INBOX_LIMITS
    const devices = messagesMax / messagesPerDeviceMax + 1
    for (let device = 0; device < devices; device += 1) {
      const indices = Array.from({ length: messagesPerDeviceMax + 5 }, (_, index) => index)
      await store.add(indices.map((index) => aRejected(`device-${device}`, index)))
    }
    const counts = await store.counts()
    expect(counts.has('device-0')).toBe(false)
    expect(new Set(counts.values())).toEqual(new Set([messagesPerDeviceMax]))
    const newest = await store.list({ deviceId: 'device-1', limit: 1 })
    expect(newest.items[0]?.detail).toBe(`#${messagesPerDeviceMax + 4}`)
  })

  test('keeps the first bytes of a large payload only', async ({ database }) => {
    const store = new SqliteRejectedMessageStore(database)
    const payload = new Uint8Array(100_000)
    await store.add([{ ...aRejected('a', 0), payload, payloadBytes: payload.length }])
    const [row] = (await store.list({ deviceId: 'a', limit: 1 })).items
    expect(row?.payload).toHaveLength(REJECTED_INBOX_LIMITS.payloadSampleBytesMax)
    expect(row?.payloadBytes).toBe(100_000)
  })
})

describe('AuditLog', () => {
  test('keeps who did what, and finds it by person and by thing', async ({ database }) => {
    const log = new AuditLog(database)
    const entry = (actor: string, targetId: string) => ({
      atMs: START_MS,
      actor,
      action: 'device.patch',
      targetKind: 'device',
      targetId,
      organizationId: null,
      detail: { name: '一号探头' },
    })
    for (const [actor, target] of [
      ['lin', 'gas-1'],
      ['admin', 'gas-1'],
      ['lin', 'gas-2'],
      ['lin', 'gas-1'],
    ] as const) {
      await log.append(entry(actor, target))
    }
    const ids = async (filter: Omit<Parameters<AuditLog['list']>[0], 'limit'>) =>
      (await all((page) => log.list({ ...filter, ...page }), 1)).map((row) => row.id)
    expect(await ids({})).toEqual([4, 3, 2, 1])
    expect(await ids({ actor: 'lin' })).toEqual([4, 3, 1])
    expect(await ids({ targetKind: 'device', targetId: 'gas-1' })).toEqual([4, 2, 1])
    const [newest] = (await log.list({ limit: 1 })).items
    expect(newest).toEqual({ id: 4, ...entry('lin', 'gas-1') })
  })
})
