import { describe, expect } from 'vitest'
import type { Alarm, TimelineEntry } from '#alerting/alarms/alarm.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { anAlarm, anEntry, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { SqliteIncidentStore } from './incident-store.ts'
import type { Database } from './open.ts'

/** Writes a life, one commit an entry: kind, seconds, and what else is of interest. */
async function live(
  database: Database,
  entries: readonly (readonly [TimelineEntry['kind'], number, Partial<TimelineEntry & Alarm>?])[],
): Promise<void> {
  const store = new SqliteAlarmStore(database)
  for (const [index, [kind, seconds, more]] of entries.entries()) {
    const { grade = 3, state = 'unacknowledged', suppressedBy = null } = more ?? {}
    await store.commit({
      nowMs: START_MS,
      alarms: [anAlarm({ id: 'a', grade, state, suppressedBy })],
      timeline: [
        anEntry('a', { sequence: index + 1, kind, atMs: START_MS + seconds * 1_000, grade, state }),
      ],
      outbox: [],
    })
  }
}

async function stored(database: Database) {
  const rows = await database.reader.selectFrom('annunciations').selectAll().execute()
  const seconds = (atMs: number | null) => (atMs === null ? null : (atMs - START_MS) / 1_000)
  return rows.map((row) => [
    row.grade,
    seconds(row.at_ms),
    seconds(row.acknowledged_at_ms),
    seconds(row.returned_at_ms),
    row.hidden,
  ])
}

const gone = { state: 'returned-unacknowledged' } as const
const seen = { state: 'acknowledged' } as const

describe('annunciations', () => {
  test('are stored with when they were answered and when the condition went', async ({
    database,
  }) => {
    await live(database, [
      ['raised', 0],
      ['acknowledged', 40, seen],
      ['returned', 60, { state: 'latched-acknowledged' }],
    ])
    expect(await stored(database)).toEqual([[3, 0, 40, 60, 0]])
  })

  test('the second alarm after an answer is one more; the first is not counted twice', async ({
    database,
  }) => {
    await live(database, [
      ['raised', 0],
      ['acknowledged', 5, seen],
      ['grade-rose', 9, { grade: 2 }],
    ])
    expect(await stored(database)).toEqual([
      [3, 0, 5, null, 0],
      [2, 9, null, null, 0],
    ])
  })

  test('the second alarm before any answer is the same call, with its worse grade', async ({
    database,
  }) => {
    await live(database, [
      ['raised', 0],
      ['grade-rose', 1, { grade: 2 }],
      ['acknowledged', 7, { ...seen, grade: 2 }],
    ])
    expect(await stored(database)).toEqual([[2, 0, 7, null, 0]])
  })

  test('each occurrence is one; what is hidden is marked; a repeat of the commit changes nothing', async ({
    database,
  }) => {
    const life = [
      ['raised', 0],
      ['returned', 3, gone],
      ['reoccurred', 8],
      ['suppressed', 9],
      ['returned', 10, gone],
      ['reoccurred', 11, { suppressedBy: 'x' as Alarm['suppressedBy'] }],
    ] as const
    await live(database, life)
    await live(database, life)
    expect(await stored(database)).toEqual([
      [3, 0, null, 3, 0],
      [3, 8, null, 10, 0],
      [3, 11, null, null, 1],
    ])
  })

  test('are loaded in their order, with the places that were written', async ({ database }) => {
    const store = new SqliteAlarmStore(database)
    const ids = ['z', 'a', 'm']
    await store.commit({
      nowMs: START_MS,
      alarms: ids.map((id) => anAlarm({ id })),
      timeline: ids.map((id) => anEntry(id)),
      outbox: [],
    })
    const incidents = new SqliteIncidentStore(database)
    const member = { incidentId: 'inc_z', ordinal: 1, atMs: START_MS }
    await incidents.add([{ alarmId: 'z' as Alarm['id'], ...member }])
    const loaded = await incidents.load(START_MS)
    expect(loaded.map(({ annunciation, place }) => [annunciation.alarmId, place?.ordinal])).toEqual(
      [
        ['z', 1],
        ['a', undefined],
        ['m', undefined],
      ],
    )
    // Old, but it stands.
    expect(await incidents.load(START_MS + 1)).toHaveLength(3)
    expect((await incidents.placesOf(['z', 'a'])).get('z')).toMatchObject({ ordinal: 1 })
    expect(await incidents.membersOf('inc_z')).toEqual(['z'])
  })
})
