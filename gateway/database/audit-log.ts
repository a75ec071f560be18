import type { Database } from './open.ts'
import type { Page, PageRequest } from './page.ts'

export interface AuditEntry {
  readonly atMs: number
  /** User name, `device:{id}` or `system`. */
  readonly actor: string
  /** Verb, e.g. `device.create`, `alarm.acknowledge`, `session.login-failed`. */
  readonly action: string
  readonly targetKind: string
  readonly targetId: string
  readonly organizationId: string | null
  /** JSON without secrets: what was changed. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** Who did what, when, to which thing. Only ever appended to. */
export class AuditLog {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async append(_entry: AuditEntry): Promise<void> {
    void this.#database
    throw new Error('being built')
  }

  /** Newest first. */
  async list(
    _request: {
      readonly actor?: string | undefined
      readonly targetKind?: string | undefined
      readonly targetId?: string | undefined
    } & PageRequest,
  ): Promise<Page<AuditEntry & { readonly id: number }>> {
    throw new Error('being built')
  }
}
