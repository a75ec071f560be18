import { describe, expect } from 'vitest'
import type { DeviceId } from '#alerting/reading.ts'
import { type District, GAS_RULE, test } from './http-server.suite.ts'

/** Everything of town b, so that each route of the document has something to betray. */
async function furnish(district: District): Promise<Readonly<Record<string, string>>> {
  const admin = await district.as('admin')
  const alarm = await district.raise('b')
  const channel = await admin('POST', '/api/v1/channels', {
    kind: 'webhook',
    name: 'hook of b',
    organizationId: 'town-b',
    config: { url: 'http://127.0.0.1:9/secret-of-b' },
  })
  const sent = await admin('POST', `/api/v1/channels/${channel.json().id}/test`)
  const rule = await admin('POST', '/api/v1/rules', {
    ...GAS_RULE,
    id: 'rule-of-b',
    deviceIds: ['gas-b'],
  })
  expect([channel.statusCode, sent.statusCode, rule.statusCode]).toEqual([201, 202, 201])
  await district.services.ingest.accept({
    deviceId: 'gas-b' as DeviceId,
    topicName: 'devices/gas-b/readings',
    payload: Buffer.from('secret-of-b'),
    arrivedAtMs: district.clock.nowMs(),
  })
  const user = district.accounts.userByName('viewer-b')
  return {
    organizations: 'town-b',
    sites: 'site-b',
    devices: 'gas-b',
    users: user?.id ?? '',
    alarms: alarm,
    channels: channel.json().id,
    notifications: sent.json().items[0].id,
    rules: 'rule-of-b',
    tokens: 'none',
    profiles: 'none',
  }
}

/** Words that only stand in things of town b. */
const OF_B =
  /town-b|enterprise-b|site-b|site b|gas-b|gas b|rule-of-b|secret-of-b|hook of b|(admin|operator|viewer)-b/

describe('an account of another town', () => {
  test('reads and changes nothing of this one, by any route of the document', async ({
    district,
  }) => {
    const ids = await furnish(district)
    const { paths } = district.app.swagger() as unknown as {
      paths: Record<string, Record<string, unknown>>
    }
    const callers = await Promise.all(['admin-a', 'operator-a'].map((name) => district.as(name)))
    let walked = 0
    for (const [path, methods] of Object.entries(paths)) {
      if (path === '/api/v1/sessions/current') continue
      const resource = path.split('/')[3] ?? ''
      const url = path.replace('{id}', ids[resource] ?? 'none')
      for (const method of Object.keys(methods)) {
        for (const call of callers) {
          const query = method === 'get' ? (QUERY_OF[path] ?? '') : ''
          const answer = await call(method.toUpperCase() as 'GET', url + query, BODY_OF[path])
          expect(answer.statusCode, `${method} ${url}`).toBeLessThan(500)
          if (path.includes('{id}')) {
            expect([400, 403, 404], `${method} ${url} ${answer.body}`).toContain(answer.statusCode)
          }
          const asked = JSON.stringify(BODY_OF[path] ?? {}) + url + query
          const betrayed = answer.body
            .match(new RegExp(OF_B, 'g'))
            ?.filter((word) => !asked.includes(word))
          expect(betrayed ?? [], `${method} ${url}: ${answer.body.slice(0, 300)}`).toEqual([])
          walked += 1
        }
      }
    }
    expect(walked).toBeGreaterThan(100)
    // The same walk by somebody who may see it all finds it, so it would have been found above.
    const all = await district.as('admin')
    const telling = await Promise.all(
      Object.keys(paths)
        .filter((path) => paths[path]?.get !== undefined)
        .map(async (path) => {
          const url = path.replace('{id}', ids[path.split('/')[3] ?? ''] ?? 'none')
          return OF_B.test((await all('GET', url + (QUERY_OF[path] ?? ''))).body)
        }),
    )
    expect(telling.filter(Boolean).length).toBeGreaterThan(17)
    const { registry, accounts } = district
    expect([registry.device('gas-b')?.name, registry.site('site-b')?.name]).toEqual([
      'gas b',
      'site b',
    ])
    expect(registry.organization('town-b')).not.toBeNull()
    expect(accounts.userByName('viewer-b')).not.toBeNull()
    expect(district.services.channels.all()).toHaveLength(1)
    expect(district.services.rules.rule('rule-of-b')).not.toBeNull()
  })

  test.for([
    // a change by the administrator of town a that would reach beyond it
    ['POST', '/api/v1/organizations', { name: 'x' }, 403],
    ['POST', '/api/v1/organizations', { name: 'x', parentId: 'town-b' }, 422],
    ['PATCH', '/api/v1/organizations/enterprise-a', { parentId: 'town-b' }, 422],
    ['PATCH', '/api/v1/organizations/enterprise-a', { parentId: null }, 403],
    ['POST', '/api/v1/sites', { name: 'x', organizationId: 'enterprise-b' }, 422],
    ['PATCH', '/api/v1/sites/site-a', { organizationId: 'enterprise-b' }, 422],
    ['POST', '/api/v1/devices', { name: 'x', profileId: 'gas-combustible', siteId: 'site-b' }, 422],
    ['PATCH', '/api/v1/devices/gas-a', { siteId: 'site-b' }, 422],
    ['POST', '/api/v1/rules', GAS_RULE, 403],
    ['DELETE', '/api/v1/rules/gas-combustible-high', undefined, 403],
  ] as const)('%s %s %j is %i', async ([method, url, body, status], { shared }) => {
    const call = await shared.as('admin-a')
    expect((await call(method, url, body)).statusCode).toBe(status)
  })

  test.for([
    { organizationId: null },
    { organizationId: 'town-b' },
    { organizationId: 'district' },
    {},
  ])('makes no account with %j', async (beyond, { shared: district }) => {
    const call = await district.as('admin-a')
    const draft = {
      username: 'spy',
      displayName: 'spy',
      password: 'long enough pw',
      role: 'viewer',
    }
    const made = await call('POST', '/api/v1/users', { ...draft, ...beyond })
    expect([403, 422]).toContain(made.statusCode)
    const own = district.accounts.userByName('viewer-a')
    if ('organizationId' in beyond) {
      const moved = await call('PATCH', `/api/v1/users/${own?.id}`, beyond)
      expect([403, 422]).toContain(moved.statusCode)
    }
    const named = await call('PATCH', `/api/v1/users/${own?.id}`, { displayName: '新名' })
    expect(named.json()).toMatchObject({ displayName: '新名', organizationId: 'town-a' })
  })

  test('an alarm is given only to somebody who sees it', async ({ district }) => {
    const id = await district.raise('a')
    const call = await district.as('operator-a')
    const assign = (username: string) => call('POST', `/api/v1/alarms/${id}/assign`, { username })
    expect((await assign('viewer-b')).statusCode).toBe(400)
    expect((await assign('nobody')).json().issues).toMatchObject([{ path: 'username' }])
    expect((await assign('viewer-a')).json()).toMatchObject({ assignee: 'viewer-a' })
    expect((await assign('admin')).json()).toMatchObject({ assignee: 'admin' })
  })
})

const QUERY_OF: Readonly<Record<string, string>> = {
  '/api/v1/devices/{id}/readings': '?point=lel',
  '/api/v1/readings/latest': '?deviceIds=gas-a,gas-b',
  '/api/v1/sites': '?organizationId=enterprise-b',
  '/api/v1/devices': '?siteId=site-b',
  '/api/v1/alarms': '?deviceId=gas-b',
}

const BODY_OF: Readonly<Record<string, unknown>> = {
  '/api/v1/alarms/{id}/comments': { note: 'x' },
  '/api/v1/alarms/{id}/shelve': { note: 'x', durationMs: 1_000 },
  '/api/v1/alarms/{id}/assign': { username: 'admin' },
  '/api/v1/alarms/{id}/close': { note: 'x' },
  '/api/v1/organizations/{id}': { name: 'taken over' },
  '/api/v1/sites/{id}': { name: 'taken over' },
  '/api/v1/devices/{id}': { name: 'taken over' },
  '/api/v1/users/{id}': { displayName: 'taken over' },
  '/api/v1/channels/{id}': { name: 'taken over' },
  '/api/v1/rules/{id}': { enabled: false },
  '/api/v1/devices/{id}/readings': { values: { lel: 5 } },
}
