import type { CompiledQuery } from 'kysely'
import { describe, expect } from 'vitest'
import { type AlarmFilter, AlarmQueries } from './alarm-queries.ts'
import { alarmValues, STORE_ALARM } from './alarm-rows.ts'
import { anAlarm, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import type { Database } from './open.ts'

const COUNT = 200_000
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
          state: index % 2_000 === 0 ? 'unacknowledged' : 'normal',
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
const aDay = { fromMs: START_MS - 24 * 3_600_000, toMs: START_MS }

describe('history of 200,000 alarms', () => {
  test('each kind of list walks an index in its order and sorts nothing', async ({
    open,
    folder,
  }) => {
    const { database, sql } = recording(await open({ path: `${folder}/vigil.sqlite` }))
    await fill(database)
    const queries = new AlarmQueries(database)
    const cases: readonly (readonly [string, AlarmFilter, string])[] = [
      ['everything', { organizationIds: null }, 'alarms_by_urgency'],
      ['history', { organizationIds: null, state: 'normal', grade: 3 }, 'alarms_by_urgency'],
      ['a day', { organizationIds: null, ...aDay }, 'alarms_by_urgency'],
      ['an enterprise', { organizationIds: oneOrganization }, 'alarms_by_organization'],
      ['a town', { organizationIds: town, ...aDay }, 'alarms_by_organization'],
      ['a district', { organizationIds: district }, 'alarms_by_urgency'],
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
        expect(plan, name).toContain(`USING INDEX ${index} `)
        expect(plan, name).not.toContain('TEMP B-TREE')
      }
      expect(first.items.length, name).toBeGreaterThan(0)
    }
  })
})
