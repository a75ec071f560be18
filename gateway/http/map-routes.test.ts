import { describe, expect } from 'vitest'
import type { MapBase, MapCircle, MapPlaces, RiskDetail, RiskMap } from '../contract.ts'
import { aSource } from '../watching/watching.suite.ts'
import { type District, test } from './http-server.suite.ts'

const EVERYWHERE = 'west=-180&south=-90&east=180&north=90'
const HOUR_MS = 3_600_000

/** Both towns on the map, a kilometre or so apart, and a source of level 4 in town a. */
async function furnish(district: District): Promise<void> {
  const { registry, sources } = district
  await registry.patchSite('site-a', { position: { latitude: 24.9, longitude: 118.7 } })
  await registry.patchSite('site-b', { position: { latitude: 24.9, longitude: 118.71 } })
  sources.put(
    aSource({
      organizationId: 'enterprise-a',
      siteId: 'site-a',
      position: null,
      exposedPopulation: { people: 120 },
    }),
  )
}

async function read<Answer>(district: District, who: string, path: string): Promise<Answer> {
  const answer = await (await district.as(who))('GET', `/api/v1${path}`)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

describe('GET /api/v1/risk-map', () => {
  test('colours enterprises, and a town by its worst one', async ({ district }) => {
    await furnish(district)
    await district.raise('a')
    const { basis, items } = await read<RiskMap>(district, 'admin', '/risk-map')
    const colours = Object.fromEntries(items.map((one) => [one.organizationId, one.colour]))
    expect(basis).toBe('live')
    // Level 4 is 15, a yellow alarm 20: yellow begins at 25.
    expect(colours).toEqual({
      district: 'yellow',
      'town-a': 'yellow',
      'enterprise-a': 'yellow',
      'town-b': 'blue',
      'enterprise-b': 'blue',
    })
  })

  test('is cut to the territory, and says nothing of those above it', async ({ district }) => {
    await furnish(district)
    const { items } = await read<RiskMap>(district, 'viewer-b', '/risk-map')
    expect(items.map(({ organizationId }) => organizationId)).toEqual(['town-b', 'enterprise-b'])
  })

  test('names every single thing behind a colour', async ({ district }) => {
    await furnish(district)
    const alarmId = await district.raise('a')
    const detail = await read<RiskDetail>(district, 'viewer-a', '/risk-map/town-a')
    expect(detail.worst).toEqual({ id: 'enterprise-a', name: 'enterprise-a 名' })
    expect(detail.points).toBe(35)
    expect(detail.items).toEqual([
      { factor: 'level4', kind: 'hazard-source', id: 'farm-1', name: '一号罐区', since: null },
      {
        factor: 'yellow',
        kind: 'alarm',
        id: alarmId,
        name: 'gas a',
        since: expect.stringMatching(/Z$/),
      },
    ])
  })

  test('plays back what was, as each snapshot has it', async ({ district }) => {
    await furnish(district)
    const { risk } = district.services
    const startMs = district.clock.nowMs()
    await risk.keepSnapshot()
    await district.clock.advanceBy(HOUR_MS)
    await district.raise('a')
    await district.clock.advanceBy(HOUR_MS)
    await risk.keepSnapshot()
    const colourAt = async (ms: number) => {
      const at = new Date(ms).toISOString()
      const map = await read<RiskMap>(district, 'viewer-a', `/risk-map?at=${at}`)
      const town = map.items.find(({ organizationId }) => organizationId === 'town-a')
      return [map.at === null ? null : Date.parse(map.at) - startMs, town?.colour]
    }
    expect(await colourAt(startMs - 1)).toEqual([null, undefined])
    expect(await colourAt(startMs + HOUR_MS)).toEqual([0, 'blue'])
    expect(await colourAt(startMs + 3 * HOUR_MS)).toEqual([2 * HOUR_MS, 'yellow'])
    const { items } = await read<{ items: string[] }>(district, 'viewer-a', '/risk-snapshots')
    expect(items.map((at) => Date.parse(at) - startMs)).toEqual([0, 2 * HOUR_MS])
  })

  test('forgets what is older than the replay', async ({ district }) => {
    const { risk } = district.services
    await risk.keepSnapshot()
    await district.clock.advanceBy(30 * 24 * HOUR_MS + 1)
    await risk.keepSnapshot()
    expect(await risk.snapshotTimes()).toEqual([district.clock.nowMs()])
  })
})

describe('GET /api/v1/map', () => {
  test('shows sites with their devices and sources with their people', async ({ district }) => {
    await furnish(district)
    await district.raise('a')
    const query = `${EVERYWHERE}&zoom=20`
    const { places } = await read<MapPlaces>(district, 'viewer-a', `/map/places?${query}`)
    expect(places).toMatchObject([
      { kind: 'site', id: 'site-a', worstGrade: 3, alarms: 1, unacknowledged: 1, devices: 1 },
      {
        kind: 'source',
        id: 'farm-1',
        hazardLevel: 4,
        people: 120,
        position: { latitude: 24.9, longitude: 118.7 }, // of its site: it has none itself
      },
    ])
  })

  test('makes one cluster of what would lie upon each other, with the worst grade', async ({
    district,
  }) => {
    await furnish(district)
    await district.raise('b')
    const query = `${EVERYWHERE}&zoom=5`
    const all = await read<MapPlaces>(district, 'admin', `/map/places?${query}`)
    expect(all.places).toEqual([])
    expect(all.clusters).toMatchObject([
      { sites: 2, sources: 1, devices: 2, alarms: 1, worstGrade: 3 },
    ])
  })

  test('filters by layer, level, state and words', async ({ district }) => {
    await furnish(district)
    const shown = {
      'layers=alarms': [],
      'layers=sources': ['farm-1'],
      'hazardLevel=1': [],
      'hazardLevel=4': ['farm-1'],
      'abnormal=true': [],
      'text=SITE': ['site-a'],
    }
    for (const [filter, ids] of Object.entries(shown)) {
      const query = `${EVERYWHERE}&zoom=20&${filter}`
      const { places } = await read<MapPlaces>(district, 'viewer-a', `/map/places?${query}`)
      expect(
        places.map(({ id }) => id),
        filter,
      ).toEqual(ids)
    }
  })

  test('counts who lives within a circle, and says of how many sources nobody knows', async ({
    district,
  }) => {
    await furnish(district)
    district.sources.put(
      aSource({
        id: 'farm-2',
        organizationId: 'enterprise-b',
        siteId: 'site-b',
        position: null,
        exposedPopulation: { people: null },
      }),
    )
    const circle = (who: string, metres: number) =>
      read<MapCircle>(district, who, `/map/circle?latitude=24.9&longitude=118.7&metres=${metres}`)
    const known = { people: 120, devices: 1, sites: 1, sources: 1, sourcesWithoutPeople: 0 }
    expect(await circle('admin', 500)).toMatchObject(known)
    expect(await circle('viewer-a', 5_000)).toMatchObject(known)
    expect(await circle('admin', 5_000)).toMatchObject({
      people: 120,
      devices: 2,
      sites: 2,
      sources: 2,
      sourcesWithoutPeople: 1,
    })
  })

  test('tells where the territory lies and what has no position', async ({ district }) => {
    await district.registry.patchSite('site-a', { position: { latitude: 24.9, longitude: 118.7 } })
    const base = await read<MapBase>(district, 'admin', '/map')
    expect(base).toMatchObject({
      bounds: { west: 118.7, south: 24.9, east: 118.7, north: 24.9 },
      withoutPosition: { sites: 1, sources: 0 },
    })
    const elsewhere = await read<MapBase>(district, 'viewer-b', '/map')
    expect(elsewhere).toMatchObject({ bounds: null, withoutPosition: { sites: 1, sources: 0 } })
  })

  test.for([
    'map/places?west=0&south=0&east=0&north=91&zoom=3',
    'map/places?west=0&south=0&east=0&north=1&zoom=x',
    'map/circle?latitude=24&longitude=118&metres=1e9',
    'risk-map?at=yesterday',
  ])('refuses %s', async (path, { shared }) => {
    const answer = await (await shared.as('admin'))('GET', `/api/v1/${path}`)
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' })
  })
})
