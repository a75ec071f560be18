import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { AlarmFilter, Branch, Segment } from './alarm-filter.ts'
import { among } from './among.ts'
import type { Database } from './open.ts'
import type { AlarmTable } from './tables.ts'

/** Where in a segment to go on: after this alarm. */
export interface After {
  readonly raisedAtMs: number
  readonly id: string
}

type Condition = RawBuilder<unknown>

/** Named, for the planner has no figures about the plant and would sometimes walk another one. */
const INDEX_OF = {
  organization_id: 'alarms_by_organization',
  device_id: 'alarms_by_device',
  rule_id: 'alarms_by_rule',
} as const

const NEWEST_FIRST = sql`ORDER BY raised_at_ms DESC, id DESC`

/**
 * The newest `count` alarms of a branch in a segment. An index holds each segment of each
 * organization, device or rule in order, so one of them is a walk from its start. Several are not
 * merged from a walk each, for there may be thousands, most of them without an alarm: the newest
 * alarm of each is looked up, and only the `count` whose newest is newest can have a part in the
 * answer.
 */
export function walk(
  database: Database,
  request: {
    readonly filter: AlarmFilter
    readonly branch: Branch
    readonly segment: Segment
    readonly after: After | null
    readonly count: number
  },
): CompiledQuery<AlarmTable> {
  const { branch, count } = request
  const conditions = conditionsOf(request)
  const { reader } = database
  const index = branch.column === null ? 'alarms_by_urgency' : INDEX_OF[branch.column]
  const walked = sql`alarms INDEXED BY ${sql.ref(index)}`
  if (branch.column === null || branch.ids.size === 1) {
    const own =
      branch.column === null ? [] : [sql`${sql.ref(branch.column)} = ${first(branch.ids)}`]
    return sql<AlarmTable>`
      SELECT * FROM ${walked} WHERE ${sql.join([...own, ...conditions], sql` AND `)}
      ${NEWEST_FIRST} LIMIT ${count}`.compile(reader)
  }
  const column = sql.ref(branch.column)
  const all = sql.join(conditions, sql` AND `)
  return sql<AlarmTable>`
    WITH nearest AS MATERIALIZED (
      SELECT of.value AS owner, alarms.raised_at_ms
      FROM json_each(${JSON.stringify([...branch.ids])}) AS of
      CROSS JOIN alarms ON alarms.id = (
        SELECT id FROM ${walked} WHERE ${column} = of.value AND ${all} ${NEWEST_FIRST} LIMIT 1)
      ORDER BY alarms.raised_at_ms DESC, alarms.id DESC LIMIT ${count}),
    -- As many are at least so new: nothing older can have a part in the answer.
    bound AS MATERIALIZED (
      SELECT CASE WHEN count(*) < ${count} THEN 0 ELSE min(raised_at_ms) END AS at_ms FROM nearest)
    SELECT alarms.* FROM nearest
    CROSS JOIN alarms ON alarms.id IN (
      SELECT id FROM ${walked}
      WHERE ${column} = nearest.owner AND ${all}
        AND raised_at_ms >= (SELECT at_ms FROM bound)
      ${NEWEST_FIRST} LIMIT ${count})
    ORDER BY alarms.raised_at_ms DESC, alarms.id DESC LIMIT ${count}`.compile(reader)
}

function conditionsOf({
  filter,
  branch,
  segment,
  after,
}: {
  readonly filter: AlarmFilter
  readonly branch: Branch
  readonly segment: Segment
  readonly after: After | null
}): readonly Condition[] {
  const { state, fromMs, toMs, siteId, drill } = filter
  const conditions: Condition[] = [
    sql`grade = ${segment.grade}`,
    sql`rank = ${segment.rank}`,
    ...branch.also.map(({ column, ids }) =>
      ids.size === 1
        ? sql`${sql.ref(column)} = ${first(ids)}`
        : sql`${sql.ref(column)} IN ${among(ids)}`,
    ),
  ]
  if (state !== undefined && state !== 'open') conditions.push(sql`state = ${state}`)
  if (siteId !== undefined) conditions.push(sql`site_id = ${siteId}`)
  if (drill !== undefined) conditions.push(sql`drill = ${Number(drill)}`)
  if (fromMs !== undefined) conditions.push(sql`raised_at_ms >= ${fromMs}`)
  if (toMs !== undefined) conditions.push(sql`raised_at_ms < ${toMs}`)
  if (after !== null) conditions.push(sql`(raised_at_ms, id) < (${after.raisedAtMs}, ${after.id})`)
  return conditions
}

function first(ids: ReadonlySet<string>): string {
  const [id = ''] = ids
  return id
}
