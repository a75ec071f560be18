import { aSource } from '../../watching/watching.suite.ts'
import { type Area, made, thing, view } from './row.suite.ts'

const rows = [
  { levelM: 0, volumeM3: 0 },
  { levelM: 10, volumeM3: 1_000 },
]
const tank = (deviceId: string) => ({
  name: 'T-1',
  unitId: 'unit-1',
  substanceId: 'methanol',
  shape: { kind: 'table', rows },
  medium: { densityKgM3: 791 },
  level: { deviceId, point: 'level' },
})

export const WATCHING: Area = {
  furnish: async (district, town, of) => {
    const { id } = aSource({ id: `source-${town}`, name: `source of ${town}` })
    district.sources.put(
      aSource({ id, name: `source of ${town}`, organizationId: `enterprise-${town}` }),
    )
    for (const gauge of [`gauge-${town}`, `spare-${town}`]) {
      await district.registry.createDevice({
        id: gauge,
        name: `${gauge} of ${town}`,
        profileId: 'tank',
        siteId: of.site ?? '',
        location: '',
      })
    }
    const added = await made(district, `/api/v1/hazard-sources/${id}/tanks`, tank(`gauge-${town}`))
    const bound = await made(district, `/api/v1/hazard-sources/${id}/bindings`, {
      deviceId: `gas-${town}`,
      quantity: 'combustible-gas',
    })
    return {
      source: id,
      tank: String(added.id),
      binding: String(bound.id),
      gauge: `gauge-${town}`,
      spare: `spare-${town}`,
    }
  },
  rows: {
    'GET /api/v1/duties': view({ query: ({ organization }) => `?organizationId=${organization}` }),
    'GET /api/v1/hazard-sources/{id}/duties': thing('hazardSource'),
    'GET /api/v1/hazard-sources/{id}/duty-records': thing('hazardSource'),
    'POST /api/v1/hazard-sources/{id}/duty-records': thing('hazardSource', {
      body: { dutyId: 'operating-permits', outcome: 'done' },
    }),
    'GET /api/v1/hazard-sources/{id}/watch': thing('source'),
    'GET /api/v1/hazard-sources/{id}/tanks': thing('source'),
    'POST /api/v1/hazard-sources/{id}/tanks': thing('source', {
      body: ({ spare }) => tank(spare ?? ''),
    }),
    'PUT /api/v1/hazard-sources/{id}/tanks/{tankId}': thing(
      { id: 'source', tankId: 'tank' },
      { body: ({ gauge }) => tank(gauge ?? '') },
    ),
    'DELETE /api/v1/hazard-sources/{id}/tanks/{tankId}': thing({ id: 'source', tankId: 'tank' }),
    'POST /api/v1/hazard-sources/{id}/bindings': thing('source', {
      body: ({ spare }) => ({ deviceId: spare, quantity: 'level' }),
    }),
    'DELETE /api/v1/hazard-sources/{id}/bindings/{bindingId}': thing({
      id: 'source',
      bindingId: 'binding',
    }),
  },
}
