import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type HazardSource, hazardDossier } from '#gateway/contract.ts'
// biome-ignore lint/style/noRestrictedImports: so much is made in the database itself, not over HTTP.
import { HazardSourceStore } from '#gateway/database/hazard-source-store.ts'
// biome-ignore lint/style/noRestrictedImports: so much is made in the database itself, not over HTTP.
import { type Database, openDatabase } from '#gateway/database/open.ts'
// biome-ignore lint/style/noRestrictedImports: so much is made in the database itself, not over HTTP.
import { NEW_FILING } from '#gateway/hazards/filing.ts'
// biome-ignore lint/style/noRestrictedImports: so much is made in the database itself, not over HTTP.
import { SystemClock } from '#gateway/system-clock.ts'
import { startGateway } from '../simulators/acceptance/app-harness.ts'
import type { ApiClient } from '../simulators/api-client.ts'
import { effortOf } from './effort.ts'
import { mostOf, OURS, quantileOf, tellFigure, tellRemark } from './figure.ts'

/**
 * Lists, search and map over a register of 2,000 enterprises in 20 towns, 10,000 hazard sources and
 * 50,000 devices, over HTTP, one question at a time: for the whole district and for the supervisor of
 * one town. The promise is 200 ms at the 95th percentile.
 */
const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const QUESTIONS_A_ROUND = 20
const PROMISED_MS = 200
const TOWNS = 20
const ENTERPRISES = isQuick ? 200 : 2_000
const SOURCES = 5 * ENTERPRISES
const DEVICES = 25 * ENTERPRISES
const PROFILES = ['gas-combustible', 'gas-toxic-h2s', 'smoke', 'smart-power', 'tank']
const TOWN_PASSWORD = 'bench supervisor pw'
const CHUNK = 5_000

/** Towns lie on a grid of 0.2°, their enterprises around them. */
function positionOf(enterprise: number) {
  const town = enterprise % TOWNS
  const turn = enterprise * 2.4
  const radius = 0.08 * Math.sqrt((enterprise / ENTERPRISES + 0.01) % 1)
  return {
    latitude: 24.5 + 0.2 * Math.floor(town / 5) + radius * Math.sin(turn),
    longitude: 118.3 + 0.2 * (town % 5) + radius * Math.cos(turn),
  }
}

async function fillPlant(database: Database): Promise<void> {
  const organizations = [
    ['district', '测试区', 'district', null, 1],
    ...range(TOWNS).map((n) => [`town-${n}`, `测试镇 ${n}`, 'town', 'district', 2]),
    ...range(ENTERPRISES).map((n) => [
      `firm-${n}`,
      `第 ${n} 化工有限公司`,
      'enterprise',
      `town-${n % TOWNS}`,
      3 + n,
    ]),
  ]
  const sites = range(ENTERPRISES).map((n) => {
    const { latitude, longitude } = positionOf(n)
    const words = [`site-${n}`, `${n} 号厂区`, `firm-${n}`, `示例路 ${n} 号`]
    return [...words, latitude, longitude, '值班', '10000000001', 3 + n]
  })
  const devices = range(DEVICES).map((n) => {
    const site = n % ENTERPRISES
    const profile = PROFILES[n % PROFILES.length]
    return [`device-${n}`, `测点 ${n}`, profile, `site-${site}`, `${n % 7} 车间`, 3 + n]
  })
  await insert(database, 'organizations (id, name, kind, parent_id, created_at_ms)', organizations)
  await insert(
    database,
    'sites (id, name, organization_id, address, latitude, longitude, contact_name, contact_phone, created_at_ms)',
    sites,
  )
  await insert(
    database,
    'devices (id, name, profile_id, site_id, location, created_at_ms)',
    devices,
  )
}

async function insert(database: Database, into: string, rows: readonly unknown[][]): Promise<void> {
  const marks = Array.from({ length: into.split(',').length }, () => '?').join(', ')
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK)
    await database.batch([{ sql: `INSERT INTO ${into} VALUES (${marks})`, rows: chunk }])
  }
}

const SUBSTANCES = [
  { id: 'a', name: '甲醇', cas: '67-56-1', row: 65, beta: '1' },
  { id: 'b', name: '液氨', cas: '7664-41-7', row: 1 },
  { id: 'c', name: '氯', cas: '7782-50-5', row: 12 },
]

async function fillSources(database: Database): Promise<void> {
  const store = new HazardSourceStore(database)
  for (let start = 0; start < SOURCES; start += 100) {
    await Promise.all(range(100).map((offset) => store.insert(sourceOf(start + offset))))
  }
}

function sourceOf(n: number) {
  const firm = n % ENTERPRISES
  const quantity = { value: String(4 + (n % 900)), unit: 't' as const }
  const draft = hazardDossier.parse({
    name: `${n} 号罐区`,
    siteId: `site-${firm}`,
    address: `示例路 ${firm} 号`,
    position: positionOf(firm),
    units: [
      {
        id: 'u',
        name: '一号单元',
        boundary: 'dike',
        substances: SUBSTANCES.slice(0, 1 + (n % 3)).map((one) => ({ ...one, quantity })),
      },
    ],
    surroundings: { exposedPopulation: n % 120 },
  })
  return {
    id: `source-${n}`,
    organizationId: `firm-${firm}`,
    filing: NEW_FILING,
    draft,
    inForce: null,
    submittedAtMs: null,
    dueAtMs: null,
    revision: 1,
    createdAtMs: 3 + n,
    updatedAtMs: 3 + n,
    updatedBy: 'bench',
  }
}

const QUESTIONS: readonly { readonly what: string; readonly path: (round: number) => string }[] = [
  { what: 'enterprises, a page', path: () => '/organizations?limit=100' },
  { what: 'sites of a town', path: (n) => `/sites?limit=100&organizationId=town-${n % TOWNS}` },
  { what: 'devices, a page', path: () => '/devices?limit=100' },
  { what: 'devices of a town', path: (n) => `/devices?limit=100&organizationId=town-${n % TOWNS}` },
  {
    what: 'devices by text',
    path: (n) => `/devices?limit=100&text=${encodeURIComponent(`测点 ${n * 37}`)}`,
  },
  { what: 'devices by a text that none has', path: (n) => `/devices?limit=100&text=none-${n}` },
  { what: 'hazard sources, gravest first', path: () => '/hazard-sources?limit=100' },
  {
    what: 'hazard sources of a level',
    path: (n) => `/hazard-sources?limit=100&hazardLevel=${1 + (n % 4)}`,
  },
  {
    what: 'hazard sources of a town',
    path: (n) => `/hazard-sources?limit=100&organizationId=town-${n % TOWNS}`,
  },
  {
    what: 'hazard sources by text',
    path: (n) => `/hazard-sources?limit=100&text=${encodeURIComponent(`${n * 17} 号罐区`)}`,
  },
  {
    what: 'hazard sources by a text that none has',
    path: (n) => `/hazard-sources?limit=100&text=none-${n}`,
  },
  { what: 'one hazard source', path: (n) => `/hazard-sources/source-${(n * 20) % SOURCES}` },
  {
    what: 'what is in its tanks',
    path: (n) => `/hazard-sources/source-${(n * 20) % SOURCES}/watch`,
  },
  { what: 'duties', path: () => '/duties' },
  {
    what: 'map, the whole district',
    path: () => '/map/places?west=118&south=24.2&east=119.5&north=25.5&zoom=9',
  },
  {
    what: 'map, one town',
    path: (n) =>
      `/map/places?west=${118.2 + 0.2 * (n % 5)}&south=24.4&east=${118.4 + 0.2 * (n % 5)}&north=24.6&zoom=13`,
  },
  { what: 'map, a circle', path: () => '/map/circle?latitude=24.5&longitude=118.3&metres=5000' },
  { what: 'risk map', path: () => '/risk-map' },
  { what: 'risk map, an instant of the replay', path: () => '/risk-map?at=2099-01-01T00:00:00Z' },
  { what: 'why a colour', path: (n) => `/risk-map/firm-${(n * TOWNS) % ENTERPRISES}` },
]

const folder = await mkdtemp(join(tmpdir(), 'vigil-register-'))
try {
  const clock = new SystemClock()
  const database = await openDatabase({
    path: join(folder, 'vigil.db'),
    clock,
    logger: pino({ level: 'silent' }),
  })
  await fillPlant(database)
  await fillSources(database)
  await database.stop()
  await using gateway = await startGateway({
    dataFolder: folder,
    settings: { VIGIL_LOG_LEVEL: 'warn' },
  })
  const counts = [ENTERPRISES, SOURCES, DEVICES].map((count) => count.toLocaleString('en'))
  tellRemark(`${counts[0]} enterprises, ${counts[1]} hazard sources, ${counts[2]} devices.`)
  await gateway.api.post('/users', {
    username: 'town',
    displayName: 'town',
    password: TOWN_PASSWORD,
    role: 'supervisor',
    organizationId: 'town-0',
  })
  const town = await gateway.logIn('town', TOWN_PASSWORD)
  await measure(gateway.api, town)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measure(district: ApiClient, town: ApiClient): Promise<void> {
  const { paths } = await openApi(district)
  const all: (readonly number[])[] = []
  const unit = 'ms, p95'
  for (const { what, path } of QUESTIONS) {
    if (!Object.keys(paths).some((one) => matches(one, path(0)))) {
      throw new Error(`The API has no ${path(0)}.`)
    }
    const [ofDistrict, ofTown]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round += 1) {
      ofDistrict.push(await p95Of(district, path, round))
      ofTown.push(await p95Of(town, path, round))
    }
    all.push(ofDistrict, ofTown)
    const columns = [
      { who: `${OURS}, the district`, rounds: ofDistrict },
      { who: `${OURS}, a town`, rounds: ofTown },
    ]
    tellFigure({ name: what, unit, better: 'less', columns })
  }
  tellFigure({
    ...{ name: 'the slowest of these questions', unit, better: 'less' },
    columns: [{ who: OURS, rounds: mostOf(all) }],
    limits: [{ peer: null, is: 'at most', bound: PROMISED_MS }],
  })
}

async function p95Of(client: ApiClient, path: (n: number) => string, round: number) {
  const took: number[] = []
  for (let question = 0; question < QUESTIONS_A_ROUND; question += 1) {
    const beganAt = performance.now()
    // A town's account does not see every source that is asked for by id.
    await client.find<HazardSource>(path(round * QUESTIONS_A_ROUND + question))
    took.push(performance.now() - beganAt)
  }
  return quantileOf(took, 0.95)
}

async function openApi(client: ApiClient): Promise<{ paths: Record<string, unknown> }> {
  return await client.get('/api/openapi.json')
}

function matches(route: string, path: string): boolean {
  const pattern = route.replace(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${pattern}$`).test(`/api/v1${path.split('?')[0]}`)
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}
