import type { Clock } from '#alerting/clock.ts'
import type { z } from 'zod'
import type {
  deviceDraft,
  devicePatch,
  organizationDraft,
  organizationPatch,
  siteDraft,
  sitePatch,
} from '../contract.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import type { DeviceCredentials } from './credentials.ts'
import type {
  DeviceProfile,
  DeviceRow,
  OrganizationRow,
  PointDefinition,
  SiteRow,
} from './types.ts'

/** Where a device stands, in names. */
export interface DevicePlace {
  readonly siteId: string
  readonly siteName: string
  readonly organizationId: string
  readonly organizationName: string
  /** Names of the organizations above it, outermost first. */
  readonly territory: readonly string[]
}

/** Told after the change stands on disk and in memory. */
export interface RegistryChange {
  readonly kind: 'organization' | 'site' | 'device'
  readonly action: 'created' | 'changed' | 'removed'
  readonly id: string
}

export interface DeviceFilter {
  /** Null: all. Comes from `visibleOrganizationIds`. */
  readonly organizationIds: ReadonlySet<string> | null
  readonly organizationId?: string | undefined
  readonly siteId?: string | undefined
  readonly profileId?: string | undefined
  /** Part of the id, the name or the location. */
  readonly text?: string | undefined
}

/**
 * The plant model: organizations, sites, devices and their profiles, held in memory for the hot
 * path and stored in the database. Looking up is synchronous; changing is written first, then
 * visible, then told, one change after the other. Codes: `not_found`, `already_exists`,
 * `organization_unknown`, `organization_has_sites`, `organization_has_children`,
 * `organization_in_use`, `organization_cycle`, `site_unknown`, `site_has_devices`,
 * `profile_unknown`, `cursor_invalid`, `database_unavailable`.
 */
export class Registry {
  constructor(_options: {
    readonly database: Database
    readonly clock: Clock
    readonly credentials: DeviceCredentials
    readonly profiles: readonly DeviceProfile[]
  }) {}

  /** Loads everything into memory. */
  async start(): Promise<void> {
    throw new Error('being built')
  }

  onChange(_listener: (change: RegistryChange) => void): () => void {
    throw new Error('being built')
  }

  organization(_id: string): OrganizationRow | null {
    throw new Error('being built')
  }
  site(_id: string): SiteRow | null {
    throw new Error('being built')
  }
  device(_id: string): DeviceRow | null {
    throw new Error('being built')
  }
  /** All devices, in the order of their creation. */
  devices(): Iterable<DeviceRow> {
    throw new Error('being built')
  }
  profile(_id: string): DeviceProfile | null {
    throw new Error('being built')
  }
  profiles(): readonly DeviceProfile[] {
    throw new Error('being built')
  }
  profileOf(_deviceId: string): DeviceProfile | null {
    throw new Error('being built')
  }
  pointsOf(_deviceId: string): ReadonlyMap<string, PointDefinition> | null {
    throw new Error('being built')
  }
  placeOf(_deviceId: string): DevicePlace | null {
    throw new Error('being built')
  }
  organizationOfSite(_siteId: string): string | null {
    throw new Error('being built')
  }
  organizationOfDevice(_deviceId: string): string | null {
    throw new Error('being built')
  }
  /** Names of the organizations above this one, outermost first. */
  territoryNames(_organizationId: string): readonly string[] {
    throw new Error('being built')
  }
  /** The organization and everything below it. */
  subtree(_organizationId: string): ReadonlySet<string> {
    throw new Error('being built')
  }

  listOrganizations(
    _request: { readonly organizationIds: ReadonlySet<string> | null } & PageRequest,
  ): Page<OrganizationRow> {
    throw new Error('being built')
  }
  listSites(
    _request: {
      readonly organizationIds: ReadonlySet<string> | null
      readonly organizationId?: string | undefined
    } & PageRequest,
  ): Page<SiteRow> {
    throw new Error('being built')
  }
  listDevices(_request: DeviceFilter & PageRequest): Page<DeviceRow> {
    throw new Error('being built')
  }

  async createOrganization(_draft: z.output<typeof organizationDraft>): Promise<OrganizationRow> {
    throw new Error('being built')
  }
  async patchOrganization(
    _id: string,
    _patch: z.output<typeof organizationPatch>,
  ): Promise<OrganizationRow> {
    throw new Error('being built')
  }
  async removeOrganization(_id: string): Promise<void> {
    throw new Error('being built')
  }
  async createSite(_draft: z.output<typeof siteDraft>): Promise<SiteRow> {
    throw new Error('being built')
  }
  async patchSite(_id: string, _patch: z.output<typeof sitePatch>): Promise<SiteRow> {
    throw new Error('being built')
  }
  async removeSite(_id: string): Promise<void> {
    throw new Error('being built')
  }
  /** With its credential, shown this once. */
  async createDevice(
    _draft: z.output<typeof deviceDraft>,
  ): Promise<{ readonly device: DeviceRow; readonly token: string }> {
    throw new Error('being built')
  }
  async patchDevice(_id: string, _patch: z.output<typeof devicePatch>): Promise<DeviceRow> {
    throw new Error('being built')
  }
  /** Also revokes its credential. */
  async removeDevice(_id: string): Promise<void> {
    throw new Error('being built')
  }
}
