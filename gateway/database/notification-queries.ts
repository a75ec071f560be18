import type { OutboxRecord, OutboxState } from '#alerting/notification/outbox.ts'
import type { Database } from './open.ts'
import type { Page, PageRequest } from './page.ts'

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
    _id: string,
  ): Promise<(OutboxRecord & { readonly organizationId: string | null }) | null> {
    void this.#database
    throw new Error('being built')
  }

  async list(_filter: NotificationFilter & PageRequest): Promise<Page<OutboxRecord>> {
    throw new Error('being built')
  }

  /** How many wait and how many are dead, for health and instruments. */
  async counts(): Promise<Readonly<Record<OutboxState, number>>> {
    throw new Error('being built')
  }
}
