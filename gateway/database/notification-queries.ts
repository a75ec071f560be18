import type { CompiledQuery } from 'kysely'
import type { OutboxRecord, OutboxState } from '#alerting/notification/outbox.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import type { ToldDto } from '../contract.ts'
import { among } from './among.ts'
import type { Database } from './open.ts'
import { type OutboxRow, outboxRecordOfRow } from './outbox-rows.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'

export interface NotificationFilter {
  readonly alarmId?: string | undefined
  readonly state?: OutboxState | undefined
  readonly channelId?: string | undefined
  /** Null: all, also test messages. */
  readonly organizationIds: ReadonlySet<string> | null
}

/** What was told, is waiting, or is dead; newest first. */
export class NotificationQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async get(
    id: string,
  ): Promise<(OutboxRecord & { readonly organizationId: string | null }) | null> {
    const row = await this.#database.reader
      .selectFrom('outbox')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) return null
    return { ...outboxRecordOfRow(row), organizationId: row.organization_id }
  }

  async list(filter: NotificationFilter & PageRequest): Promise<Page<OutboxRecord>> {
    const found = await this.#database.readAll(this.#queries(filter))
    const rows = found
      .flat()
      .sort((one, other) => other.sequence - one.sequence)
      .slice(0, filter.limit + 1)
    return pageOf(rows, filter.limit, {
      item: outboxRecordOfRow,
      key: (row) => [row.sequence],
    })
  }

  /** What became of the messages about each alarm; alarms without any are left out. */
  async told(alarmIds: readonly string[]): Promise<readonly ToldDto[]> {
    const rows = await this.#database.reader
      .selectFrom('outbox')
      .select(['alarm_id', 'state', (build) => build.fn.countAll<number>().as('count')])
      .where('alarm_id', 'in', among(new Set(alarmIds)))
      .groupBy(['alarm_id', 'state'])
      .execute()
    return [...Map.groupBy(rows, (row) => row.alarm_id)].flatMap(([alarmId, ofAlarm]) => {
      const of = (state: OutboxState) => ofAlarm.find((row) => row.state === state)?.count ?? 0
      if (alarmId === null) return []
      return [{ alarmId, delivered: of('delivered'), pending: of('pending'), dead: of('dead') }]
    })
  }

  /** How many wait and how many are dead, for health and instruments. */
  async counts(): Promise<Readonly<Record<OutboxState, number>>> {
    const rows = await this.#database.reader
      .selectFrom('outbox')
      .select(['state', (build) => build.fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute()
    const of = (state: OutboxState) => rows.find((row) => row.state === state)?.count ?? 0
    return { pending: of('pending'), delivered: of('delivered'), dead: of('dead') }
  }

  #queries(filter: NotificationFilter & PageRequest): readonly CompiledQuery<OutboxRow>[] {
    const { organizationIds } = filter
    const query = this.#query(filter)
    if (organizationIds === null) return [query.compile()]
    const narrow = filter.alarmId !== undefined
    if (narrow || organizationIds.size > DATABASE_LIMITS.organizationsMergedMax) {
      return [query.where('organization_id', 'in', among(organizationIds)).compile()]
    }
    return [...organizationIds].map((id) => query.where('organization_id', '=', id).compile())
  }

  #query(filter: NotificationFilter & PageRequest) {
    const after = decodeCursor(filter.cursor, ['number'])
    let query = this.#database.reader
      .selectFrom('outbox')
      .selectAll()
      .orderBy('sequence', 'desc')
      .limit(filter.limit + 1)
    if (filter.alarmId !== undefined) query = query.where('alarm_id', '=', filter.alarmId)
    if (filter.state !== undefined) query = query.where('state', '=', filter.state)
    if (filter.channelId !== undefined) query = query.where('channel_id', '=', filter.channelId)
    if (after !== null) query = query.where('sequence', '<', Number(after[0]))
    return query
  }
}
