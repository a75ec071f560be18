import { describe, expect } from 'vitest'
import {
  mergeRobotMessages,
  type RobotPayload,
  robotPayload,
} from '#alerting/notification/robot-message.ts'
import type { Grade } from '#alerting/rules/alarm-rule.ts'
import { aMessage, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { SqliteOutboxStore } from './outbox-store.ts'
import { SqlitePacedOutbox } from './paced-outbox.ts'

const LEASE_MS = 20_000
const ROBOT = 'robot'

function aWord(id: string, grade: Grade, channelId = ROBOT) {
  const payload: RobotPayload = robotPayload('wecom', {
    language: 'zh',
    title: id,
    line: { grade, text: id },
  })
  return aMessage(id, { grade, channelId, payload })
}

describe('SqlitePacedOutbox', () => {
  test('counts what is due for one channel, and says when the next will be', async ({
    database,
  }) => {
    const outbox = new SqliteOutboxStore(database)
    const paced = new SqlitePacedOutbox(database)
    await outbox.add([
      aWord('red', 1),
      aWord('yellow', 3),
      aWord('blue', 4),
      aWord('other', 1, 'another'),
      { ...aWord('later', 2), notBeforeMs: START_MS + 500 },
    ])
    expect(await paced.waiting(ROBOT, START_MS)).toEqual({
      red: 1,
      others: 2,
      nextAtMs: START_MS + 500,
    })
    expect(await paced.waiting('nobody', START_MS)).toEqual({ red: 0, others: 0, nextAtMs: null })
    expect(await outbox.nextDueAtMs([ROBOT, 'another'])).toBeNull()
    expect(await outbox.nextDueAtMs(['another'])).toBe(START_MS)
  })

  test('leases the most urgent one, and only of the grades asked for', async ({ database }) => {
    const outbox = new SqliteOutboxStore(database)
    const paced = new SqlitePacedOutbox(database)
    await outbox.add([aWord('yellow', 3), aWord('red', 1)])
    const claim = { channelId: ROBOT, nowMs: START_MS, leaseMs: LEASE_MS }
    expect((await paced.claimOne({ ...claim, gradeMax: 1 }))?.id).toBe('red')
    expect(await paced.claimOne({ ...claim, gradeMax: 1 })).toBeNull()
    expect((await paced.claimOne({ ...claim, gradeMax: 4 }))?.id).toBe('yellow')
    expect((await paced.waiting(ROBOT, START_MS)).nextAtMs).toBe(START_MS + LEASE_MS)
  })

  test('a merged message takes the place of those it holds, but for one that is under way', async ({
    database,
  }) => {
    const outbox = new SqliteOutboxStore(database)
    const paced = new SqlitePacedOutbox(database)
    await outbox.add([aWord('red', 1), aWord('one', 3), aWord('two', 4), aWord('three', 3)])
    const due = await paced.due(ROBOT, { nowMs: START_MS, grades: [2, 3, 4] })
    expect(due.map(({ id }) => id)).toEqual(['one', 'three', 'two'])
    await paced.claimOne({ channelId: ROBOT, nowMs: START_MS, leaseMs: LEASE_MS, gradeMax: 1 })
    await paced.merge(mergeRobotMessages(due), START_MS)
    const left = await paced.due(ROBOT, { nowMs: START_MS, grades: [1, 2, 3, 4] })
    expect(left.map(({ payload }) => (payload as RobotPayload).title)).toEqual(['【安哨】3 条报警'])
    await paced.merge(mergeRobotMessages(due), START_MS)
    expect(await paced.due(ROBOT, { nowMs: START_MS, grades: [3] })).toHaveLength(1)
  })

  test('what went lately is known after a restart; what was merged never went, what is unknown counts as now', async ({
    database,
  }) => {
    const outbox = new SqliteOutboxStore(database)
    const paced = new SqlitePacedOutbox(database)
    await outbox.add([
      aWord('sent', 3),
      aWord('old', 3),
      aWord('a', 3),
      aWord('b', 3),
      aWord('going', 1),
    ])
    const settle = (id: string, nowMs: number) =>
      outbox.settle({
        id,
        state: 'delivered',
        attempts: 1,
        nextAttemptAtMs: nowMs,
        reason: null,
        detail: 'HTTP 200',
        nowMs,
      })
    await settle('old', START_MS - 70_000)
    await settle('sent', START_MS - 10_000)
    const due = await paced.due(ROBOT, { nowMs: START_MS, grades: [3] })
    await paced.merge(mergeRobotMessages(due), START_MS)
    await paced.claimOne({ channelId: ROBOT, nowMs: START_MS, leaseMs: LEASE_MS, gradeMax: 1 })
    const span = { sinceMs: START_MS - 60_000, nowMs: START_MS, limit: 20 }
    expect(await paced.sentSince(ROBOT, span)).toEqual([START_MS - 10_000, START_MS])
    expect(await paced.sentSince(ROBOT, { ...span, limit: 1 })).toEqual([START_MS])
  })
})
