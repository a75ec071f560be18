import type { CompiledQuery } from 'kysely'
import { describe, expect } from 'vitest'
import type { AlarmFilter } from './alarm-filter.ts'
import { AlarmQueries } from './alarm-queries.ts'
import { alarmValues, STORE_ALARM } from './alarm-rows.ts'
import { anAlarm, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import type { Database } from './open.ts'

const COUNT = 60_000
const ORGANIZATIONS = 400

async function fill(database: Database): Promise<void> {
  const chunk = 20_000
  for (let start = 0; start < COUNT; start += chunk) {
    const rows = Array.from({ length: chunk }, (_, offset) => {
      const index = start + offset
      return alarmValues(
        anAlarm({
          id: `alarm-${index}`,
          grade: ([1, 2, 3, 4] as const)[index % 4] ?? 1,
          state: index % 600 === 0 ? 'unacknowledged' : 'normal',
          deviceId: `device-${index % 5_000}`,
          organizationId: `org-${index % ORGANIZATIONS}`,
          raisedAtMs: START_MS - index * 1_000,
        }),
      )
    })
    await database.batch([{ sql: STORE_ALARM, rows }])
  }
}

/** A database that hands its reads on and keeps their SQL. */
function recording(database: Database): { readonly database: Database; readonly sql: Set<string> } {
  const sql = new Set<string>()
  const readAll = <Row>(queries: readonly CompiledQuery<Row>[]) => {
    for (const query of queries) sql.add(query.sql)
    return database.readAll(queries)
  }
  const { kysely, reader } = database
  const rest = {
    batch: database.batch.bind(database),
    status: database.status.bind(database),
    onStateChange: database.onStateChange.bind(database),
    stop: database.stop.bind(database),
  }
  return { database: { kysely, reader, readAll, ...rest }, sql }
}

async function planOf(database: Database, sql: string): Promise<string> {
  const parameters = Array.from(sql.matchAll(/\?/g), () => 1)
  const [rows] = await database.batch([{ sql: `EXPLAIN QUERY PLAN ${sql}`, parameters }])
  return (rows ?? []).map((row) => (row as { detail: string }).detail).join('\n')
}

const oneOrganization = new Set(['org-7'])
const town = new Set(Array.from({ length: 20 }, (_, index) => `org-${index}`))
const district = new Set(Array.from({ length: 390 }, (_, index) => `org-${index}`))
/** Organizations without an alarm of their own among those of others. */
const quiet = new Set(Array.from({ length: 5_000 }, (_, index) => `quiet-${index}`))
const nothing = { organizationIds: null, deviceIds: null, ruleIds: null }
const titled = { ...nothing, ruleIds: new Set(['gas-combustible-high', 'smoke']) }
const named = { ...nothing, deviceIds: new Set(['device-5', 'device-405']) }
const aDay = { fromMs: START_MS - 24 * 3_600_000, toMs: START_MS }

describe('history of 60,000 alarms', () => {
  test('each kind of list walks an index in its order', async ({ open, folder }) => {
    const { database, sql } = recording(await open({ path: `${folder}/vigil.sqlite` }))
    await fill(database)
    const queries = new AlarmQueries(database)
    const cases: readonly (readonly [string, AlarmFilter, string])[] = [
      ['everything', { organizationIds: null }, 'alarms_by_urgency'],
      ['history', { organizationIds: null, state: 'normal', grades: [3] }, 'alarms_by_urgency'],
      ['newest', { organizationIds: null, order: 'newest', ...aDay }, 'alarms_by_urgency'],
      ['a day', { organizationIds: null, ...aDay }, 'alarms_by_urgency'],
      ['an enterprise', { organizationIds: oneOrganization }, 'alarms_by_organization'],
      ['a town', { organizationIds: town, ...aDay }, 'alarms_by_organization'],
      ['a district', { organizationIds: district }, 'alarms_by_organization'],
      ['a quiet district', { organizationIds: quiet, order: 'newest' }, 'alarms_by_organization'],
      [
        'a rule',
        { organizationIds: town, ruleId: 'gas-combustible-high' },
        'alarms_by_organization',
      ],
      ['a search', { organizationIds: null, matches: [titled] }, 'alarms_by_rule'],
      ['a name', { organizationIds: town, matches: [named] }, 'alarms_by_device'],
      ['a device', { organizationIds: null, deviceId: 'device-42' }, 'alarms_by_device'],
      ['own device', { organizationIds: town, deviceId: 'device-5' }, 'alarms_by_device'],
    ]
    for (const [name, filter, index] of cases) {
      sql.clear()
      const first = await queries.list({ ...filter, limit: 50 })
      const cursor = first.nextCursor ?? undefined
      await queries.list({ ...filter, limit: 50, cursor })
      for (const text of sql) {
        const plan = await planOf(database, text)
        expect(plan, name).toMatch(new RegExp(`SEARCH alarms USING (COVERING )?INDEX ${index} `))
        // Nothing is filtered out of all alarms, and what is sorted is a few of each owner.
        expect(plan, name).not.toMatch(/SCAN alarms(?! USING)/)
        if (!text.includes('nearest')) expect(plan, name).not.toContain('TEMP B-TREE')
      }
      expect(first.items.length > 0, name).toBe(filter.organizationIds !== quiet)
    }
  })
})
