import { describe, expect } from 'vitest'
import { parseDeviceId } from '#alerting/reading.ts'
import { test } from './http-server.suite.ts'

describe('organizations, sites and devices', () => {
  test('are told the ports on which devices connect, after logging in', async ({ district }) => {
    const admin = await district.as('admin')
    const answer = await admin('GET', '/api/v1/entrances')
    expect(answer.json()).toEqual({ mqttPort: 1883, mqttsPort: null })
    const stranger = await district.app.inject({ method: 'GET', url: '/api/v1/entrances' })
    expect(stranger.statusCode).toBe(401)
  })

  test('are created, read, changed, listed and removed', async ({ district }) => {
    const admin = await district.as('admin')
    const organization = await admin('POST', '/api/v1/organizations', { name: '新企业' })
    expect(organization.statusCode).toBe(201)
    expect(organization.json()).toMatchObject({ kind: 'enterprise', parentId: null })
    const organizationId = organization.json().id
    const site = await admin('POST', '/api/v1/sites', { name: '厂区', organizationId })
    expect(site.statusCode).toBe(201)
    const siteId = site.json().id
    const draft = { id: 'gas-c', name: '探测器', profileId: 'gas-combustible', siteId }
    const device = await admin('POST', '/api/v1/devices', draft)
    expect(device.statusCode).toBe(201)
    expect(device.json()).toMatchObject({
      id: 'gas-c',
      organizationId,
      status: 'never-seen',
      credential: { username: 'gas-c' },
    })
    expect((await admin('GET', '/api/v1/devices/gas-c')).json().credential).toBeUndefined()

    const changes = [
      [`/api/v1/organizations/${organizationId}`, { name: '改名' }],
      [`/api/v1/sites/${siteId}`, { address: '港口路 1 号' }],
      ['/api/v1/devices/gas-c', { location: '锅炉房' }],
    ] as const
    for (const [url, change] of changes) {
      const answer = await admin('PATCH', url, change)
      expect(answer.json()).toMatchObject(change)
      expect((await admin('GET', url)).json()).toEqual(answer.json())
    }
    expect((await admin('GET', `/api/v1/sites/${siteId}`)).json().name).toBe('厂区')

    const inUse = [
      [`/api/v1/organizations/${organizationId}`, 'organization_has_sites'],
      [`/api/v1/sites/${siteId}`, 'site_has_devices'],
      ['/api/v1/organizations/district', 'organization_has_children'],
    ] as const
    for (const [url, code] of inUse) {
      const refused = await admin('DELETE', url)
      expect([refused.statusCode, refused.json().code]).toEqual([409, code])
    }
    for (const [url] of changes.toReversed()) {
      expect((await admin('DELETE', url)).statusCode).toBe(204)
      expect((await admin('GET', url)).statusCode).toBe(404)
    }
    const audit = await admin('GET', '/api/v1/audit-entries?targetId=gas-c')
    expect(audit.json().items.map((entry: { action: string }) => entry.action)).toEqual([
      'device.remove',
      'device.change',
      'device.create',
    ])
    expect(audit.json().items[1]).toMatchObject({
      actor: 'admin',
      detail: { address: '127.0.0.1', change: { location: '锅炉房' } },
    })
  })

  test.for([
    ['/api/v1/organizations', { name: 'x', id: 'district' }, 409, 'already_exists'],
    ['/api/v1/organizations', { name: 'x', parentId: 'none' }, 422, 'organization_unknown'],
    ['/api/v1/organizations', { name: ' ' }, 400, 'invalid_request'],
    ['/api/v1/organizations', { name: 'x', kind: 'planet' }, 400, 'invalid_request'],
    ['/api/v1/organizations', { name: 'x', id: '../etc' }, 400, 'invalid_request'],
    ['/api/v1/sites', { name: 'x' }, 400, 'invalid_request'],
    ['/api/v1/sites', { name: 'x', organizationId: 'none' }, 422, 'organization_unknown'],
    ['/api/v1/devices', { name: 'x', siteId: 'site-a' }, 400, 'invalid_request'],
    ['/api/v1/devices', { name: 'x', siteId: 'site-a', profileId: 'none' }, 422, 'profile_unknown'],
    [
      '/api/v1/devices',
      { name: 'x', siteId: 'none', profileId: 'gas-combustible' },
      422,
      'site_unknown',
    ],
    [
      '/api/v1/devices',
      { id: 'gas-a', name: 'x', siteId: 'site-a', profileId: 'gas-combustible' },
      409,
      'already_exists',
    ],
  ] as const)('POST %s %j is %i %s', async ([url, body, status, code], { shared }) => {
    const admin = await shared.as('admin')
    const answer = await admin('POST', url, body)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })

  test('list by pages, each once, and by filter', async ({ shared }) => {
    const admin = await shared.as('admin')
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { items: { id: string }[]; nextCursor: string | null } = (
        await admin('GET', `/api/v1/organizations?limit=2${next}`)
      ).json()
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map((item) => item.id))
      next = page.nextCursor === null ? null : `&cursor=${page.nextCursor}`
    }
    expect(seen.toSorted()).toEqual([
      'district',
      'enterprise-a',
      'enterprise-b',
      'town-a',
      'town-b',
    ])
    const ids = async (query: string) =>
      (await admin('GET', `/api/v1/devices?${query}`))
        .json()
        .items.map((item: { id: string }) => item.id)
    expect(await ids('siteId=site-a')).toEqual(['gas-a'])
    expect(await ids('text=GAS%20B')).toEqual(['gas-b'])
    expect(await ids('profileId=none')).toEqual([])
    const sites = await admin('GET', '/api/v1/sites?organizationId=enterprise-b')
    expect(sites.json().items).toMatchObject([{ id: 'site-b' }])
  })

  test('a new credential replaces the old one', async ({ district }) => {
    const admin = await district.as('admin')
    const { credentials } = district.services
    const first = (await admin('POST', '/api/v1/devices/gas-a/credential')).json()
    const second = (await admin('POST', '/api/v1/devices/gas-a/credential')).json()
    expect(first.username).toBe('gas-a')
    expect(credentials.verify('gas-a', first.token)).toBe(false)
    expect(credentials.verify('gas-a', second.token)).toBe(true)
    expect((await admin('DELETE', '/api/v1/devices/gas-a/credential')).statusCode).toBe(204)
    expect(credentials.verify('gas-a', second.token)).toBe(false)
    const audit = await admin('GET', '/api/v1/audit-entries')
    expect(audit.body).not.toContain(second.token)
  })

  test('rejected messages can be looked at, with their reason', async ({ district }) => {
    const deviceId = parseDeviceId('gas-a')
    if (deviceId === null) throw new Error('not an id')
    await district.services.ingest.accept({
      deviceId,
      topicName: 'devices/gas-a/readings',
      payload: Buffer.from('{"values": {"bogus": 1}}'),
      arrivedAtMs: district.clock.nowMs(),
    })
    const viewer = await district.as('viewer-a')
    const inbox = (await viewer('GET', '/api/v1/devices/gas-a/rejected')).json()
    expect(inbox.items).toMatchObject([
      { deviceId: 'gas-a', reason: 'unknown_point', topic: 'devices/gas-a/readings' },
    ])
    expect(Buffer.from(inbox.items[0].payload, 'base64').toString()).toContain('bogus')
    expect((await viewer('GET', '/api/v1/devices/gas-a')).json().rejectedMessages).toBe(1)
  })
})

describe('accounts', () => {
  test('are created, changed and removed; the last administrator stays', async ({ district }) => {
    const admin = await district.as('admin')
    const draft = { username: 'li', displayName: '李', password: 'long enough', role: 'operator' }
    const made = await admin('POST', '/api/v1/users', { ...draft, organizationId: 'town-a' })
    expect(made.statusCode).toBe(201)
    expect(made.body).not.toMatch(/password|long enough/)
    const url = `/api/v1/users/${made.json().id}`
    expect((await admin('PATCH', url, { role: 'viewer' })).json()).toMatchObject({
      role: 'viewer',
      organizationId: 'town-a',
      language: 'zh',
    })
    expect((await admin('POST', '/api/v1/users', draft)).json().code).toBe('already_exists')
    const weak = await admin('POST', '/api/v1/users', { ...draft, password: 'short' })
    expect(weak.json().issues).toMatchObject([{ path: 'password' }])
    expect(weak.body).not.toContain('"short"')
    expect((await admin('DELETE', url)).statusCode).toBe(204)
    expect((await admin('GET', url)).statusCode).toBe(404)
    const audit = await admin('GET', '/api/v1/audit-entries?targetKind=user')
    expect(audit.body).not.toMatch(/long enough|short/)

    for (const name of ['admin-a', 'admin-b']) {
      const user = district.accounts.userByName(name)
      expect((await admin('DELETE', `/api/v1/users/${user?.id}`)).statusCode).toBe(204)
    }
    const last = district.accounts.userByName('admin')
    const refused = await admin('DELETE', `/api/v1/users/${last?.id}`)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'last_administrator'])
  })

  test('see colleagues of their own territory only', async ({ shared }) => {
    const operator = await shared.as('operator-a')
    const seen = (await operator('GET', '/api/v1/users')).json().items
    expect(seen.map((user: { username: string }) => user.username).sort()).toEqual([
      'manager-a',
      'operator-a',
    ])
    const town = await shared.as('viewer-a')
    expect((await town('GET', '/api/v1/users')).json().items).toHaveLength(4)
  })
})
