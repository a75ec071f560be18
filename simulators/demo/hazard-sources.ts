import type { BindingDraft, HazardSource, HazardSourceSummary, Tank } from '#gateway/contract.ts'
import type { ApiClient } from '../api-client.ts'
import { planDistrict } from './district.ts'

/**
 * Major hazard sources of the demonstration, as drafts of their firms. What is registered is nine
 * tenths of what the tanks hold, so that a tank that is filled too far says so. Rows are those of
 * table 1 of GB 18218.
 */
interface PlannedTank {
  readonly gauge: string
  readonly name: string
  readonly row: number
  readonly substance: string
  readonly densityKgM3: number
  /** Table 4: 1.5 for flammable gases, 1 for flammable liquids. */
  readonly beta: '1' | '1.5'
  readonly shape:
    | { readonly kind: 'vertical-cylinder'; readonly diameterM: number; readonly heightM: number }
    | { readonly kind: 'sphere'; readonly diameterM: number }
}

interface PlannedSource {
  readonly id: string
  readonly organizationId: string
  readonly name: string
  readonly people: number
  readonly tanks: readonly PlannedTank[]
}

const vertical = (diameterM: number, heightM: number) => ({
  kind: 'vertical-cylinder' as const,
  diameterM,
  heightM,
})
const SPHERE = { kind: 'sphere' as const, diameterM: 12 }
const lpg = {
  row: 52,
  substance: '液化石油气',
  densityKgM3: 550,
  beta: '1.5' as const,
  shape: SPHERE,
}
const petrol = {
  row: 66,
  substance: '汽油',
  densityKgM3: 740,
  beta: '1' as const,
  shape: vertical(12, 10),
}

export const HAZARD_SOURCES: readonly PlannedSource[] = [
  {
    id: 'chaoxin-farm',
    organizationId: 'chaoxin',
    name: '潮信化工溶剂罐区',
    people: 126,
    tanks: [
      {
        gauge: 'chaoxin-tank-1',
        name: 'T-101',
        row: 64,
        substance: '甲苯',
        densityKgM3: 867,
        beta: '1',
        shape: vertical(20, 15),
      },
      {
        gauge: 'chaoxin-tank-2',
        name: 'T-102',
        row: 65,
        substance: '甲醇',
        densityKgM3: 791,
        beta: '1',
        shape: vertical(20, 15),
      },
      {
        gauge: 'chaoxin-tank-3',
        name: 'T-103',
        row: 67,
        substance: '乙醇',
        densityKgM3: 789,
        beta: '1',
        shape: vertical(20, 15),
      },
    ],
  },
  {
    id: 'haijia-farm',
    organizationId: 'haijia',
    name: '海岬树脂苯乙烯罐区',
    people: 18,
    tanks: [
      {
        gauge: 'haijia-tank-1',
        name: 'T-201',
        row: 58,
        substance: '苯乙烯',
        densityKgM3: 906,
        beta: '1',
        shape: vertical(12, 12),
      },
    ],
  },
  {
    id: 'qiaonan-farm',
    organizationId: 'qiaonan',
    name: '桥南液化气球罐区',
    people: 240,
    tanks: [
      { gauge: 'qiaonan-tank-1', name: 'V-1', ...lpg },
      { gauge: 'qiaonan-tank-2', name: 'V-2', ...lpg },
    ],
  },
  {
    id: 'wantou-farm',
    organizationId: 'wantou',
    name: '湾头油库汽油罐组',
    people: 64,
    tanks: [
      { gauge: 'wantou-tank-1', name: 'G-1', ...petrol },
      { gauge: 'wantou-tank-2', name: 'G-2', ...petrol },
    ],
  },
]

const UNIT = 'unit-1'
/** The tanks stand about 150 m from the middle of the site. */
const ASIDE_DEGREES = 0.0014
const REGISTERED_SHARE = 0.9

/** Through the API as a firm would; only what is missing. How many were made. */
export async function createHazardSources(api: ApiClient): Promise<number> {
  const present = new Set(
    (await api.list<HazardSourceSummary>('/hazard-sources')).map(({ id }) => id),
  )
  const missing = HAZARD_SOURCES.filter(({ id }) => !present.has(id))
  for (const source of missing) await createSource(api, source)
  return missing.length
}

async function createSource(api: ApiClient, source: PlannedSource): Promise<void> {
  await api.post<HazardSource>('/hazard-sources', draftOf(source))
  const path = `/hazard-sources/${source.id}`
  for (const { gauge, name, row, substance, shape, densityKgM3 } of source.tanks) {
    await api.post<Tank>(`${path}/tanks`, {
      id: gauge,
      name: `${substance}储罐 ${name}`,
      unitId: UNIT,
      substanceId: substanceIdOf(row),
      shape,
      medium: { densityKgM3 },
      level: { deviceId: gauge, point: 'level' },
    })
  }
  for (const deviceId of detectorsOf(source)) {
    const binding = { deviceId, quantity: 'combustible-gas', unitId: UNIT }
    await api.post<BindingDraft>(`${path}/bindings`, binding)
  }
}

export function draftOf({ id, organizationId, name, people, tanks }: PlannedSource) {
  const site = planDistrict().sites.find((one) => one.organizationId === organizationId)
  if (site === undefined) throw new Error(`no site of ${organizationId}`)
  const round = (degrees: number) => Number(degrees.toFixed(5))
  return {
    id,
    organizationId,
    draft: {
      name,
      siteId: site.id,
      address: site.address,
      position: {
        latitude: round(site.position.latitude + ASIDE_DEGREES),
        longitude: round(site.position.longitude + ASIDE_DEGREES),
      },
      units: [
        {
          id: UNIT,
          name: '罐组',
          boundary: 'dike',
          boundaryNote: '防火堤',
          substances: substancesOf(tanks),
        },
      ],
      surroundings: { exposedPopulation: people, countedOn: '2026-03-01' },
    },
  }
}

const substanceIdOf = (row: number) => `row-${row}`

/** Tanks of the same substance are one line of the register. */
function substancesOf(tanks: readonly PlannedTank[]) {
  return [...Map.groupBy(tanks, ({ row }) => row)].map(([row, same]) => ({
    id: substanceIdOf(row),
    name: same[0]?.substance ?? '',
    row,
    beta: same[0]?.beta ?? '',
    container: same.map(({ name }) => name).join('、'),
    quantity: {
      value: String(same.reduce((sum, tank) => sum + registeredTonnes(tank), 0)),
      unit: 't',
    },
  }))
}

function registeredTonnes({ shape, densityKgM3 }: PlannedTank): number {
  const { diameterM } = shape
  const volumeM3 =
    shape.kind === 'sphere'
      ? (Math.PI * diameterM ** 3) / 6
      : (Math.PI * diameterM ** 2 * shape.heightM) / 4
  return Math.round((volumeM3 * densityKgM3 * REGISTERED_SHARE) / 1_000)
}

/** Those that hang among its tanks. */
function detectorsOf({ organizationId }: PlannedSource): readonly string[] {
  return planDistrict()
    .devices.filter(
      ({ siteId, profileId, location }) =>
        siteId === `${organizationId}-site` &&
        profileId === 'gas-combustible' &&
        location.includes('罐'),
    )
    .map(({ id }) => id)
}
