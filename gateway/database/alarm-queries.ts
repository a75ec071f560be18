import { type CompiledQuery, sql } from 'kysely'
import { ALARM_STATES, type Alarm, type AlarmState } from '#alerting/alarms/alarm.ts'
import { GRADES, type Grade } from '#alerting/rules/alarm-rule.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import type { AlarmCounts } from '../contract.ts'
import { alarmOfRow, rankOf } from './alarm-rows.ts'
import { among } from './among.ts'
import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { AlarmTable } from './tables.ts'

export interface AlarmFilter {
  /** `open`: everything that is not `normal`. */
  readonly state?: AlarmState | 'open' | undefined
  readonly grade?: Grade | undefined
  readonly deviceId?: string | undefined
  /** Raised at or after / before. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  /** Null: all. Comes from `visibleOrganizationIds`. */
  readonly organizationIds: ReadonlySet<string> | null
}

/** A run of the order: alarms of one grade and one rank lie together in the index, newest first. */
interface Segment {
  readonly grade: Grade
  readonly rank: number
}

/** Where in the order a page begins: after this alarm. */
interface Position extends Segment {
  readonly raisedAtMs: number
  readonly id: string
}

const RANKS = [0, 1, 2] as const
const RANK_NORMAL = rankOf('normal')

/**
 * Lists of alarms, most urgent first: grade, then unacknowledged before acknowledged, then newest.
 * A list is read segment by segment from an index that holds exactly this order, and of some
 * organizations by merging one walk each, so that a page costs what it shows and not what is stored.
 */
export class AlarmQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async get(id: string): Promise<Alarm | null> {
    const row = await this.#database.reader
      .selectFrom('alarms')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : alarmOfRow(row)
  }

  async list(filter: AlarmFilter & PageRequest): Promise<Page<Alarm>> {
    const after = positionOf(filter.cursor)
    // By id: an alarm that moves to a later segment between two reads is shown once.
    const found = new Map<string, AlarmTable>()
    for (const segment of segmentsOf(filter)) {
      const place = after === null ? 1 : compareSegments(segment, after)
      if (place < 0) continue
      const rows = await this.#read(filter, segment, place === 0 ? after : null)
      for (const row of rows) if (!found.has(row.id)) found.set(row.id, row)
      if (found.size > filter.limit) break
    }
    return pageOf([...found.values()], filter.limit, {
      item: alarmOfRow,
      key: (row) => [row.grade, row.rank, row.raised_at_ms, row.id],
    })
  }

  /** Of open alarms. */
  async counts(organizationIds: ReadonlySet<string> | null): Promise<AlarmCounts> {
    let query = this.#database.reader
      .selectFrom('alarms')
      .select(['grade', 'state', (build) => build.fn.countAll<number>().as('count')])
      .where('grade', 'in', [...GRADES])
      .where('rank', '<', RANK_NORMAL)
      .groupBy(['grade', 'state'])
    if (organizationIds !== null)
      query = query.where('organization_id', 'in', among(organizationIds))
    return countsOf(await query.execute())
  }

  async #read(
    filter: AlarmFilter & PageRequest,
    segment: Segment,
    after: Position | null,
  ): Promise<readonly AlarmTable[]> {
    const queries = this.#queries(filter, segment, after)
    const found = await this.#database.readAll(queries)
    if (found.length === 1) return found[0] ?? []
    return found
      .flat()
      .sort(byAge)
      .slice(0, filter.limit + 1)
  }

  #queries(
    filter: AlarmFilter & PageRequest,
    segment: Segment,
    after: Position | null,
  ): readonly CompiledQuery<AlarmTable>[] {
    const { organizationIds, deviceId } = filter
    const query = this.#segmentQuery(filter, segment, after)
    if (deviceId !== undefined) {
      const ofDevice = query.where('device_id', '=', deviceId)
      return organizationIds === null
        ? [ofDevice.compile()]
        : [ofDevice.where('organization_id', 'in', among(organizationIds)).compile()]
    }
    if (organizationIds === null) return [query.compile()]
    if (organizationIds.size > DATABASE_LIMITS.organizationsMergedMax) {
      return [query.where('organization_id', 'in', among(organizationIds)).compile()]
    }
    return [...organizationIds].map((id) => query.where('organization_id', '=', id).compile())
  }

  #segmentQuery(filter: AlarmFilter & PageRequest, segment: Segment, after: Position | null) {
    let query = this.#database.reader
      .selectFrom('alarms')
      .selectAll()
      .where('grade', '=', segment.grade)
      .where('rank', '=', segment.rank)
      .orderBy('raised_at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(filter.limit + 1)
    if (filter.state !== undefined && filter.state !== 'open') {
      query = query.where('state', '=', filter.state)
    }
    if (filter.fromMs !== undefined) query = query.where('raised_at_ms', '>=', filter.fromMs)
    if (filter.toMs !== undefined) query = query.where('raised_at_ms', '<', filter.toMs)
    if (after === null) return query
    return query.where(sql<boolean>`(raised_at_ms, id) < (${after.raisedAtMs}, ${after.id})`)
  }
}

function segmentsOf(filter: AlarmFilter): readonly Segment[] {
  const grades = filter.grade === undefined ? GRADES : [filter.grade]
  return grades.flatMap((grade) => ranksOf(filter.state).map((rank) => ({ grade, rank })))
}

function ranksOf(state: AlarmFilter['state']): readonly number[] {
  if (state === undefined) return RANKS
  if (state === 'open') return RANKS.filter((rank) => rank !== RANK_NORMAL)
  return [rankOf(state)]
}

function compareSegments(one: Segment, other: Segment): number {
  return one.grade - other.grade || one.rank - other.rank
}

function byAge(one: AlarmTable, other: AlarmTable): number {
  return other.raised_at_ms - one.raised_at_ms || (one.id < other.id ? 1 : -1)
}

function positionOf(cursor: string | undefined): Position | null {
  const key = decodeCursor(cursor, ['number', 'number', 'number', 'string'])
  if (key === null) return null
  const [grade, rank, raisedAtMs, id] = key as [Grade, number, number, string]
  return { grade, rank, raisedAtMs, id }
}

function countsOf(
  rows: readonly { readonly grade: number; readonly state: string; readonly count: number }[],
): AlarmCounts {
  const total = (matches: (row: { grade: number; state: string }) => boolean) =>
    rows.filter(matches).reduce((sum, row) => sum + row.count, 0)
  const ofGrade = (grade: Grade) => ({
    open: total((row) => row.grade === grade),
    unacknowledged: total((row) => row.grade === grade && rankOf(row.state as AlarmState) === 0),
  })
  return {
    byGrade: { 1: ofGrade(1), 2: ofGrade(2), 3: ofGrade(3), 4: ofGrade(4) },
    byState: Object.fromEntries(
      ALARM_STATES.filter((state) => state !== 'normal').map((state) => [
        state,
        total((row) => row.state === state),
      ]),
    ),
  }
}
