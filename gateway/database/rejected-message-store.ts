import type { Database } from './open.ts'
import type { Page, PageRequest } from './page.ts'

export interface RejectedMessageDraft {
  readonly deviceId: string
  readonly receivedAtMs: number
  readonly topic: string
  readonly reason: string
  readonly detail: string
  /** The first bytes; what is beyond the limit is cut here too. */
  readonly payload: Uint8Array
  /** How long the whole payload was. */
  readonly payloadBytes: number
}

export interface RejectedMessageRow extends RejectedMessageDraft {
  readonly id: number
}

/** Port: payloads that could not be understood, kept for a person to look at; the oldest go first. */
export interface RejectedMessageStore {
  add(messages: readonly RejectedMessageDraft[]): Promise<void>
  /** Newest first. */
  list(request: { readonly deviceId: string } & PageRequest): Promise<Page<RejectedMessageRow>>
  /** How many are kept, by device (devices with none are absent). */
  counts(): Promise<ReadonlyMap<string, number>>
}

export class SqliteRejectedMessageStore implements RejectedMessageStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async add(_messages: readonly RejectedMessageDraft[]): Promise<void> {
    void this.#database
    throw new Error('being built')
  }

  async list(
    _request: { readonly deviceId: string } & PageRequest,
  ): Promise<Page<RejectedMessageRow>> {
    throw new Error('being built')
  }

  async counts(): Promise<ReadonlyMap<string, number>> {
    throw new Error('being built')
  }
}
