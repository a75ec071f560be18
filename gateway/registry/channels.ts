import type { Clock } from '#alerting/clock.ts'
import type { Channel, ChannelDraft } from '../contract.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import type { ChannelRow } from './types.ts'

/**
 * Notification channels. `ChannelRow.config` holds secrets and is for the dispatcher; `Channel` (the
 * DTO) never does. Codes: `not_found`, `already_exists`, `organization_unknown`, `too_many`.
 */
export class ChannelBook {
  constructor(_options: {
    readonly database: Database
    readonly clock: Clock
    readonly organizationExists: (id: string) => boolean
  }) {}

  async start(): Promise<void> {
    throw new Error('being built')
  }
  /** With secrets. */
  channel(_id: string): ChannelRow | null {
    throw new Error('being built')
  }
  /** With secrets; in the order of creation. */
  all(): readonly ChannelRow[] {
    throw new Error('being built')
  }
  list(
    _request: { readonly organizationIds: ReadonlySet<string> | null } & PageRequest,
  ): Page<ChannelRow> {
    throw new Error('being built')
  }
  /** `secret`: made for a webhook without one, shown this once. */
  async create(
    _draft: ChannelDraft,
  ): Promise<{ readonly channel: ChannelRow; readonly secret: string | null }> {
    throw new Error('being built')
  }
  /** Fields left out stay; so does a webhook's secret, and an SMS header whose value is shown as `***`. */
  async patch(
    _id: string,
    _patch: {
      readonly name?: string | undefined
      readonly enabled?: boolean | undefined
      readonly gradeMax?: Channel['gradeMax'] | undefined
      readonly organizationId?: string | null | undefined
      readonly config?: Readonly<Record<string, unknown>> | undefined
    },
  ): Promise<ChannelRow> {
    throw new Error('being built')
  }
  async remove(_id: string): Promise<void> {
    throw new Error('being built')
  }
  onChange(_listener: (channelId: string) => void): () => void {
    throw new Error('being built')
  }
}
