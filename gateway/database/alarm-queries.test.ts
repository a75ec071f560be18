import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { ALARM_STATES, type Alarm } from '#alerting/alarms/alarm.ts'
import { GRADES } from '#alerting/rules/alarm-rule.ts'
import type { AlarmFilter, AlarmMatch } from './alarm-filter.ts'
import { AlarmQueries } from './alarm-queries.ts'
import { rankOf } from './alarm-rows.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { anAlarm, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import type { Database } from './open.ts'

const ALL: AlarmFilter = { organizationIds: null }

async function store(database: Database, alarms: readonly Alarm[]): Promise<void> {
  await new SqliteAlarmStore(database).commit({
    nowMs: START_MS,
    alarms,
    timeline: [],
    outbox: [],
  })
}

async function pages(
  queries: AlarmQueries,
  filter: AlarmFilter,
  limit: number,
  betweenPages: () => Promise<void> = async () => undefined,
): Promise<readonly Alarm[]> {
  const found: Alarm[] = []
  let cursor: string | undefined
  do {
    const page = await queries.list({ ...filter, limit, cursor })
    found.push(...page.items)
    expect(page.items.length).toBeLessThanOrEqual(limit)
    cursor = page.nextCursor ?? undefined
    await betweenPages()
  } while (cursor !== undefined)
  return found
}

function answers(alarm: Alarm, match: AlarmMatch): boolean {
  return (
    (match.organizationIds?.has(alarm.organizationId) ?? true) &&
    (match.deviceIds?.has(alarm.deviceId) ?? true) &&
    (match.ruleIds?.has(alarm.ruleId) ?? true)
  )
}

/** The definition that the index walks have to agree with. */
function expected(alarms: readonly Alarm[], filter: AlarmFilter): readonly string[] {
  return alarms
    .filter(
      (alarm) =>
        (filter.state === undefined ||
          (filter.state === 'open' ? alarm.state !== 'normal' : alarm.state === filter.state)) &&
        (filter.grades === undefined || filter.grades.includes(alarm.grade)) &&
        (filter.deviceId === undefined || alarm.deviceId === filter.deviceId) &&
        (filter.ruleId === undefined || alarm.ruleId === filter.ruleId) &&
        (filter.drill === undefined || alarm.drill === filter.drill) &&
        (filter.matches === undefined || filter.matches.some((match) => answers(alarm, match))) &&
        (filter.fromMs === undefined || alarm.raisedAtMs >= filter.fromMs) &&
        (filter.toMs === undefined || alarm.raisedAtMs < filter.toMs) &&
        (filter.organizationIds === null || filter.organizationIds.has(alarm.organizationId)),
    )
    .toSorted(
      (one, other) =>
        (filter.order === 'newest' ? 0 : one.grade - other.grade) ||
        (filter.order === 'newest' ? 0 : rankOf(one.state) - rankOf(other.state)) ||
        other.raisedAtMs - one.raisedAtMs ||
        (one.id < other.id ? 1 : -1),
    )
    .map((alarm) => alarm.id)
}

const ORGANIZATIONS = ['org-1', 'org-2', 'org-3']
const arbitraryAlarm = fc.record({
  grade: fc.constantFrom(...GRADES),
  state: fc.constantFrom(...ALARM_STATES),
  deviceId: fc.constantFrom('gas-1', 'gas-2'),
  organizationId: fc.constantFrom(...ORGANIZATIONS),
  ruleId: fc.constantFrom('rule-1', 'rule-2'),
  drill: fc.boolean(),
  raisedAtMs: fc.integer({ min: START_MS - 4, max: START_MS }),
})
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const someOf = (...ids: string[]) =>
  fc.option(
    fc.subarray(ids).map((some): ReadonlySet<string> => new Set(some)),
    { nil: null },
  )
const arbitraryMatch: fc.Arbitrary<AlarmMatch> = fc.record({
  organizationIds: someOf(...ORGANIZATIONS),
  deviceIds: someOf('gas-1', 'gas-2'),
  ruleIds: someOf('rule-1', 'rule-2'),
})
const arbitraryFilter: fc.Arbitrary<AlarmFilter> = fc.record({
  state: optional(fc.constantFrom('open' as const, ...ALARM_STATES)),
  grades: optional(fc.subarray([...GRADES])),
  ruleId: optional(fc.constantFrom('rule-1', 'rule-2')),
  drill: optional(fc.boolean()),
  matches: optional(fc.array(arbitraryMatch, { maxLength: 2 })),
  order: optional(fc.constantFrom('urgency' as const, 'newest' as const)),
  deviceId: optional(fc.constantFrom('gas-1', 'gas-2')),
  fromMs: optional(fc.integer({ min: START_MS - 4, max: START_MS })),
  toMs: optional(fc.integer({ min: START_MS - 4, max: START_MS })),
  organizationIds: someOf(...ORGANIZATIONS),
})

describe('AlarmQueries', () => {
  test('lists by grade, then unacknowledged before acknowledged, then newest', async ({
    database,
  }) => {
    const at = (id: string, grade: Alarm['grade'], state: Alarm['state'], ageMs: number) =>
      anAlarm({ id, grade, state, raisedAtMs: START_MS - ageMs })
    await store(database, [
      at('blue', 4, 'unacknowledged', 0),
      at('orange-acknowledged', 2, 'acknowledged', 0),
      at('orange-old', 2, 'returned-unacknowledged', 9),
      at('orange-new', 2, 'unacknowledged', 1),
      at('orange-normal', 2, 'normal', 0),
      at('orange-latched', 2, 'latched-unacknowledged', 5),
    ])
    const found = await pages(new AlarmQueries(database), ALL, 50)
    expect(found.map((alarm) => alarm.id)).toEqual([
      'orange-new',
      'orange-latched',
      'orange-old',
      'orange-acknowledged',
      'orange-normal',
      'blue',
    ])
  })

  test('its pages together are the whole list, for any filter and page size', async ({ open }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryAlarm, { maxLength: 40 }),
        arbitraryFilter,
        fc.integer({ min: 1, max: 9 }),
        async (drafts, filter, limit) => {
          const database = await open()
          const alarms = drafts.map((draft, index) => anAlarm({ ...draft, id: `a${index}` }))
          await store(database, alarms)
          const found = await pages(new AlarmQueries(database), filter, limit)
          expect(found.map((alarm) => alarm.id)).toEqual(expected(alarms, filter))
          await database.stop()
        },
      ),
      { numRuns: 30 },
    )
  })

  test('alarms raised while somebody pages repeat nothing and hide nothing', async ({
    database,
  }) => {
    const before = Array.from({ length: 40 }, (_, index) =>
      anAlarm({
        id: `a${index}`,
        grade: index % 2 === 0 ? 2 : 3,
        raisedAtMs: START_MS - (index % 7),
      }),
    )
    await store(database, before)
    let raised = 0
    const found = await pages(new AlarmQueries(database), ALL, 3, async () => {
      raised += 1
      await store(database, [
        anAlarm({ id: `new-${raised}`, grade: 1 }),
        anAlarm({ id: `old-${raised}`, grade: 3, raisedAtMs: START_MS - 3 }),
      ])
    })
    const ids = found.map((alarm) => alarm.id as string)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.startsWith('a'))).toEqual(expected(before, ALL))
  })

  test('many organizations give the same list as one filter over all', async ({ database }) => {
    const alarms = Array.from({ length: 600 }, (_, index) =>
      anAlarm({ id: `a${index}`, organizationId: `org-${index % 300}`, grade: 2 }),
    )
    await store(database, alarms)
    const organizationIds = new Set(Array.from({ length: 250 }, (_, index) => `org-${index}`))
    const filter = { organizationIds }
    const found = await pages(new AlarmQueries(database), filter, 200)
    expect(found.map((alarm) => alarm.id)).toEqual(expected(alarms, filter))
  })

  test('counts open alarms by grade and state, of what may be seen', async ({ database }) => {
    await store(database, [
      anAlarm({ id: 'a', grade: 2 }),
      anAlarm({ id: 'b', grade: 2, state: 'acknowledged' }),
      anAlarm({ id: 'c', grade: 3, state: 'latched-unacknowledged', organizationId: 'org-2' }),
      anAlarm({ id: 'd', grade: 1, state: 'normal' }),
    ])
    const queries = new AlarmQueries(database)
    const none = { open: 0, unacknowledged: 0 }
    expect(await queries.counts(null)).toEqual({
      byGrade: {
        1: none,
        2: { open: 2, unacknowledged: 1 },
        3: { open: 1, unacknowledged: 1 },
        4: none,
      },
      byState: {
        unacknowledged: 1,
        acknowledged: 1,
        'returned-unacknowledged': 0,
        'latched-unacknowledged': 1,
        'latched-acknowledged': 0,
      },
    })
    const own = await queries.counts(new Set(['org-2']))
    expect(own.byGrade[3]).toEqual({ open: 1, unacknowledged: 1 })
    expect(own.byGrade[2]).toEqual(none)
  })

  test('finds one by its id', async ({ database }) => {
    const alarm = anAlarm({ id: 'a', assignee: 'lin', shelvedUntilMs: START_MS + 1 })
    await store(database, [alarm])
    expect(await new AlarmQueries(database).get('a')).toEqual(alarm)
    expect(await new AlarmQueries(database).get('b')).toBeNull()
  })

  test.for(['', 'x', 'W10', Buffer.from('["1",0,0,"a"]').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor, { database }) => {
      const listed = new AlarmQueries(database).list({ ...ALL, limit: 10, cursor })
      await expect(listed).rejects.toMatchObject({ code: 'cursor_invalid' })
    },
  )
})
