import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { AlarmFilter, AlarmMatch } from '#gateway/database/alarm-filter.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { AlarmQueries } from '#gateway/database/alarm-queries.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { type Database, openDatabase } from '#gateway/database/open.ts'
// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import { SystemClock } from '#gateway/system-clock.ts'
import { effortOf } from './effort.ts'
import { mostOf, OURS, quantileOf, tellFigure, tellRemark } from './figure.ts'

/**
 * Lists over a million ended alarms and ten thousand open ones, of a district of 12,000 enterprises,
 * each beside the plain question (filter everything, sort, cut). The worst case for an index is a
 * part of the district that has few alarms, or none, among a million of others.
 */
const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const ENDED = isQuick ? 50_000 : 1_000_000
const OPEN = 10_000
const ENTERPRISES = 12_000
/** The first ones are quiet: a town of theirs has an alarm here and there, or none at all. */
const QUIET_ENTERPRISES = 6_000
const DEVICES = 60_000
const RULES = 40
const NOW_MS = Date.UTC(2026, 10, 23, 8)
const SPACING_MS = 30_000
const QUESTIONS_A_ROUND = 20
/** As of every list of the API. */
const P95_MS_MAX = 200
const UNIT = 'ms a page of 50, p95'
const PLAIN = 'the plain question'

const FILL = `
  WITH RECURSIVE counter (n) AS (
    SELECT CAST(? AS INTEGER) UNION ALL SELECT n + 1 FROM counter WHERE n + 1 < ?)
  INSERT INTO alarms (id, rule_id, rule_version, device_id, point, site_id, organization_id, title,
    state, rank, grade, value, setpoint, unit, latching, shelvable, occurrences, raised_at_ms,
    acknowledged_at_ms, returned_at_ms, closed_at_ms, shelved_until_ms, assignee, drill,
    timeline_length, revision)
  SELECT printf('alm_%08x', (n * 2654435761) % 4294967296), 'rule-' || (n % ${RULES}), 1,
    'device-' || (n % ${DEVICES}), 'lel', 'site-' || (n % 20000),
    'org-' || CASE WHEN n % 50000 = 7 THEN n / 50000
      ELSE ${QUIET_ENTERPRISES} + n % ${ENTERPRISES - QUIET_ENTERPRISES} END,
    '{"zh":"可燃气体","en":"Combustible gas"}',
    CASE WHEN n >= ${OPEN} THEN 'normal' WHEN n % 3 = 0 THEN 'acknowledged' ELSE 'unacknowledged' END,
    CASE WHEN n >= ${OPEN} THEN 2 WHEN n % 3 = 0 THEN 1 ELSE 0 END,
    CASE WHEN n % 500 = 0 THEN 1 WHEN n % 20 = 0 THEN 2 WHEN n % 5 = 0 THEN 3 ELSE 4 END,
    '30', '25', '%LEL', 1, 0, 1, ${NOW_MS} - n * ${SPACING_MS},
    NULL, NULL, NULL, NULL, NULL, n % 400 = 0, 3, 3
  FROM counter`

async function fill(database: Database): Promise<void> {
  const chunk = 50_000
  const all = ENDED + OPEN
  for (let start = 0; start < all; start += chunk) {
    const parameters = [start, Math.min(all, start + chunk)]
    await database.batch([{ sql: FILL, parameters }])
  }
}

function enterprises(from: number, count: number): ReadonlySet<string> {
  return new Set(Array.from({ length: count }, (_, index) => `org-${from + index}`))
}

const nothing = { organizationIds: null, deviceIds: null, ruleIds: null }
const searched = (match: Partial<AlarmMatch>) => ({ matches: [{ ...nothing, ...match }] })
const everywhere = { organizationIds: null }
const history = { state: 'normal', order: 'newest' } as const
const devicesOfNoAlarm = new Set(Array.from({ length: 500 }, (_, index) => `nowhere-${index}`))
const fewDevices = new Set(Array.from({ length: 300 }, (_, index) => `device-${index * 7}`))

const CASES: readonly (readonly [string, AlarmFilter])[] = [
  ['open, district', { ...everywhere, state: 'open' }],
  ['open, one town', { state: 'open', organizationIds: enterprises(7_000, 500) }],
  ['history, district', { ...everywhere, ...history }],
  ['history, grade 1', { ...everywhere, ...history, grades: [1] }],
  ['history, a week', { ...everywhere, ...history, fromMs: NOW_MS - 9e8, toMs: NOW_MS - 3e8 }],
  ['history, an enterprise', { ...history, organizationIds: enterprises(8_000, 1) }],
  ['history, a town of 500', { ...history, organizationIds: enterprises(7_000, 500) }],
  ['history, a quiet town of 500', { ...history, organizationIds: enterprises(100, 500) }],
  ['history, a quiet half of 6,000', { ...history, organizationIds: enterprises(0, 6_000) }],
  ['urgent first, a quiet town', { organizationIds: enterprises(100, 500) }],
  ['urgent first, a quiet half', { organizationIds: enterprises(0, 6_000) }],
  ['search: 300 devices', { ...everywhere, ...history, ...searched({ deviceIds: fewDevices }) }],
  [
    'search: none has one',
    { ...everywhere, ...history, ...searched({ deviceIds: devicesOfNoAlarm }) },
  ],
  [
    'search: a kind of alarm',
    { ...everywhere, ...history, ...searched({ ruleIds: new Set(['rule-3', 'rule-9']) }) },
  ],
  [
    'search: a kind, in a quiet town',
    {
      ...history,
      organizationIds: enterprises(100, 500),
      ...searched({ ruleIds: new Set(['rule-3']) }),
    },
  ],
]

async function timesOf(count: number, ask: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  for (let question = 0; question < count; question += 1) {
    const startedAt = performance.now()
    await ask()
    times.push(performance.now() - startedAt)
  }
  return times
}

/** The same alarms by filtering all and sorting what is left. */
async function askPlainly(database: Database, filter: AlarmFilter): Promise<void> {
  const { reader } = database
  let query = reader.selectFrom('alarms').selectAll().orderBy('raised_at_ms', 'desc').limit(51)
  if (filter.state === 'open') query = query.where('rank', '<', 2)
  if (filter.state === 'normal') query = query.where('state', '=', 'normal')
  if (filter.grades !== undefined) query = query.where('grade', 'in', [...filter.grades])
  if (filter.fromMs !== undefined) query = query.where('raised_at_ms', '>=', filter.fromMs)
  if (filter.toMs !== undefined) query = query.where('raised_at_ms', '<', filter.toMs)
  const [match] = filter.matches ?? []
  const narrow = [
    ['organization_id', filter.organizationIds],
    ['device_id', match?.deviceIds ?? null],
    ['rule_id', match?.ruleIds ?? null],
  ] as const
  for (const [column, ids] of narrow) if (ids !== null) query = query.where(column, 'in', [...ids])
  await query.execute()
}

/** Ours of every round, a first page and a next one. */
async function tellCase(database: Database, name: string, filter: AlarmFilter) {
  const queries = new AlarmQueries(database)
  const { nextCursor } = await queries.list({ ...filter, limit: 50 })
  const cursor = nextCursor ?? undefined
  const [first, next, plain]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds; round += 1) {
    const p95 = async (ask: () => Promise<unknown>) =>
      quantileOf(await timesOf(QUESTIONS_A_ROUND, ask), 0.95)
    first.push(await p95(() => queries.list({ ...filter, limit: 50 })))
    next.push(await p95(() => queries.list({ ...filter, limit: 50, cursor })))
    plain.push(...(await timesOf(1, () => askPlainly(database, filter))))
  }
  tellFigure({
    ...{ name, unit: UNIT, better: 'less' },
    columns: [
      { who: OURS, rounds: first },
      { who: `${OURS}, the next page`, rounds: next },
      { who: PLAIN, rounds: plain },
    ],
  })
  return [first, next]
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-bench-'))
  const logger = pino({ level: 'silent' })
  const path = join(folder, 'vigil.db')
  const database = await openDatabase({ path, clock: new SystemClock(), logger })
  await fill(database)
  tellRemark(`${(ENDED + OPEN).toLocaleString('en')} alarms; ${PLAIN} is asked once a round.`)
  const all: (readonly number[])[] = []
  for (const [name, filter] of CASES) all.push(...(await tellCase(database, name, filter)))
  tellFigure({
    ...{ name: 'the slowest of these lists', unit: UNIT, better: 'less' },
    columns: [{ who: OURS, rounds: mostOf(all) }],
    limits: [{ peer: null, is: 'at most', bound: P95_MS_MAX }],
  })
  await database.stop()
  await rm(folder, { recursive: true, force: true })
}

await main()
