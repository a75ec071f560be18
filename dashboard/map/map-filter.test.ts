import { describe, expect, test } from 'vitest'
import { NO_FILTER, placesQuery } from './map-filter.ts'

const VIEW = { west: 118.7004, south: 24.8996, east: 118.9, north: 24.95, zoom: 12 }

describe('placesQuery', () => {
  test('asks for a rectangle a little larger than what is seen', () => {
    expect(placesQuery(VIEW, NO_FILTER)).toMatchObject({
      west: 118.7,
      south: 24.899,
      east: 118.9,
      north: 24.95,
      zoom: 12,
      layers: 'alarms,devices,sources',
    })
  })

  test.for([
    ['all', {}],
    ['abnormal', { abnormal: 'true' }],
    ['grade-2', { gradeMax: '2' }],
    ['level-3', { hazardLevel: '3' }],
  ] as const)('%s is %o', ([only, wanted]) => {
    const query = placesQuery(VIEW, { ...NO_FILTER, only })
    const asked = {
      abnormal: query?.abnormal,
      gradeMax: query?.gradeMax,
      hazardLevel: query?.hazardLevel,
    }
    expect(asked).toEqual({
      abnormal: undefined,
      gradeMax: undefined,
      hazardLevel: undefined,
      ...wanted,
    })
  })

  test('asks for nothing where only the risk is shown', () => {
    expect(placesQuery(VIEW, { ...NO_FILTER, layers: ['risk'] })).toBeNull()
  })

  test('stays on the earth', () => {
    const world = { west: -180, south: -90, east: 180, north: 90, zoom: 0 }
    expect(placesQuery(world, NO_FILTER)).toMatchObject({ west: -180, south: -90, east: 180 })
  })
})
