import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAP_LIMITS } from '#config/limits.ts'
import type { MapPlace } from '../contract.ts'
import { clusterPlaces, isWithin } from './clusters.ts'

function aPlace(overrides: Partial<MapPlace> = {}): MapPlace {
  return {
    kind: 'site',
    id: 'site',
    name: 'site',
    organizationId: 'enterprise',
    organizationName: 'enterprise',
    position: { latitude: 24.9, longitude: 118.7 },
    worstGrade: null,
    alarms: 0,
    unacknowledged: 0,
    devices: 3,
    silent: 0,
    fault: 0,
    hazardLevel: null,
    sourceKind: null,
    people: null,
    ...overrides,
  }
}

const anyPlace = fc
  .record({
    latitude: fc.double({ min: -85, max: 85, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    worstGrade: fc.constantFrom(null, 1 as const, 2 as const, 3 as const, 4 as const),
    kind: fc.constantFrom('site' as const, 'source' as const),
  })
  .map(({ latitude, longitude, ...rest }) => aPlace({ position: { latitude, longitude }, ...rest }))

describe('clusterPlaces', () => {
  test('loses no place and no alarm at any zoom', () => {
    fc.assert(
      fc.property(fc.array(anyPlace), fc.integer({ min: 0, max: 24 }), (given, zoom) => {
        const { places, clusters } = clusterPlaces(given, zoom)
        const clustered = clusters.reduce((sum, one) => sum + one.sites + one.sources, 0)
        expect(places.length + clustered).toBe(given.length)
        const worst = (all: readonly { worstGrade: MapPlace['worstGrade'] }[]) =>
          Math.min(...all.map(({ worstGrade }) => worstGrade ?? 9))
        expect(worst([...places, ...clusters])).toBe(worst(given))
        for (const { position, bounds } of clusters) expect(isWithin(bounds, position)).toBe(true)
      }),
    )
  })

  test('counts the devices of a source once where its site is there too', () => {
    const source = aPlace({ kind: 'source', alarms: 1, worstGrade: 2 })
    const { clusters } = clusterPlaces([aPlace({ alarms: 1, worstGrade: 2 }), source], 10)
    expect(clusters).toMatchObject([{ sites: 1, sources: 1, devices: 3, alarms: 1, worstGrade: 2 }])
  })

  test('lets every place stand alone when one looks closely', () => {
    expect(clusterPlaces([aPlace(), aPlace()], MAP_LIMITS.zoomAlone).places).toHaveLength(2)
  })

  test('answers no more than the limit, however many there are', () => {
    const across = Array.from({ length: 5_000 }, (_, index) =>
      aPlace({ position: { latitude: 20 + index / 250, longitude: 100 + (index % 70) / 2 } }),
    )
    const { places, clusters } = clusterPlaces(across, 24)
    expect(places.length + clusters.length).toBeLessThanOrEqual(MAP_LIMITS.featuresMax)
  })
})

test('a rectangle may cross the date line', () => {
  const pacific = { west: 170, south: -10, east: -170, north: 10 }
  expect(isWithin(pacific, { latitude: 0, longitude: 175 })).toBe(true)
  expect(isWithin(pacific, { latitude: 0, longitude: -175 })).toBe(true)
  expect(isWithin(pacific, { latitude: 0, longitude: 0 })).toBe(false)
})
