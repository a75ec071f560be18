import { PASSWORD } from '../http-server.suite.ts'
import { type Area, district, made, open, placing, thing, view } from './row.suite.ts'

export const PEOPLE: Area = {
  furnish: async (place, town) => {
    const channel = await made(place, '/api/v1/channels', {
      kind: 'webhook',
      name: `hook of ${town}`,
      gradeMax: 4,
      organizationId: `enterprise-${town}`,
      config: { url: `http://127.0.0.1:9/secret-of-${town}` },
    })
    return {
      channel: String(channel.id),
      user: place.accounts.userByName(`operator-${town}`)?.id ?? '',
    }
  },
  rows: {
    'POST /api/v1/sessions': open('logging in', { username: 'admin', password: PASSWORD }),
    'GET /api/v1/sessions/current': open('my own session'),
    'DELETE /api/v1/sessions/current': open('my own session'),
    'PUT /api/v1/sessions/current/password': open('my own password', {
      currentPassword: 'a wrong one',
      newPassword: 'another password',
    }),
    'GET /api/v1/tokens': open('my own tokens'),
    'POST /api/v1/tokens': open('my own tokens', { name: 'x', scopes: ['read'] }),
    'DELETE /api/v1/tokens/{id}': open("my own tokens; another's does not exist for me"),
    'GET /api/v1/users': view(),
    'POST /api/v1/users': placing((of) => ({
      username: 'spy',
      displayName: 'spy',
      password: 'long enough pw',
      role: 'viewer',
      organizationId: of.organization,
    })),
    'GET /api/v1/users/{id}': thing('user'),
    'PATCH /api/v1/users/{id}': thing('user', { body: { displayName: 'taken over' } }),
    'DELETE /api/v1/users/{id}': thing('user'),
    'GET /api/v1/channels': view(),
    'POST /api/v1/channels': placing((of) => ({
      kind: 'webhook',
      name: 'x',
      organizationId: of.organization,
      config: { url: 'http://127.0.0.1:9/x' },
    })),
    'GET /api/v1/channels/{id}': thing('channel'),
    'PATCH /api/v1/channels/{id}': thing('channel', { body: { name: 'taken over' } }),
    'DELETE /api/v1/channels/{id}': thing('channel'),
    'POST /api/v1/channels/{id}/test': thing('channel'),
    'GET /api/v1/audit-entries': district(),
  },
}
