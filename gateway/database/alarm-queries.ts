import { ALARM_STATES, type Alarm, type AlarmState } from '#alerting/alarms/alarm.ts'
import { GRADES, type Grade } from '#alerting/rules/alarm-rule.ts'
import type { AlarmCounts, RuleQualityDto } from '../contract.ts'
import {
  type AlarmFilter,
  branchesOf,
  compareSegments,
  RANK_NORMAL,
  type Segment,
  segmentsOf,
} from './alarm-filter.ts'
import { alarmOfRow, rankOf } from './alarm-rows.ts'
import { type After, walk } from './alarm-walk.ts'
import { among } from './among.ts'
import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { ruleQualities } from './rule-quality.ts'
import type { AlarmTable } from './tables.ts'

type Position = Segment & After

/**
 * Lists of alarms. They are read segment by segment from indexes that hold exactly the order, so that
 * a page costs what it shows and not what is stored: by urgency one segment after the other, by age
 * all of them merged.
 */
export class AlarmQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** What the alarms of each rule turned out to be. */
  async ruleQualities(
    request: Parameters<typeof ruleQualities>[1],
  ): Promise<readonly RuleQualityDto[]> {
    return await ruleQualities(this.#database, request)
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
    return filter.order === 'newest' ? await this.#byAge(filter) : await this.#byUrgency(filter)
  }

  async #byUrgency(filter: AlarmFilter & PageRequest): Promise<Page<Alarm>> {
    const after = positionOf(filter.cursor)
    // By id: an alarm that moves to a later segment between two reads is shown once.
    const found = new Map<string, AlarmTable>()
    for (const segment of segmentsOf(filter)) {
      const place = after === null ? 1 : compareSegments(segment, after)
      if (place < 0) continue
      const rows = await this.#newest(filter, [segment], place === 0 ? after : null)
      for (const row of rows) if (!found.has(row.id)) found.set(row.id, row)
      if (found.size > filter.limit) break
    }
    return pageOf([...found.values()], filter.limit, {
      item: alarmOfRow,
      key: (row) => [row.grade, row.rank, row.raised_at_ms, row.id],
    })
  }

  async #byAge(filter: AlarmFilter & PageRequest): Promise<Page<Alarm>> {
    const rows = await this.#newest(filter, segmentsOf(filter), ageOf(filter.cursor))
    return pageOf(rows, filter.limit, {
      item: alarmOfRow,
      key: (row) => [row.raised_at_ms, row.id],
    })
  }

  /** One more than the page holds, so that it is known whether there is a next one. */
  async #newest(
    filter: AlarmFilter & PageRequest,
    segments: readonly Segment[],
    after: After | null,
  ): Promise<readonly AlarmTable[]> {
    const count = filter.limit + 1
    const queries = branchesOf(filter).flatMap((branch) =>
      segments.map((segment) => walk(this.#database, { filter, branch, segment, after, count })),
    )
    if (queries.length === 0) return []
    const found = await this.#database.readAll(queries)
    if (found.length === 1) return found[0] ?? []
    const rows = new Map(found.flat().map((row) => [row.id, row]))
    return [...rows.values()].sort(byAge).slice(0, count)
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

function ageOf(cursor: string | undefined): After | null {
  const key = decodeCursor(cursor, ['number', 'string'])
  if (key === null) return null
  const [raisedAtMs, id] = key as [number, string]
  return { raisedAtMs, id }
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
