import { CodedError } from '#alerting/errors.ts'
import type { Registry } from '../registry/registry.ts'
import { maySee } from '../registry/territory.ts'
import type { DeviceRow, OrganizationRow, Principal, SiteRow } from '../registry/types.ts'
import type { SourceDirectory, WatchedSource } from '../watching/watched-source.ts'

/**
 * What a principal asks for by id. What lies outside its territory is answered exactly as what does
 * not exist: an id tells a stranger nothing.
 */
export function visibleOrganization(
  registry: Registry,
  principal: Principal,
  id: string,
): OrganizationRow {
  const row = registry.organization(id)
  if (row === null || !maySee(registry, principal, row.id)) throw notFound('organization', id)
  return row
}

export function visibleSite(registry: Registry, principal: Principal, id: string): SiteRow {
  const row = registry.site(id)
  if (row === null || !maySee(registry, principal, row.organizationId)) throw notFound('site', id)
  return row
}

export function isDeviceVisible(registry: Registry, principal: Principal, id: string): boolean {
  const organizationId = registry.organizationOfDevice(id)
  return organizationId !== null && maySee(registry, principal, organizationId)
}

export function visibleDevice(registry: Registry, principal: Principal, id: string): DeviceRow {
  const row = registry.device(id)
  if (row === null || !isDeviceVisible(registry, principal, id)) throw notFound('device', id)
  return row
}

export function visibleSource(
  {
    registry,
    sources,
  }: {
    readonly registry: Registry
    readonly sources: SourceDirectory
  },
  principal: Principal,
  id: string,
): WatchedSource {
  const source = sources.source(id)
  if (source === null || !maySee(registry, principal, source.organizationId)) {
    throw notFound('hazard source', id)
  }
  return source
}

/** Something may be put below an organization only by who sees it; null stands for the whole district. */
export function assertMayPlaceIn(
  registry: Registry,
  principal: Principal,
  organizationId: string | null,
): void {
  if (organizationId === null) {
    assertSeesAll(principal)
    return
  }
  if (
    registry.organization(organizationId) === null ||
    !maySee(registry, principal, organizationId)
  ) {
    throw new CodedError('organization_unknown', `There is no organization ${organizationId}.`)
  }
}

export function assertMayPlaceAt(registry: Registry, principal: Principal, siteId: string): void {
  const site = registry.site(siteId)
  if (site === null || !maySee(registry, principal, site.organizationId)) {
    throw new CodedError('site_unknown', `There is no site ${siteId}.`)
  }
}

/** For what concerns everybody, such as rules. */
export function assertSeesAll(principal: Principal): void {
  if (principal.organizationId === null) return
  throw new CodedError(
    'forbidden',
    'This concerns the whole district; your account has a part of it.',
  )
}

export function notFound(kind: string, id: string): CodedError<'not_found'> {
  return new CodedError('not_found', `There is no ${kind} ${id}.`)
}
