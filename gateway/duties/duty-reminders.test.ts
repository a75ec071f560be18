import { expect, test } from 'vitest'
import { anSms } from '#alerting/builders.suite.ts'
import type { OutboxEntry } from '#alerting/notification/outbox.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { aSource } from '../watching/watching.suite.ts'
import { DutyReminders } from './duty-reminders.ts'

const DAY_MS = 24 * 3_600_000
const WEEK_START_MS = 2_950 * 7 * DAY_MS

test('a source with duties overdue is told of once a week, however often the job runs', async () => {
  const clock = new SimulatedClock(WEEK_START_MS)
  const told = new Map<string, OutboxEntry>()
  const overdue = [{ source: aSource(), count: 3, oldestDueAtMs: WEEK_START_MS - 2 * DAY_MS }]
  const reminders = new DutyReminders({
    duties: { overdueSources: () => overdue },
    places: { organization: () => ({ name: '潮信化工' }), ancestors: () => [{ id: 'town-1' }] },
    channels: () => [
      anSms({ organizationId: 'town-1' }),
      anSms({ id: 'other', organizationId: 'town-2' }),
    ],
    outbox: {
      add: async (entries) => {
        // As the store does: an entry that is there stays as it is.
        for (const entry of entries) if (!told.has(entry.id)) told.set(entry.id, entry)
      },
    },
    clock,
  })
  expect(await reminders.remind()).toBe(1)
  await reminders.remind()
  const phones = new Set(
    [...told.values()].map((entry) => (entry.payload as { phone: string }).phone),
  )
  expect(told.size).toBe(phones.size)
  expect([...told.values()][0]).toMatchObject({
    type: 'reminder.due',
    payload: { text: expect.stringContaining('包保责任有 3 项逾期') },
  })
  await clock.advanceTo(WEEK_START_MS + 7 * DAY_MS)
  await reminders.remind()
  expect(told.size).toBe(2 * phones.size)
})
