import { describe, expect } from 'vitest'
import { test } from '../database/database.suite.ts'
import { HazardReminderStore } from '../database/hazard-reminder-store.ts'
import type { Database } from '../database/open.ts'
import { DEFAULT_TERMS } from './hazard-terms.ts'
import { HazardReminders, reminderStep } from './reminders.ts'

const DAY_MS = 24 * 3_600_000

describe('reminderStep', () => {
  test.for([
    [61, null],
    [60, 60],
    [31, 60],
    [30, 30],
    [8, 30],
    [7, 7],
    [0, 0],
    [-40, 0],
  ] as const)('%i days ahead is step %s', ([days, step]) => {
    expect(reminderStep(days * DAY_MS, DEFAULT_TERMS.reminderDays, 0)).toBe(step)
  })
})

async function aSource(database: Database, dueAtMs: number): Promise<void> {
  const { kysely } = database
  await kysely
    .insertInto('organizations')
    .values({ id: 'firm', name: '潮信化工', kind: 'enterprise', parent_id: null, created_at_ms: 0 })
    .execute()
  await kysely
    .insertInto('hazard_sources')
    .values({
      id: 'farm',
      organization_id: 'firm',
      site_id: null,
      name: '液氨罐区',
      kind: 'tank-farm',
      sort_level: 3,
      state: 'accepted',
      in_force_version: 1,
      pending_version: null,
      draft_changed: 0,
      submitted_at_ms: null,
      due_at_ms: dueAtMs,
      draft: '{}',
      summary: '{}',
      search_text: '',
      revision: 1,
      created_at_ms: 0,
      updated_at_ms: 0,
      updated_by: 'firm',
    })
    .execute()
}

test('each step is told once, to those above the firm, whatever the day it is looked at', async ({
  database,
  clock,
}) => {
  const startMs = clock.nowMs()
  await aSource(database, startMs + 60 * DAY_MS)
  const config = { url: 'https://receiver.example', secret: 'whsec_x' }
  const channel = { kind: 'webhook' as const, enabled: true, gradeMax: 1 as const, config }
  const reminders = new HazardReminders({
    store: new HazardReminderStore(database),
    places: {
      organization: () => ({ name: '潮信化工' }),
      ancestors: () => [{ id: 'town' }],
    },
    terms: DEFAULT_TERMS,
    channels: () => [
      { ...channel, id: 'town', organizationId: 'town' },
      { ...channel, id: 'elsewhere', organizationId: 'other' },
    ],
    clock,
  })
  const told: number[] = []
  for (const day of [0, 1, 29, 30, 53, 60, 61, 90]) {
    await clock.advanceTo(startMs + day * DAY_MS)
    told.push(await reminders.remind())
  }
  expect(told).toEqual([1, 0, 0, 1, 1, 1, 0, 0])
  const entries = await database.kysely
    .selectFrom('outbox')
    .select(['channel_id', 'type', 'organization_id', 'payload'])
    .orderBy('sequence')
    .execute()
  expect(entries.map(({ channel_id }) => channel_id)).toEqual(['town', 'town', 'town', 'town'])
  expect(entries[1]).toMatchObject({ type: 'reminder.due', organization_id: 'firm' })
  expect(JSON.parse(entries[1]?.payload ?? '')).toMatchObject({
    data: { hazardSourceId: 'farm', subject: '液氨罐区', daysLeft: 30 },
  })
})
