import { describe, expect } from 'vitest'
import type { AlarmId } from '#alerting/alarms/alarm.ts'
import type { AlarmCommit } from '#alerting/alarms/alarm-store.ts'
import type { RuleMemory } from '#alerting/rules/evaluation.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { aMessage, anAlarm, anEntry, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { SqliteOutboxStore } from './outbox-store.ts'

const MEMORY: RuleMemory = {
  level: 1,
  rises: [{ level: 2, sinceMs: START_MS }],
  falls: [],
  held: { value: 31, dueAtMs: START_MS + 2_000 },
  value: 30.25,
  heardAtMs: null,
  onset: '17:3',
}

function aCommit(overrides: Partial<AlarmCommit> = {}): AlarmCommit {
  return { nowMs: START_MS, alarms: [], timeline: [], outbox: [], ...overrides }
}

describe('SqliteAlarmStore', () => {
  test('gives back exactly what was committed, also after a restart', async ({ open, folder }) => {
    const path = `${folder}/vigil.sqlite`
    const alarm = anAlarm({ id: 'a1', value: true, setpoint: null, drill: true })
    const entry = anEntry('a1', { note: '看一下', value: true })
    const first = await open({ path })
    await new SqliteAlarmStore(first).commit(
      aCommit({
        alarms: [alarm],
        timeline: [entry],
        checkpoint: {
          offset: 18,
          timersRunUntilMs: START_MS,
          memories: [{ key: 'k', memory: MEMORY }],
        },
      }),
    )
    await first.stop()

    const store = new SqliteAlarmStore(await open({ path }))
    expect(await store.loadOpen()).toEqual([alarm])
    expect(await store.timeline('a1' as AlarmId)).toEqual([entry])
    expect(await store.loadCheckpoint()).toEqual({
      offset: 18,
      timersRunUntilMs: START_MS,
      memories: new Map([['k', MEMORY]]),
    })
  })

  test('an empty database has no checkpoint', async ({ database }) => {
    expect(await new SqliteAlarmStore(database).loadCheckpoint()).toBeNull()
  })

  test('the same commit twice is the same as once', async ({ database }) => {
    const store = new SqliteAlarmStore(database)
    const commit = aCommit({
      alarms: [anAlarm({ id: 'a1' })],
      timeline: [anEntry('a1')],
      outbox: [aMessage('msg_1', { alarmId: 'a1' as AlarmId })],
    })
    await store.commit(commit)
    await store.commit(commit)
    expect(await store.loadOpen()).toHaveLength(1)
    expect(await store.timeline('a1' as AlarmId)).toHaveLength(1)
    const outbox = new SqliteOutboxStore(database)
    const claim = { nowMs: START_MS, leaseMs: 1, limit: 10, busyChannelIds: [] }
    expect(await outbox.claim(claim)).toHaveLength(1)
  })

  test('an outbox entry and a time line entry that stand are left as they are', async ({
    database,
  }) => {
    const store = new SqliteAlarmStore(database)
    const outbox = new SqliteOutboxStore(database)
    await store.commit(aCommit({ timeline: [anEntry('a1')], outbox: [aMessage('msg_1')] }))
    await outbox.settle({
      id: 'msg_1',
      state: 'delivered',
      attempts: 1,
      nextAttemptAtMs: START_MS,
      reason: null,
      detail: '200',
      nowMs: START_MS,
    })
    await store.commit(
      aCommit({
        timeline: [anEntry('a1', { actor: 'somebody else' })],
        outbox: [aMessage('msg_1', { payload: 'another' })],
      }),
    )
    expect((await store.timeline('a1' as AlarmId))[0]?.actor).toBe('system')
    expect(await outbox.nextDueAtMs()).toBeNull()
  })

  test('a later state replaces the earlier one, and a normal alarm is no longer open', async ({
    database,
  }) => {
    const store = new SqliteAlarmStore(database)
    await store.commit(aCommit({ alarms: [anAlarm({ id: 'a1' }), anAlarm({ id: 'a2' })] }))
    await store.commit(
      aCommit({ alarms: [anAlarm({ id: 'a1', state: 'normal', closedAtMs: START_MS + 1 })] }),
    )
    expect((await store.loadOpen()).map((alarm) => alarm.id)).toEqual(['a2'])
  })

  test('a memory back at rest is forgotten', async ({ database }) => {
    const store = new SqliteAlarmStore(database)
    const at = (offset: number, memory: RuleMemory | null) =>
      aCommit({
        checkpoint: { offset, timersRunUntilMs: START_MS, memories: [{ key: 'k', memory }] },
      })
    await store.commit(at(2, MEMORY))
    await store.commit(at(3, null))
    expect(await store.loadCheckpoint()).toMatchObject({ offset: 3, memories: new Map() })
  })

  test('a statement that fails in the middle leaves nothing', async ({ database }) => {
    const store = new SqliteAlarmStore(database)
    const impossible = anEntry('a1', { sequence: 2, atMs: 0.5 })
    const commit = aCommit({
      alarms: [anAlarm({ id: 'a1' })],
      timeline: [anEntry('a1'), impossible],
      outbox: [aMessage('msg_1')],
      checkpoint: { offset: 5, timersRunUntilMs: START_MS, memories: [] },
    })
    await expect(store.commit(commit)).rejects.toThrow(/REAL/)
    expect(await store.loadOpen()).toEqual([])
    expect(await store.timeline('a1' as AlarmId)).toEqual([])
    expect(await store.loadCheckpoint()).toBeNull()
  })

  test('10,000 alarms with time line, message and memory are one commit', async ({
    open,
    folder,
  }) => {
    const store = new SqliteAlarmStore(await open({ path: `${folder}/vigil.sqlite` }))
    const ids = Array.from({ length: 10_000 }, (_, index) => `alarm-${(index * 7919) % 10_007}`)
    await store.commit(
      aCommit({
        alarms: ids.map((id) => anAlarm({ id })),
        timeline: ids.map((id) => anEntry(id)),
        outbox: ids.map((id) => aMessage(`msg_${id}`, { alarmId: id as AlarmId })),
        checkpoint: {
          offset: 2,
          timersRunUntilMs: START_MS,
          memories: ids.map((key) => ({ key, memory: MEMORY })),
        },
      }),
    )
    expect(await store.loadOpen()).toHaveLength(10_000)
  })
})
