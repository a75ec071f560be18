import type { Place, PlaceDirectory } from '#alerting/alarms/place-directory.ts'
import type { Page, PageRequest } from '../database/page.ts'
import { pageOfListed } from './listing.ts'
import type {
  DeviceProfile,
  DeviceRow,
  OrganizationRow,
  PointDefinition,
  SiteRow,
} from './types.ts'

export interface DeviceFilter {
  /** Null: all. Comes from `visibleOrganizationIds`. */
  readonly organizationIds: ReadonlySet<string> | null
  /** This organization and everything below it. */
  readonly organizationId?: string | undefined
  readonly siteId?: string | undefined
  readonly profileId?: string | undefined
  /** Part of the id, the name or the location. */
  readonly text?: string | undefined
}

/** Who is inside whom, in memory: what the hot path asks, without waiting. */
export class PlantModel implements PlaceDirectory {
  protected readonly organizationRows = new Map<string, OrganizationRow>()
  protected readonly siteRows = new Map<string, SiteRow>()
  protected readonly deviceRows = new Map<string, DeviceRow>()
  readonly #profiles: ReadonlyMap<string, DeviceProfile>
  #revision = 0

  constructor(profiles: readonly DeviceProfile[]) {
    this.#profiles = new Map(profiles.map((profile) => [profile.id, profile]))
  }

  /** As long as it is the same, so are the devices and their points. */
  get revision(): number {
    return this.#revision
  }

  organization(id: string): OrganizationRow | null {
    return this.organizationRows.get(id) ?? null
  }

  site(id: string): SiteRow | null {
    return this.siteRows.get(id) ?? null
  }

  device(id: string): DeviceRow | null {
    return this.deviceRows.get(id) ?? null
  }

  /** All of them. */
  organizations(): Iterable<OrganizationRow> {
    return this.organizationRows.values()
  }

  /** All sites. */
  sites(): Iterable<SiteRow> {
    return this.siteRows.values()
  }

  /** All devices. */
  devices(): Iterable<DeviceRow> {
    return this.deviceRows.values()
  }

  profile(id: string): DeviceProfile | null {
    return this.#profiles.get(id) ?? null
  }

  profiles(): readonly DeviceProfile[] {
    return [...this.#profiles.values()]
  }

  /** Null for an unknown device, and for one whose profile is no longer shipped. */
  profileOf(deviceId: string): DeviceProfile | null {
    const device = this.deviceRows.get(deviceId)
    return device === undefined ? null : this.profile(device.profileId)
  }

  pointsOf(deviceId: string): ReadonlyMap<string, PointDefinition> | null {
    return this.profileOf(deviceId)?.points ?? null
  }

  pointOf(deviceId: string, point: string): PointDefinition | null {
    return this.pointsOf(deviceId)?.get(point) ?? null
  }

  placeOf(deviceId: string): Place | null {
    const device = this.deviceRows.get(deviceId)
    const site = this.siteRows.get(device?.siteId ?? '')
    const organization = this.organizationRows.get(site?.organizationId ?? '')
    if (device === undefined || site === undefined || organization === undefined) return null
    const above = this.ancestors(organization.id)
    return {
      deviceName: device.name,
      siteId: site.id,
      siteName: site.name,
      organizationId: organization.id,
      organizationName: organization.name,
      organizationPath: [organization, ...above].map(({ id }) => id).reverse(),
      territory: above.map(({ name }) => name).reverse(),
    }
  }

  protected keepDevice(row: DeviceRow): void {
    this.deviceRows.set(row.id, row)
    this.#revision += 1
  }

  protected dropDevice(id: string): void {
    this.deviceRows.delete(id)
    this.#revision += 1
  }

  organizationOfSite(siteId: string): string | null {
    return this.siteRows.get(siteId)?.organizationId ?? null
  }

  organizationOfDevice(deviceId: string): string | null {
    return this.organizationOfSite(this.deviceRows.get(deviceId)?.siteId ?? '')
  }

  /** What a device hangs on, nearest first. */
  upstreamOf(deviceId: string): readonly string[] {
    const found: string[] = []
    let above = this.deviceRows.get(deviceId)?.attachedTo ?? null
    while (above !== null && !found.includes(above)) {
      found.push(above)
      above = this.deviceRows.get(above)?.attachedTo ?? null
    }
    return found
  }

  /** What hangs on a device, at any distance. */
  downstreamOf(deviceId: string): readonly string[] {
    const attached = Map.groupBy(this.deviceRows.values(), (row) => row.attachedTo)
    const found = new Set((attached.get(deviceId) ?? []).map(({ id }) => id))
    // A Set hands out what is added while it is walked: this goes down level by level.
    for (const id of found) for (const below of attached.get(id) ?? []) found.add(below.id)
    return [...found]
  }

  /** Names of the organizations above this one, outermost first. */
  territoryNames(organizationId: string): readonly string[] {
    return this.ancestors(organizationId)
      .map((organization) => organization.name)
      .reverse()
  }

  /** The organizations above this one, nearest first. */
  ancestors(organizationId: string): readonly OrganizationRow[] {
    const found: OrganizationRow[] = []
    let parentId = this.organizationRows.get(organizationId)?.parentId ?? null
    while (parentId !== null) {
      const parent = this.organizationRows.get(parentId)
      if (parent === undefined) break
      found.push(parent)
      parentId = parent.parentId
    }
    return found
  }

  /** The organization and everything below it. */
  subtree(organizationId: string): ReadonlySet<string> {
    const found = new Set<string>(this.organizationRows.has(organizationId) ? [organizationId] : [])
    const children = Map.groupBy(this.organizationRows.values(), (row) => row.parentId)
    // A Set hands out what is added while it is walked: this goes down level by level.
    for (const id of found) for (const child of children.get(id) ?? []) found.add(child.id)
    return found
  }

  listOrganizations(
    request: { readonly organizationIds: ReadonlySet<string> | null } & PageRequest,
  ): Page<OrganizationRow> {
    const { organizationIds } = request
    return pageOfListed(
      this.organizationRows.values(),
      request,
      (row) => organizationIds === null || organizationIds.has(row.id),
    )
  }

  listSites(
    request: {
      readonly organizationIds: ReadonlySet<string> | null
      readonly organizationId?: string | undefined
    } & PageRequest,
  ): Page<SiteRow> {
    const visible = request.organizationIds
    const within = this.#within(request.organizationId)
    return pageOfListed(
      this.siteRows.values(),
      request,
      ({ organizationId }) =>
        (visible === null || visible.has(organizationId)) &&
        (within === null || within.has(organizationId)),
    )
  }

  listDevices(request: DeviceFilter & PageRequest): Page<DeviceRow> {
    const visible = request.organizationIds
    const within = this.#within(request.organizationId)
    const text = request.text?.toLowerCase()
    return pageOfListed(this.deviceRows.values(), request, (device) => {
      const organizationId = this.organizationOfSite(device.siteId) ?? ''
      return (
        (visible === null || visible.has(organizationId)) &&
        (within === null || within.has(organizationId)) &&
        (request.siteId === undefined || device.siteId === request.siteId) &&
        (request.profileId === undefined || device.profileId === request.profileId) &&
        (text === undefined || hasText(device, text))
      )
    })
  }

  #within(organizationId: string | undefined): ReadonlySet<string> | null {
    return organizationId === undefined ? null : this.subtree(organizationId)
  }
}

function hasText(device: DeviceRow, text: string): boolean {
  return [device.id, device.name, device.location].some((field) =>
    field.toLowerCase().includes(text),
  )
}
