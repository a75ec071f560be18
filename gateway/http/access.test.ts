import { createHmac } from 'node:crypto'
import Fastify, { type RouteOptions } from 'fastify'
import { describe, expect } from 'vitest'
import { SESSION_COOKIE } from '../same-origin.ts'
import { guardRoutes } from './access.ts'
import { type District, PASSWORD, test } from './http-server.suite.ts'

const BASIC = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`

interface Operation {
  readonly method: string
  readonly path: string
  readonly isPublic: boolean
}

/** Every documented operation, with a made-up id in its path. */
function operationsOf(district: District): Operation[] {
  const { paths } = district.app.swagger() as unknown as {
    paths: Record<string, Record<string, { security: unknown[] }>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll('{id}', 'gas-a'),
      isPublic: security.length === 0,
    })),
  )
}

function aJwt(header: object, payload: object, key: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${encode(header)}.${encode(payload)}`
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
}

describe('who may call a route', () => {
  test.for([
    [{}, 'does not say who may call it'],
    [{ access: 'everybody' }, 'does not say who may call it'],
    [{ access: 'operate' }, 'does not say what the audit log calls it'],
    [{ access: 'operate', audit: 'thing.change' }, null],
  ] as const)('is said by a route with %j, or the start fails', ([config, refusal], { shared }) => {
    const app = Fastify()
    guardRoutes(app, { ...shared.services, allowedOrigins: [] })
    const route = { method: 'POST', url: '/x', config, handler: () => 'x' } as RouteOptions
    if (refusal === null) expect(() => app.route(route)).not.toThrow()
    else expect(() => app.route(route)).toThrow(refusal)
  })

  test('nobody without valid credentials gets through, whatever they call a token', async ({
    shared: district,
  }) => {
    const session = await district.sessionOf('admin')
    const ended = await district.sessionOf('admin')
    await district.accounts.logout(ended)
    const claims = { sub: 'admin', exp: 9_999_999_999 }
    const tokens = [
      '',
      'null',
      'undefined',
      'admin',
      PASSWORD,
      session.slice(0, -1),
      `${session}A`,
      session.toUpperCase(),
      ended,
      'A'.repeat(43),
      'A'.repeat(512),
      "' or 1=1 --",
      '%00',
      '../../etc/passwd',
      aJwt({ alg: 'none' }, claims, ''),
      aJwt({ alg: 'NoNe' }, claims, ''),
      aJwt({ alg: 'HS256' }, claims, 'secret'),
      aJwt({ alg: 'HS256', kid: '../../dev/null' }, claims, ''),
      aJwt({ alg: 'HS256' }, { ...claims, exp: 1 }, 'secret'),
      aJwt({ alg: 'HS256' }, { ...claims, nbf: 9_999_999_999 }, 'secret'),
    ]
    const guarded = operationsOf(district).filter((operation) => !operation.isPublic)
    expect(guarded.length).toBeGreaterThan(45)
    const headers = tokens.flatMap((token) => [
      { authorization: `Bearer ${token}` },
      { cookie: `${SESSION_COOKIE}=${encodeURIComponent(token)}` },
    ])
    const passed: string[] = []
    for (const { method, path } of guarded) {
      for (const header of [...headers, { authorization: session }, { authorization: BASIC }, {}]) {
        const answer = await district.app.inject({
          method: method as 'GET',
          url: path,
          headers: { host: 'vigil.local', ...header },
        })
        if (answer.statusCode !== 401 || answer.json().code !== 'unauthenticated') {
          passed.push(`${method} ${path} ${JSON.stringify(header)}: ${answer.statusCode}`)
        }
      }
    }
    expect(passed).toEqual([])
  })

  test.for([
    // who, what | answer
    ['viewer-a', 'GET', '/api/v1/devices', 200],
    ['viewer-a', 'POST', '/api/v1/alarms/x/acknowledge', 403],
    ['viewer-a', 'POST', '/api/v1/devices', 403],
    ['operator-a', 'POST', '/api/v1/alarms/x/acknowledge', 404],
    ['operator-a', 'POST', '/api/v1/devices', 403],
    ['operator-a', 'PATCH', '/api/v1/rules/gas-combustible-high', 403],
    ['operator-a', 'GET', '/api/v1/audit-entries', 403],
    ['admin-a', 'PATCH', '/api/v1/rules/gas-combustible-high', 403], // concerns all towns
    ['admin-a', 'GET', '/api/v1/audit-entries', 403],
    ['admin', 'GET', '/api/v1/audit-entries', 200],
  ] as const)('%s: %s %s is %i', async ([username, method, url, status], { shared }) => {
    const call = await shared.as(username)
    const answer = await call(method, url, method === 'GET' ? undefined : {})
    const isAllowed = answer.statusCode !== 401 && answer.statusCode !== 403
    expect(isAllowed ? [200, 400, 404].includes(answer.statusCode) : answer.statusCode).toBe(
      isAllowed ? true : status,
    )
  })

  test('an API token has its scopes and no more, and makes no tokens', async ({ district }) => {
    const admin = await district.as('admin')
    const made = await admin('POST', '/api/v1/tokens', { name: 'reader', scopes: ['read'] })
    expect(made.statusCode).toBe(201)
    const reader = district.with({ authorization: `Bearer ${made.json().token}` })
    expect((await reader('GET', '/api/v1/devices')).statusCode).toBe(200)
    expect((await reader('POST', '/api/v1/sites', {})).json().code).toBe('forbidden')
    expect((await reader('POST', '/api/v1/tokens', {})).json().code).toBe('forbidden')
    const listed = await admin('GET', '/api/v1/tokens')
    expect(listed.json().items).toMatchObject([{ name: 'reader', scopes: ['read'] }])
    expect(listed.body).not.toContain(made.json().token)
    expect((await admin('DELETE', `/api/v1/tokens/${made.json().id}`)).statusCode).toBe(204)
    expect((await reader('GET', '/api/v1/devices')).statusCode).toBe(401)
  })

  test('a token that may administer may all', async ({ district }) => {
    const admin = await district.as('admin')
    const made = await admin('POST', '/api/v1/tokens', { name: 'all', scopes: ['administer'] })
    const all = district.with({ authorization: `Bearer ${made.json().token}` })
    expect((await all('GET', '/api/v1/devices')).statusCode).toBe(200)
    expect((await all('POST', '/api/v1/alarms/x/acknowledge', {})).statusCode).toBe(404)
  })
})

describe('a page of another origin', () => {
  test.for([
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://vigil.local:81' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ origin: 'http://vigil.local' }, 201],
    [{}, 201],
  ] as const)('with %j gets %i on a change', async ([headers, status], { shared: district }) => {
    const token = await district.sessionOf('admin')
    const call = district.with({ ...headers, cookie: `${SESSION_COOKIE}=${token}` })
    const answer = await call('POST', '/api/v1/organizations', { name: 'x' })
    expect(answer.statusCode).toBe(status)
    if (status === 403) expect(answer.json().code).toBe('foreign_origin')
    const login = await district.with(headers)('POST', '/api/v1/sessions', {
      username: 'admin',
      password: PASSWORD,
    })
    expect(login.statusCode).toBe(status)
  })
})
