import type { Grade } from '#alerting/rules/alarm-rule.ts'
import type { ChannelRow } from '../registry/types.ts'
import type { Database } from './open.ts'
import type { ChannelTable } from './tables.ts'

/** Notification channels with their secrets, as rows. */
export class ChannelStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async load(): Promise<readonly ChannelRow[]> {
    const rows = await this.#database.kysely
      .selectFrom('channels')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute()
    return rows.map(channelOfRow)
  }

  async insert(channel: ChannelRow): Promise<void> {
    await this.#database.kysely.insertInto('channels').values(rowOf(channel)).execute()
  }

  async update(channel: ChannelRow): Promise<void> {
    const { id, ...columns } = rowOf(channel)
    await this.#database.kysely.updateTable('channels').set(columns).where('id', '=', id).execute()
  }

  async remove(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('channels').where('id', '=', id).execute()
  }
}

function rowOf(channel: ChannelRow): ChannelTable {
  return {
    id: channel.id,
    kind: channel.kind,
    name: channel.name,
    enabled: Number(channel.enabled),
    grade_max: channel.gradeMax,
    organization_id: channel.organizationId,
    config: JSON.stringify(channel.config),
    created_at_ms: channel.createdAtMs,
  }
}

function channelOfRow(row: ChannelTable): ChannelRow {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    enabled: row.enabled === 1,
    gradeMax: row.grade_max as Grade,
    organizationId: row.organization_id,
    config: JSON.parse(row.config) as ChannelRow['config'],
    createdAtMs: row.created_at_ms,
  }
}
