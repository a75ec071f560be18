import { useMemo } from 'react'
import type { Device, Organization, Profile, Site } from '../../gateway/contract.ts'
import { useAll } from '../api/use-all.ts'
import { useResource } from '../api/use-resource.ts'
import { useServices } from '../services.tsx'

export interface Plant {
  readonly organizations: ReadonlyMap<string, Organization>
  readonly sites: ReadonlyMap<string, Site>
  readonly profiles: ReadonlyMap<string, Profile>
  readonly isLoading: boolean
  readonly error: unknown
  readonly reload: () => void
  /** Town, enterprise, site: the way to a device in words. */
  readonly placeOf: (device: Pick<Device, 'siteId' | 'organizationId'>) => string
}

function byId<Item extends { readonly id: string }>(
  items: readonly Item[] | null,
): ReadonlyMap<string, Item> {
  return new Map((items ?? []).map((item) => [item.id, item]))
}

/** Names of places and types, for pages that show devices. */
export function usePlant(): Plant {
  const { api } = useServices()
  const organizations = useAll('organizations', api.organizations)
  const sites = useAll('sites', api.sites)
  const profiles = useResource('profiles', (signal) => api.profiles(signal))
  return useMemo(() => {
    const organizationById = byId(organizations.data)
    const siteById = byId(sites.data)
    return {
      organizations: organizationById,
      sites: siteById,
      profiles: byId(profiles.data?.items ?? null),
      isLoading: organizations.isLoading || sites.isLoading || profiles.isLoading,
      error: organizations.error ?? sites.error ?? profiles.error,
      reload: () => {
        organizations.reload()
        sites.reload()
        profiles.reload()
      },
      placeOf: (device) => {
        const enterprise = organizationById.get(device.organizationId)
        const above = organizationById.get(enterprise?.parentId ?? '')
        const names = [above?.name, enterprise?.name, siteById.get(device.siteId)?.name]
        return names.filter((name) => name !== undefined).join(' / ')
      },
    }
  }, [organizations, sites, profiles])
}
