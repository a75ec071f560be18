import { type Area, made, placing, thing, view } from './row.suite.ts'

const UNTIL = '2026-11-24T08:00:00.000Z'

/** Enough of a PNG to be told by its first bytes. */
const A_PNG = Buffer.from('\x89PNG\r\n\x1a\n picture', 'latin1')

/** What people do about alarms: cases, windows, drills. */
export const RESPONSE: Area = {
  furnish: async (place, town, of) => {
    const until = new Date(place.clock.nowMs() + 3_600_000).toISOString()
    const window = await made(place, '/api/v1/service-windows', {
      kind: 'maintenance',
      scope: { kind: 'site', siteId: of.site },
      reason: `of ${town}`,
      until,
    })
    const drill = await made(place, '/api/v1/drills', {
      deviceId: of.device,
      point: 'lel',
      grade: 3,
      durationMs: 3_600_000,
      note: `of ${town}`,
    })
    const photo = await made(place, `/api/v1/alarms/${of.alarm}/photos?name=of%20${town}`, A_PNG)
    return {
      window: String(window.id),
      drill: String(drill.alarmId),
      photo: String(photo.id),
    }
  },
  rows: {
    'POST /api/v1/alarms/{id}/arrive': thing('alarm'),
    'POST /api/v1/alarms/{id}/dispose': thing('alarm', {
      body: { disposition: 'test', note: 'x' },
    }),
    'POST /api/v1/alarms/{id}/review': thing('alarm'),
    'POST /api/v1/alarms/{id}/send-back': thing('alarm', { body: { note: 'x' } }),
    'POST /api/v1/alarms/{id}/close-case': thing('alarm', { body: { note: 'x' } }),
    'GET /api/v1/alarms/{id}/evidence': thing('alarm'),
    'GET /api/v1/alarms/{id}/photos': thing('alarm'),
    'POST /api/v1/alarms/{id}/photos': thing('alarm', { body: A_PNG }),
    'GET /api/v1/alarms/{id}/photos/{photoId}': thing({ id: 'alarm', photoId: 'photo' }),
    'GET /api/v1/service-windows': view(),
    'POST /api/v1/service-windows': placing((of) => ({
      kind: 'maintenance',
      scope: { kind: 'device', deviceId: of.device, point: null },
      reason: 'x',
      until: UNTIL,
    })),
    'POST /api/v1/service-windows/{id}/finish': thing('window'),
    'POST /api/v1/service-windows/{id}/move': thing('window', { body: { until: UNTIL } }),
    'GET /api/v1/drills': view(),
    'POST /api/v1/drills': placing((of) => ({
      deviceId: of.device,
      point: 'lel',
      grade: 4,
      durationMs: 60_000,
      note: 'x',
    })),
    'POST /api/v1/drills/{id}/end': thing('drill'),
  },
}
