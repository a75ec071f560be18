import type { DeviceId } from '#alerting/reading.ts'
import { type Area, open, placing, thing, view } from './row.suite.ts'

export const PLANT: Area = {
  furnish: async (district, town) => {
    await district.services.ingest.accept({
      deviceId: `gas-${town}` as DeviceId,
      topicName: `devices/gas-${town}/readings`,
      payload: Buffer.from(`secret of ${town}`),
      arrivedAtMs: district.clock.nowMs(),
    })
    return {
      organization: `enterprise-${town}`,
      site: `site-${town}`,
      device: `gas-${town}`,
    }
  },
  rows: {
    'GET /api/v1/organizations': view(),
    'POST /api/v1/organizations': placing((of) => ({ name: 'x', parentId: of.organization })),
    'GET /api/v1/organizations/{id}': thing('organization'),
    'PATCH /api/v1/organizations/{id}': thing('organization', { body: { name: 'taken over' } }),
    'DELETE /api/v1/organizations/{id}': thing('organization'),
    'GET /api/v1/sites': view({ query: ({ organization }) => `?organizationId=${organization}` }),
    'POST /api/v1/sites': placing((of) => ({ name: 'x', organizationId: of.organization })),
    'GET /api/v1/sites/{id}': thing('site'),
    'PATCH /api/v1/sites/{id}': thing('site', { body: { name: 'taken over' } }),
    'DELETE /api/v1/sites/{id}': thing('site'),
    'GET /api/v1/devices': view({ query: ({ site }) => `?siteId=${site}` }),
    'POST /api/v1/devices': placing((of) => ({
      name: 'x',
      profileId: 'gas-combustible',
      siteId: of.site,
    })),
    'GET /api/v1/devices/{id}': thing('device'),
    'PATCH /api/v1/devices/{id}': thing('device', { body: { name: 'taken over' } }),
    'DELETE /api/v1/devices/{id}': thing('device'),
    'GET /api/v1/devices/{id}/rejected': thing('device'),
    'GET /api/v1/devices/{id}/rules': thing('device'),
    'GET /api/v1/devices/{id}/explanation': thing('device'),
    'POST /api/v1/devices/{id}/credential': thing('device'),
    'DELETE /api/v1/devices/{id}/credential': thing('device'),
    'GET /api/v1/devices/{id}/readings': thing('device', { query: '?point=lel' }),
    'POST /api/v1/devices/{id}/readings': thing('device', { body: { values: { lel: 5 } } }),
    'GET /api/v1/devices/{id}/latest': thing('device'),
    'GET /api/v1/readings/latest': view({
      query: ({ device }) => `?deviceIds=gas-a,${device}`,
      mayBeEmpty: 'the detectors of the test have not sent anything yet',
    }),
    'GET /api/v1/readings/history': view({
      query: ({ device }) => `?series=gas-a/lel&series=${device}/lel`,
    }),
    'GET /api/v1/readings/export': view({
      query: ({ device }) => `?series=gas-a/lel&series=${device}/lel`,
      mayBeEmpty: 'the detectors of the test have not sent anything yet',
    }),
    'GET /api/v1/profiles': open('families of devices are shipped with the gateway'),
    'GET /api/v1/profiles/{id}': open('as the list of profiles'),
    'GET /api/v1/entrances': open('ports of the gateway'),
    'GET /health/live': open('the gateway itself, for its supervisor'),
    'GET /health/ready': open('the gateway itself, for its supervisor'),
    'GET /metrics': open('numbers of the gateway, without names'),
  },
}
