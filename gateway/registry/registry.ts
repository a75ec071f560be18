import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { DATABASE_LIMITS, REGISTRY_LIMITS } from '#config/limits.ts'
import type {
  deviceDraft,
  devicePatch,
  organizationDraft,
  organizationPatch,
  siteDraft,
  sitePatch,
} from '../contract.ts'
import { isForeignKeyRefusal } from '../database/disk-guard.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import { PlantStore } from '../database/plant-store.ts'
import { ChangeListeners } from './change-listeners.ts'
import type { DeviceCredentials } from './credentials.ts'
import { patched } from './patched.ts'
import { PlantModel } from './plant-model.ts'
import type { DeviceProfile, DeviceRow, OrganizationRow, SiteRow } from './types.ts'

export type { DeviceFilter } from './plant-model.ts'

/** Told after the change stands on disk and in memory. */
export interface RegistryChange {
  readonly kind: 'organization' | 'site' | 'device'
  readonly action: 'created' | 'changed' | 'removed'
  readonly id: string
}

/**
 * The plant model: organizations, sites, devices and their profiles, held in memory for the hot
 * path and stored in the database. Looking up is synchronous; changing is written first, then
 * visible, then told, one change after the other. Codes: `not_found`, `already_exists`,
 * `organization_unknown`, `organization_has_sites`, `organization_has_children`,
 * `organization_in_use`, `organization_cycle`, `site_unknown`, `site_has_devices`,
 * `site_in_use`, `profile_unknown`, `device_bound`, `too_many`,
 * `cursor_invalid`, `database_unavailable`.
 */
export class Registry extends PlantModel {
  readonly #store: PlantStore
  readonly #clock: Clock
  readonly #credentials: DeviceCredentials
  readonly #listeners = new ChangeListeners<RegistryChange>()
  readonly #changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly credentials: DeviceCredentials
    readonly profiles: readonly DeviceProfile[]
  }) {
    super(options.profiles)
    this.#store = new PlantStore(options.database)
    this.#clock = options.clock
    this.#credentials = options.credentials
  }

  /** Loads everything into memory. */
  async start(): Promise<void> {
    const plant = await this.#store.load()
    for (const row of plant.organizations) this.organizationRows.set(row.id, row)
    for (const row of plant.sites) this.siteRows.set(row.id, row)
    for (const row of plant.devices) this.keepDevice(row)
  }

  onChange(listener: (change: RegistryChange) => void): () => void {
    return this.#listeners.add(listener)
  }

  createOrganization(draft: z.output<typeof organizationDraft>): Promise<OrganizationRow> {
    return this.#changing.with(async () => {
      const { name, kind, parentId } = draft
      const id = freeId(this.organizationRows, draft.id, REGISTRY_LIMITS.organizationsMax)
      if (parentId !== null) this.#assertOrganization(parentId)
      const row: OrganizationRow = { id, name, kind, parentId, createdAtMs: this.#clock.nowMs() }
      await this.#store.insertOrganization(row)
      this.organizationRows.set(id, row)
      this.#listeners.tell({ kind: 'organization', action: 'created', id })
      return row
    })
  }

  patchOrganization(
    id: string,
    patch: z.output<typeof organizationPatch>,
  ): Promise<OrganizationRow> {
    return this.#changing.with(async () => {
      const row = patched(existing(this.organizationRows, id), patch)
      if (row.parentId !== null) {
        this.#assertOrganization(row.parentId)
        if (this.subtree(id).has(row.parentId)) {
          throw new CodedError('organization_cycle', 'An organization cannot stand below itself.')
        }
      }
      await this.#store.updateOrganization(row)
      this.organizationRows.set(id, row)
      this.#listeners.tell({ kind: 'organization', action: 'changed', id })
      return row
    })
  }

  removeOrganization(id: string): Promise<void> {
    return this.#changing.with(async () => {
      existing(this.organizationRows, id)
      if (this.organizationRows.values().some((row) => row.parentId === id)) {
        throw new CodedError('organization_has_children', 'Other organizations stand below it.')
      }
      if (this.siteRows.values().some((row) => row.organizationId === id)) {
        throw new CodedError('organization_has_sites', 'The organization still has sites.')
      }
      try {
        await this.#store.removeOrganization(id)
      } catch (error) {
        if (!isForeignKeyRefusal(error)) throw error
        throw new CodedError(
          'organization_in_use',
          'Accounts, channels or hazard sources belong to it.',
          { cause: error },
        )
      }
      this.organizationRows.delete(id)
      this.#listeners.tell({ kind: 'organization', action: 'removed', id })
    })
  }

  createSite(draft: z.output<typeof siteDraft>): Promise<SiteRow> {
    return this.#changing.with(async () => {
      const id = freeId(this.siteRows, draft.id, REGISTRY_LIMITS.sitesMax)
      this.#assertOrganization(draft.organizationId)
      const row: SiteRow = { ...draft, id, createdAtMs: this.#clock.nowMs() }
      await this.#store.insertSite(row)
      this.siteRows.set(id, row)
      this.#listeners.tell({ kind: 'site', action: 'created', id })
      return row
    })
  }

  patchSite(id: string, patch: z.output<typeof sitePatch>): Promise<SiteRow> {
    return this.#changing.with(async () => {
      const row = patched(existing(this.siteRows, id), patch)
      this.#assertOrganization(row.organizationId)
      await this.#store.updateSite(row)
      this.siteRows.set(id, row)
      this.#listeners.tell({ kind: 'site', action: 'changed', id })
      return row
    })
  }

  removeSite(id: string): Promise<void> {
    return this.#changing.with(async () => {
      existing(this.siteRows, id)
      if (this.deviceRows.values().some((row) => row.siteId === id)) {
        throw new CodedError('site_has_devices', 'The site still has devices.')
      }
      try {
        await this.#store.removeSite(id)
      } catch (error) {
        if (!isForeignKeyRefusal(error)) throw error
        throw new CodedError('site_in_use', 'A hazard source stands on the site.', { cause: error })
      }
      this.siteRows.delete(id)
      this.#listeners.tell({ kind: 'site', action: 'removed', id })
    })
  }

  /** With its credential, shown this once. */
  createDevice(
    draft: Omit<z.output<typeof deviceDraft>, 'attachedTo'> & {
      readonly attachedTo?: string | null
    },
  ): Promise<{ readonly device: DeviceRow; readonly token: string }> {
    return this.#changing.with(async () => {
      const id = freeId(this.deviceRows, draft.id, REGISTRY_LIMITS.devicesMax)
      const attachedTo = draft.attachedTo ?? null
      this.#assertPlacement({ ...draft, attachedTo })
      const device: DeviceRow = { ...draft, attachedTo, id, createdAtMs: this.#clock.nowMs() }
      const { token, credential } = this.#credentials.issue(id)
      await this.#store.insertDevice(device, credential)
      this.keepDevice(device)
      this.#credentials.accept(credential)
      this.#listeners.tell({ kind: 'device', action: 'created', id })
      return { device, token }
    })
  }

  patchDevice(id: string, patch: z.output<typeof devicePatch>): Promise<DeviceRow> {
    return this.#changing.with(async () => {
      const row = patched(existing(this.deviceRows, id), patch)
      this.#assertPlacement(row)
      await this.#store.updateDevice(row)
      this.keepDevice(row)
      this.#listeners.tell({ kind: 'device', action: 'changed', id })
      return row
    })
  }

  /** Also revokes its credential. */
  removeDevice(id: string): Promise<void> {
    return this.#changing.with(async () => {
      existing(this.deviceRows, id)
      try {
        await this.#store.removeDevice(id)
      } catch (error) {
        if (!isForeignKeyRefusal(error)) throw error
        throw new CodedError('device_bound', `Device ${id} is bound to a hazard source.`, {
          cause: error,
        })
      }
      this.dropDevice(id)
      this.#credentials.forget(id)
      this.#listeners.tell({ kind: 'device', action: 'removed', id })
    })
  }

  /** What it hangs on exists, and does not hang on it. */
  #assertAttachment(device: {
    readonly id?: string | undefined
    readonly attachedTo: string | null
  }): void {
    const { attachedTo } = device
    if (attachedTo === null) return
    const isRing = attachedTo === device.id || this.upstreamOf(attachedTo).includes(device.id ?? '')
    if (this.deviceRows.has(attachedTo) && !isRing) return
    const message = isRing ? 'would hang on itself' : 'must be a device that exists'
    throw new CodedError('invalid_request', `The device cannot be attached to ${attachedTo}.`, {
      details: { issues: [{ path: 'attachedTo', message }] },
    })
  }

  #assertOrganization(id: string): void {
    if (this.organizationRows.has(id)) return
    throw new CodedError('organization_unknown', `There is no organization ${id}.`)
  }

  #assertPlacement(device: {
    readonly id?: string | undefined
    readonly siteId: string
    readonly profileId: string
    readonly attachedTo: string | null
  }): void {
    this.#assertAttachment(device)
    if (!this.siteRows.has(device.siteId)) {
      throw new CodedError('site_unknown', `There is no site ${device.siteId}.`)
    }
    if (this.profile(device.profileId) === null) {
      throw new CodedError('profile_unknown', `There is no device profile ${device.profileId}.`)
    }
  }
}

function existing<Row>(rows: ReadonlyMap<string, Row>, id: string): Row {
  const row = rows.get(id)
  if (row === undefined) throw new CodedError('not_found', `There is nothing with the id ${id}.`)
  return row
}

function freeId(rows: ReadonlyMap<string, unknown>, wanted: string | undefined, max: number) {
  if (wanted !== undefined && rows.has(wanted)) {
    throw new CodedError('already_exists', `The id ${wanted} is taken.`)
  }
  if (rows.size >= max) {
    throw new CodedError('too_many', `There are ${rows.size} already, the most that is allowed.`)
  }
  return wanted ?? randomUUID()
}
