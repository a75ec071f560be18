import { GAS_RULE } from '../http-server.suite.ts'
import { type Area, district, made, thing, view } from './row.suite.ts'

export const ALARMS: Area = {
  furnish: async (place, town) => {
    const alarm = await place.raise(town)
    await made(place, '/api/v1/rules', {
      ...GAS_RULE,
      id: `rule-${town}`,
      deviceIds: [`gas-${town}`],
    })
    const admin = await place.as('admin')
    const told = await admin('GET', `/api/v1/notifications?alarmId=${alarm}`)
    return { alarm, rule: `rule-${town}`, notification: told.json().items[0].id }
  },
  rows: {
    'GET /api/v1/alarms': view({ query: ({ device }) => `?deviceId=${device}` }),
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
    'GET /api/v1/rules': view(),
    'POST /api/v1/rules': district({ body: { ...GAS_RULE, id: 'rule-x' } }),
    'GET /api/v1/rules/{id}': thing('rule'),
    'PATCH /api/v1/rules/{id}': district({ params: { id: 'rule' }, body: { enabled: false } }),
    'DELETE /api/v1/rules/{id}': district({ params: { id: 'rule' } }),
    'GET /api/v1/rules/{id}/versions': thing('rule'),
  },
}
