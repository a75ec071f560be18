import { type Area, made, open, placing, thing, view } from './row.suite.ts'

export const HAZARDS: Area = {
  furnish: async (district, town) => {
    const source = await made(district, '/api/v1/hazard-sources', {
      id: `tank-farm-${town}`,
      organizationId: `enterprise-${town}`,
      draft: { name: `tank farm of ${town}`, siteId: `site-${town}` },
    })
    return { hazardSource: String(source.id) }
  },
  rows: {
    'POST /api/v1/hazard-sources/calculate': open('a calculation; nothing is kept', {
      substances: [{ table: 1, row: 1, quantityTonnes: 1 }],
      exposedPopulation: 0,
    }),
    'POST /api/v1/hazard-sources/assess': open('a calculation; nothing is kept', {
      units: [],
      exposedPopulation: 0,
    }),
    'GET /api/v1/hazard-substances': open('tables of a standard'),
    'GET /api/v1/hazard-standard': open('tables of a standard'),
    'GET /api/v1/hazard-sources': view({
      query: ({ organization }) => `?organizationId=${organization}`,
    }),
    'POST /api/v1/hazard-sources': placing((of) => ({ organizationId: of.organization })),
    'GET /api/v1/hazard-sources/{id}': thing('hazardSource'),
    'PATCH /api/v1/hazard-sources/{id}': thing('hazardSource', {
      body: { revision: 1, draft: { name: 'taken over' } },
    }),
    'DELETE /api/v1/hazard-sources/{id}': thing('hazardSource'),
  },
}
