import { type Area, open, thing, view } from './row.suite.ts'

const EVERYWHERE = 'west=-180&south=-90&east=180&north=90'

export const MAP: Area = {
  furnish: async (district, town, of) => {
    const position = { latitude: 24.9, longitude: town === 'a' ? 118.7 : 118.8 }
    await district.registry.patchSite(of.site ?? '', { position })
    return {}
  },
  rows: {
    'GET /api/v1/map': open('outline and tiles; the rectangle is tested in map-routes.test.ts'),
    'GET /api/v1/map/places': view({ query: `?${EVERYWHERE}&zoom=20` }),
    'GET /api/v1/map/circle': view({ query: '?latitude=24.9&longitude=118.8&metres=50000' }),
    'GET /api/v1/risk-map': view(),
    'GET /api/v1/risk-map/{id}': thing('organization'),
    'GET /api/v1/risk-snapshots': open('instants only'),
  },
}
