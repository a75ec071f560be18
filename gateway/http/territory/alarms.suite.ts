import { PASSWORD } from '../http-server.suite.ts'
import { type Area, thing, view } from './row.suite.ts'

export const ALARMS: Area = {
  furnish: async (place, town) => {
    const alarm = await place.raise(town)
    const admin = await place.as('admin')
    const told = await admin('GET', `/api/v1/notifications?alarmId=${alarm}`)
    const operator = await place.as(`operator-${town}`)
    const signed = await operator('POST', '/api/v1/handovers', {
      notes: `of ${town}`,
      password: PASSWORD,
    })
    return { alarm, notification: told.json().items[0].id, handover: signed.json().id }
  },
  rows: {
    'GET /api/v1/alarms': view({ query: ({ device }) => `?deviceId=${device}` }),
    'GET /api/v1/alarms/export': view(),
    'GET /api/v1/alarms/told': view({ query: ({ alarm }) => `?ids=${alarm}` }),
    'GET /api/v1/handovers/situation': view(),
    'GET /api/v1/handovers': view(),
    'GET /api/v1/handovers/{id}': thing('handover'),
    'POST /api/v1/handovers/{id}/accept': thing('handover', { body: { password: PASSWORD } }),
    'POST /api/v1/handovers': {
      kind: 'open',
      why: 'of the territory of the caller itself',
      // Not signed: what the others of the territory see must stay the same.
      body: { password: 'wrong' },
    },
    'GET /api/v1/performance/steadying': view({
      query: ({ device }) =>
        `?ruleId=gas-combustible-high&deviceId=${device}&point=lel&from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z`,
      mayBeEmpty: 'figures name nothing',
    }),
    'GET /api/v1/performance': view({
      query: () => '?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z',
    }),
    'GET /api/v1/alarms/{id}': thing('alarm'),
    'POST /api/v1/alarms/{id}/acknowledge': thing('alarm'),
    'POST /api/v1/alarms/{id}/comments': thing('alarm', { body: { note: 'x' } }),
    'POST /api/v1/alarms/{id}/assign': thing('alarm', { body: { username: 'admin' } }),
    'POST /api/v1/alarms/{id}/shelve': thing('alarm', { body: { note: 'x', durationMs: 1_000 } }),
    'POST /api/v1/alarms/{id}/unshelve': thing('alarm'),
    'POST /api/v1/alarms/{id}/reset': thing('alarm'),
    'POST /api/v1/alarms/{id}/close': thing('alarm', { body: { note: 'x' } }),
    'GET /api/v1/notifications': view(),
    'POST /api/v1/notifications/{id}/send-again': thing('notification'),
  },
}
