import type { LightMyRequestResponse } from 'fastify'
import { describe, expect } from 'vitest'
import { type Caller, type District, PASSWORD, test } from './http-server.suite.ts'
import { AREAS } from './territory/areas.suite.ts'
import type { Belongings, RouteKey, Row, Town } from './territory/row.suite.ts'

/**
 * Who sees what, over every route of the OpenAPI document. Each route has a row in `territory/`; a
 * new one without a row fails here, and the row says in which way the route could betray another
 * territory.
 */
const ROWS = new Map(
  AREAS.flatMap(({ rows }) => Object.entries(rows) as [RouteKey, Row][]),
) as ReadonlyMap<RouteKey, Row>

type Method = Parameters<Caller>[0]

function routesOf(district: District): readonly RouteKey[] {
  const { paths } = district.app.swagger() as { paths: Record<string, Record<string, unknown>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}` as RouteKey),
  )
}

/** Both towns alike, and in town b a neighbour of the enterprise that everything belongs to. */
async function furnish(district: District): Promise<Readonly<Record<Town, Belongings>>> {
  const of: Record<Town, Record<string, string>> = { a: {}, b: {} }
  for (const town of ['a', 'b'] as const) {
    for (const area of AREAS) {
      Object.assign(of[town], (await area.furnish?.(district, town, of[town])) ?? {})
    }
  }
  await district.registry.createOrganization({
    id: 'next-door',
    name: 'next door',
    kind: 'enterprise',
    parentId: 'town-b',
  })
  for (const [username, organizationId] of [
    ['admin-next-door', 'next-door'],
    [INSIDER, 'enterprise-b'],
  ] as const) {
    await district.accounts.createUser({
      username,
      displayName: username,
      password: PASSWORD,
      role: 'administrator',
      organizationId,
      language: 'zh',
    })
  }
  return of
}

interface Attempt {
  readonly method: Method
  readonly url: string
  readonly body: unknown
}

/** The route on these belongings; with `unknown`, on ids that nothing has. */
function attemptOf(key: RouteKey, row: Row, of: Belongings, unknown = false): Attempt {
  const [method = '', path = ''] = key.split(' ')
  const params = row.kind === 'thing' || row.kind === 'district' ? (row.params ?? {}) : {}
  const url = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const name = params[parameter]
    if (name === undefined || unknown) return 'none'
    const id = of[name]
    if (id === undefined) throw new Error(`${key}: nothing furnishes "${name}"`)
    return encodeURIComponent(id)
  })
  const query = row.kind === 'thing' || row.kind === 'view' ? row.query : undefined
  const body = 'body' in row ? row.body : undefined
  return {
    method: method as Method,
    url: url + (typeof query === 'function' ? query(of) : (query ?? '')),
    body: typeof body === 'function' ? (body as (of: Belongings) => unknown)(of) : body,
  }
}

async function textOf(row: Row, answer: LightMyRequestResponse): Promise<string> {
  const reader = row.kind === 'thing' || row.kind === 'view' ? row.read : undefined
  return reader === undefined || answer.statusCode >= 300 ? answer.body : reader(answer.rawPayload)
}

/** What of town b an answer tells beyond what was asked. */
function betrayedBy(text: string, asked: Attempt, of: Belongings): readonly string[] {
  const question = decodeURIComponent(asked.url) + JSON.stringify(asked.body ?? {})
  const words = [...Object.values(of).filter((id) => id.length > 3)]
  const named = text.match(/\b[a-z]+-b\b|\b[a-z]+ b\b|\b(of|-of-) b\b|secret[ -]of[ -]b/g) ?? []
  return [...words.filter((word) => text.includes(word)), ...named].filter(
    (word) => !question.includes(word),
  )
}

function call(caller: Caller, { method, url, body }: Attempt) {
  return caller(method, url, body)
}

/** How a stranger's answer must look. */
function expectNothing(key: RouteKey, row: Row, answer: LightMyRequestResponse): void {
  const said = `${key}: ${answer.statusCode} ${answer.body.slice(0, 300)}`
  if (row.kind === 'thing') expect([403, 404], said).toContain(answer.statusCode)
  else if (row.kind === 'placing') expect([403, 404, 422], said).toContain(answer.statusCode)
  else if (row.kind === 'district') expect(answer.statusCode, said).toBe(403)
  else expect(answer.statusCode, said).toBeLessThan(500)
}

/**
 * Every thing of town b, as its own administrator reads it; and the lists, as the enterprise that the
 * things belong to sees them: strangers may well make things at home, and the neighbour's home is a
 * part of what the town sees.
 */
async function inventory(district: District, of: Belongings): Promise<ReadonlyMap<string, string>> {
  const [town, enterprise] = [await district.as('admin-b'), await district.as(INSIDER)]
  const found = new Map<string, string>()
  for (const [key, row] of ROWS) {
    if (!key.startsWith('GET ') || (row.kind !== 'thing' && row.kind !== 'view')) continue
    const answer = await call(row.kind === 'thing' ? town : enterprise, attemptOf(key, row, of))
    expect(answer.statusCode, `inventory ${key}: ${answer.body.slice(0, 300)}`).toBe(200)
    found.set(key, await textOf(row, answer))
  }
  return found
}

const INSIDER = 'admin-inside'
const STRANGERS = ['admin-a', 'operator-a', 'viewer-a', 'admin-next-door'] as const

describe('the territory of an account', () => {
  test('is said of every route of the document, and of no route that is not there', ({
    shared,
  }) => {
    const routes = new Set(routesOf(shared))
    const missing = [...routes].filter((key) => !ROWS.has(key))
    const gone = [...ROWS.keys()].filter((key) => !routes.has(key))
    expect(missing, 'routes without a row in gateway/http/territory/').toEqual([])
    expect(gone, 'rows of routes that are not there').toEqual([])
    const total = AREAS.reduce((sum, { rows }) => sum + Object.keys(rows).length, 0)
    expect(ROWS.size, 'a route stands in one area only').toBe(total)
  })

  test('holds against accounts of elsewhere, by every route', async ({ district }) => {
    const { b } = await furnish(district)
    const before = await inventory(district, b)
    for (const name of STRANGERS) {
      for (const [key, row] of ROWS) {
        if (row.kind === 'open' && row.why.startsWith('my own session')) continue
        const caller = await district.as(name)
        const attempt = attemptOf(key, row, b)
        const answer = await call(caller, attempt)
        expectNothing(key, row, answer)
        const text = await textOf(row, answer)
        // The neighbour sees its own town's name above it, nothing else of the town.
        const betrayed = betrayedBy(text, attempt, b).filter(
          (word) => !(name === 'admin-next-door' && word === 'town-b'),
        )
        expect(betrayed, `${name} ${key}: ${text.slice(0, 500)}`).toEqual([])
        if (row.kind !== 'thing') continue
        // An id tells a stranger nothing: the answer is that of an id nothing has.
        const unknown = await call(caller, attemptOf(key, row, b, true))
        expect(
          [answer.statusCode, answer.json().code],
          `${name} ${key}: ${unknown.body.slice(0, 300)}`,
        ).toEqual([unknown.statusCode, unknown.json().code])
      }
    }
    expect(await inventory(district, b)).toEqual(before)
  })

  test('is open to its own accounts, by the same requests', async ({ district }) => {
    const { b } = await furnish(district)
    const last = (key: RouteKey) => (key.startsWith('DELETE') ? 1 : 0)
    // The last made goes first, so that nothing is removed together with what it stands in.
    const rows = [...ROWS].reverse().sort(([one], [other]) => last(one) - last(other))
    for (const [key, row] of rows) {
      if (row.kind === 'open') continue
      const caller = await district.as(row.kind === 'district' ? 'admin' : 'admin-b')
      const attempt = attemptOf(key, row, b)
      const answer = await call(caller, attempt)
      const said = `${key}: ${answer.statusCode} ${answer.body.slice(0, 300)}`
      // 409: refused for the state of the thing, which must have been found to say so.
      if (answer.statusCode !== 409) expect(answer.statusCode, said).toBeLessThan(300)
      if (row.kind !== 'view' || row.mayBeEmpty !== undefined) continue
      const told = betrayedBy(await textOf(row, answer), { ...attempt, url: '', body: {} }, b)
      expect(told, `${key} shows nothing that could betray: ${said}`).not.toEqual([])
    }
  })
})

describe('an account of another town', () => {
  test.for([
    // a change by the administrator of town a that would reach beyond it
    ['POST', '/api/v1/organizations', { name: 'x' }, 403],
    ['PATCH', '/api/v1/organizations/enterprise-a', { parentId: 'town-b' }, 422],
    ['PATCH', '/api/v1/organizations/enterprise-a', { parentId: null }, 403],
    ['PATCH', '/api/v1/sites/site-a', { organizationId: 'enterprise-b' }, 422],
    ['PATCH', '/api/v1/devices/gas-a', { siteId: 'site-b' }, 422],
    ['DELETE', '/api/v1/rules/gas-combustible-high', undefined, 403],
  ] as const)('%s %s %j is %i', async ([method, url, body, status], { shared }) => {
    const caller = await shared.as('admin-a')
    expect((await caller(method, url, body)).statusCode).toBe(status)
  })

  test.for([
    { organizationId: null },
    { organizationId: 'town-b' },
    { organizationId: 'district' },
    {},
  ])('makes no account with %j', async (beyond, { shared: district }) => {
    const caller = await district.as('admin-a')
    const draft = {
      username: 'spy',
      displayName: 'spy',
      password: 'long enough pw',
      role: 'viewer',
    }
    const spy = await caller('POST', '/api/v1/users', { ...draft, ...beyond })
    expect([403, 422]).toContain(spy.statusCode)
    const own = district.accounts.userByName('viewer-a')
    if ('organizationId' in beyond) {
      const moved = await caller('PATCH', `/api/v1/users/${own?.id}`, beyond)
      expect([403, 422]).toContain(moved.statusCode)
    }
    const named = await caller('PATCH', `/api/v1/users/${own?.id}`, { displayName: '新名' })
    expect(named.json()).toMatchObject({ displayName: '新名', organizationId: 'town-a' })
  })

  test('an alarm is given only to somebody who sees it', async ({ district }) => {
    const id = await district.raise('a')
    const caller = await district.as('operator-a')
    const assign = (username: string) => caller('POST', `/api/v1/alarms/${id}/assign`, { username })
    expect((await assign('viewer-b')).statusCode).toBe(400)
    expect((await assign('nobody')).json().issues).toMatchObject([{ path: 'username' }])
    expect((await assign('viewer-a')).json()).toMatchObject({ assignee: 'viewer-a' })
    expect((await assign('admin')).json()).toMatchObject({ assignee: 'admin' })
  })
})
