import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { NotificationChannel } from '#alerting/notification/notification-channel.ts'
import { DATABASE_LIMITS, OUTBOX_LIMITS } from '#config/limits.ts'
import { type Channel, type ChannelDraft, channelDraft } from '../contract.ts'
import { ChannelStore } from '../database/channel-store.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import { ChangeListeners } from './change-listeners.ts'
import { withKeptSecrets } from './channel-secrets.ts'
import { pageOfListed } from './listing.ts'
import { patched } from './patched.ts'
import type { ChannelRow } from './types.ts'

const SECRET_PREFIX = 'whsec_'
const SECRET_BYTES = 32

export interface ChannelPatch {
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
  readonly gradeMax?: Channel['gradeMax'] | undefined
  readonly organizationId?: string | null | undefined
  readonly config?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Notification channels. `ChannelRow.config` holds secrets and is for the dispatcher; `Channel` (the
 * DTO) never does. Codes: `not_found`, `already_exists`, `organization_unknown`, `too_many`,
 * `invalid_request` (details.issues), `database_unavailable`.
 */
export class ChannelBook {
  readonly #store: ChannelStore
  readonly #clock: Clock
  readonly #organizationExists: (id: string) => boolean
  readonly #channels = new Map<string, ChannelRow>()
  readonly #listeners = new ChangeListeners<string>()
  readonly #changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })
  #forAlerting: readonly NotificationChannel[] = []

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly organizationExists: (id: string) => boolean
  }) {
    this.#store = new ChannelStore(options.database)
    this.#clock = options.clock
    this.#organizationExists = options.organizationExists
  }

  async start(): Promise<void> {
    for (const channel of await this.#store.load()) this.#channels.set(channel.id, channel)
    this.#forAlerting = this.all().map(notificationChannelOf)
  }

  /** With secrets. */
  channel(id: string): ChannelRow | null {
    return this.#channels.get(id) ?? null
  }

  /** With secrets; in the order of creation. */
  all(): readonly ChannelRow[] {
    return [...this.#channels.values()]
  }

  /** As alerting routes and delivers by them; with secrets. */
  notificationChannels(): readonly NotificationChannel[] {
    return this.#forAlerting
  }

  notificationChannel(id: string): NotificationChannel | null {
    return this.#forAlerting.find((channel) => channel.id === id) ?? null
  }

  list(
    request: { readonly organizationIds: ReadonlySet<string> | null } & PageRequest,
  ): Page<ChannelRow> {
    const visible = request.organizationIds
    return pageOfListed(
      this.#channels.values(),
      request,
      ({ organizationId }) =>
        visible === null || (organizationId !== null && visible.has(organizationId)),
    )
  }

  /** `secret`: made for a webhook without one, shown this once. */
  create(
    draft: ChannelDraft,
  ): Promise<{ readonly channel: ChannelRow; readonly secret: string | null }> {
    return this.#changing.with(async () => {
      if (draft.id !== undefined && this.#channels.has(draft.id)) {
        throw new CodedError('already_exists', `The id ${draft.id} is taken.`)
      }
      if (this.#channels.size >= OUTBOX_LIMITS.channelsMax) {
        throw new CodedError('too_many', 'There are as many channels as there may be.')
      }
      this.#assertOrganization(draft.organizationId)
      const lacksSecret = draft.kind === 'webhook' && draft.config.secret === undefined
      const secret = lacksSecret ? newWebhookSecret() : null
      const channel: ChannelRow = {
        ...draft,
        id: draft.id ?? randomUUID(),
        config: secret === null ? draft.config : { ...draft.config, secret },
        createdAtMs: this.#clock.nowMs(),
      }
      await this.#store.insert(channel)
      this.#changed(channel.id, channel)
      return { channel, secret }
    })
  }

  /** Fields left out stay; so does a webhook's secret, and what is sent back as it was shown (`***`). */
  patch(id: string, patch: ChannelPatch): Promise<ChannelRow> {
    return this.#changing.with(async () => {
      const before = this.#existing(id)
      const config = withKeptSecrets(before.config, patch.config ?? {})
      const channel = checked(patched<ChannelRow>(before, { ...patch, config }))
      this.#assertOrganization(channel.organizationId)
      await this.#store.update(channel)
      this.#changed(id, channel)
      return channel
    })
  }

  remove(id: string): Promise<void> {
    return this.#changing.with(async () => {
      this.#existing(id)
      await this.#store.remove(id)
      this.#changed(id, null)
    })
  }

  onChange(listener: (channelId: string) => void): () => void {
    return this.#listeners.add(listener)
  }

  #changed(id: string, channel: ChannelRow | null): void {
    if (channel === null) this.#channels.delete(id)
    else this.#channels.set(id, channel)
    this.#forAlerting = this.all().map(notificationChannelOf)
    this.#listeners.tell(id)
  }

  #existing(id: string): ChannelRow {
    const channel = this.#channels.get(id)
    if (channel === undefined) throw new CodedError('not_found', `There is no channel ${id}.`)
    return channel
  }

  #assertOrganization(id: string | null): void {
    if (id === null || this.#organizationExists(id)) return
    throw new CodedError('organization_unknown', `There is no organization ${id}.`)
  }
}

/** A patch has to leave a channel that could have been created as it is now. */
function checked(channel: ChannelRow): ChannelRow {
  const { createdAtMs, ...draft } = channel
  const parsed = channelDraft.safeParse(draft)
  if (parsed.success) return { ...parsed.data, id: channel.id, createdAtMs }
  throw new CodedError('invalid_request', 'The channel would not be complete.', {
    details: {
      issues: parsed.error.issues.map((issue) => ({
        path: issue.path.join('.'),
        message: issue.message,
      })),
    },
  })
}

/** The configuration was checked by the schema of its kind before it was stored. */
function notificationChannelOf(channel: ChannelRow): NotificationChannel {
  const { id, kind, enabled, gradeMax, organizationId, config } = channel
  return { id, kind, enabled, gradeMax, organizationId, config } as unknown as NotificationChannel
}

function newWebhookSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`
}
