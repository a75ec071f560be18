import type { ProfileId } from '../devices/models.ts'
import { ENTERPRISES, type EnterprisePlan } from './enterprises.ts'

/**
 * The district of the demonstration. The towns are real places; the enterprises, people, addresses
 * and positions are made up, and the telephone numbers are of no network (nothing in China begins
 * with 100 and has eleven digits).
 */

export const DISTRICT = { id: 'district-demo', name: '泉州台商投资区（演示）' } as const

export const TOWNS = [
  { id: 'town-dongyuan', name: '东园镇', latitude: 24.892, longitude: 118.772 },
  { id: 'town-luoyang', name: '洛阳镇', latitude: 24.951, longitude: 118.676 },
  { id: 'town-zhangban', name: '张坂镇', latitude: 24.884, longitude: 118.836 },
  { id: 'town-baiqi', name: '百崎回族乡', latitude: 24.866, longitude: 118.712 },
] as const

const DEVICE_KINDS = {
  'gas-combustible': { code: 'lel', name: '可燃气体探测器' },
  'gas-toxic-co': { code: 'co', name: '一氧化碳探测器' },
  'gas-toxic-h2s': { code: 'h2s', name: '硫化氢探测器' },
  'gas-toxic-nh3': { code: 'nh3', name: '氨气探测器' },
  'gas-toxic-cl2': { code: 'cl2', name: '氯气探测器' },
  'gas-oxygen': { code: 'o2', name: '氧气探测器' },
  smoke: { code: 'smoke', name: '烟感' },
  'smart-power': { code: 'power', name: '智慧用电监测器' },
  tank: { code: 'tank', name: '储罐仪表' },
} as const satisfies Record<ProfileId, { code: string; name: string }>

export interface PlannedDevice {
  readonly id: string
  readonly name: string
  readonly profileId: ProfileId
  readonly siteId: string
  readonly location: string
}

/** Bodies of the POST requests that make the district, parents first. */
export interface DistrictPlan {
  readonly organizations: readonly {
    readonly id: string
    readonly name: string
    readonly kind: 'district' | 'town' | 'enterprise'
    readonly parentId: string | null
  }[]
  readonly sites: readonly {
    readonly id: string
    readonly name: string
    readonly organizationId: string
    readonly address: string
    readonly position: { readonly latitude: number; readonly longitude: number }
    readonly contactName: string
    readonly contactPhone: string
  }[]
  readonly devices: readonly PlannedDevice[]
}

export function planDistrict(): DistrictPlan {
  return {
    organizations: [
      { ...DISTRICT, kind: 'district', parentId: null },
      ...TOWNS.map(({ id, name }) => ({
        id,
        name,
        kind: 'town' as const,
        parentId: DISTRICT.id,
      })),
      ...ENTERPRISES.map(({ id, name, townId }) => ({
        id,
        name,
        kind: 'enterprise' as const,
        parentId: townId,
      })),
    ],
    sites: ENTERPRISES.map(planSite),
    devices: ENTERPRISES.flatMap(planDevices),
  }
}

const siteIdOf = (enterprise: EnterprisePlan) => `${enterprise.id}-site`

function planSite(enterprise: EnterprisePlan, index: number) {
  const town = TOWNS.find(({ id }) => id === enterprise.townId)
  if (town === undefined) throw new Error(`no town ${enterprise.townId}`)
  // Spread round the middle of the town, each at its own angle and distance.
  const angle = index * 2.4
  const distance = 0.006 + 0.002 * (index % 5)
  const round = (degrees: number) => Number(degrees.toFixed(5))
  return {
    id: siteIdOf(enterprise),
    name: enterprise.siteName,
    organizationId: enterprise.id,
    address: `${town.name}示例路 ${index + 1} 号`,
    position: {
      latitude: round(town.latitude + distance * Math.sin(angle)),
      longitude: round(town.longitude + distance * Math.cos(angle)),
    },
    contactName: enterprise.contactName,
    contactPhone: `100000001${String(index + 1).padStart(2, '0')}`,
  }
}

function planDevices(enterprise: EnterprisePlan): PlannedDevice[] {
  const kinds = Object.entries(enterprise.devices) as [ProfileId, readonly string[]][]
  return kinds.flatMap(([profileId, places]) =>
    places.map((location, index) => ({
      id: `${enterprise.id}-${DEVICE_KINDS[profileId].code}-${index + 1}`,
      name: `${location}${DEVICE_KINDS[profileId].name}`,
      profileId,
      siteId: siteIdOf(enterprise),
      location,
    })),
  )
}
