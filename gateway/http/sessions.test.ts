import { describe, expect } from 'vitest'
import { HTTP_LIMITS } from '#config/limits.ts'
import { PASSWORD, START_MS, test } from './http-server.suite.ts'

const anybody = {}
const login = (username: string, password: string) => ({ username, password })

describe('logging in', () => {
  test('sets a cookie that scripts and other sites cannot use, and says who I am', async ({
    district,
  }) => {
    const call = district.with(anybody)
    const answer = await call('POST', '/api/v1/sessions', login('operator-a', PASSWORD))
    expect(answer.statusCode).toBe(201)
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toMatch(
      /^vigil_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.json()).toMatchObject({
      account: { username: 'operator-a', role: 'operator', organizationId: 'enterprise-a' },
      expiresAt: new Date(START_MS + HTTP_LIMITS.sessionLifetimeMs).toISOString(),
    })
    expect(answer.body).not.toContain(PASSWORD)
    const me = district.with({ cookie: cookie.split(';')[0] ?? '' })
    expect((await me('GET', '/api/v1/sessions/current')).json()).toEqual(answer.json())
    const out = await me('DELETE', '/api/v1/sessions/current')
    expect(out.statusCode).toBe(204)
    expect(String(out.headers['set-cookie'])).toMatch(/^vigil_session=; .*Expires=Thu, 01 Jan 1970/)
    expect((await me('GET', '/api/v1/sessions/current')).statusCode).toBe(401)
  })

  test('ends by itself', async ({ district }) => {
    const call = await district.as('viewer-a')
    await district.clock.advanceBy(HTTP_LIMITS.sessionLifetimeMs - 1)
    expect((await call('GET', '/api/v1/devices')).statusCode).toBe(200)
    await district.clock.advanceBy(1)
    expect((await call('GET', '/api/v1/devices')).statusCode).toBe(401)
  })

  test('refuses a wrong password and an unknown user alike, and writes it down', async ({
    district,
  }) => {
    const call = district.with(anybody)
    const wrong = await call('POST', '/api/v1/sessions', login('admin', 'wrong password'))
    const unknown = await call('POST', '/api/v1/sessions', login('nobody', 'wrong password'))
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'credentials_wrong'])
    expect(unknown.json()).toEqual(wrong.json())
    expect(wrong.headers['set-cookie']).toBeUndefined()
    const admin = await district.as('admin')
    const entries = await admin('GET', '/api/v1/audit-entries?targetKind=session')
    expect(entries.json().items).toMatchObject([
      { action: 'session.login-failed', targetId: 'nobody' },
      { action: 'session.login-failed', targetId: 'admin' },
    ])
  })

  test('makes a guesser wait and says how long', async ({ district }) => {
    const call = district.with(anybody)
    for (let attempt = 0; attempt < HTTP_LIMITS.loginAttemptsPerMinute; attempt += 1) {
      await call('POST', '/api/v1/sessions', login('admin', `guess number ${attempt}`))
    }
    const refused = await call('POST', '/api/v1/sessions', login('admin', PASSWORD))
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'too_many_attempts'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const other = await call('POST', '/api/v1/sessions', login('admin-a', PASSWORD))
    expect(other.statusCode).toBe(201)
    await district.clock.advanceBy(60_000)
    expect((await call('POST', '/api/v1/sessions', login('admin', PASSWORD))).statusCode).toBe(201)
  })

  test.for([
    {},
    { username: 'admin' },
    { username: '', password: 'x' },
    { username: 'admin', password: 'x'.repeat(201) },
    { username: ['admin'], password: 'x' },
    { username: { $ne: null }, password: 'x' },
    { username: 'admin', password: 'x', role: 'administrator' },
    [],
    'text',
    null,
  ])('refuses %j with the fields that do not fit', async (body, { shared }) => {
    const answer = await shared.app.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request'])
    expect(answer.json().issues.length).toBeGreaterThan(0)
  })
})

describe('changing my own password', () => {
  const url = '/api/v1/sessions/current/password'
  const change = { currentPassword: PASSWORD, newPassword: 'a better password' }

  test('ends the session, is written down without the words, and counts from then on', async ({
    district,
  }) => {
    const me = await district.as('viewer-a')
    const answer = await me('PUT', url, change)
    expect([answer.statusCode, answer.json().username]).toEqual([200, 'viewer-a'])
    expect((await me('GET', '/api/v1/devices')).statusCode).toBe(401)
    const call = district.with(anybody)
    const old = await call('POST', '/api/v1/sessions', login('viewer-a', PASSWORD))
    expect(old.json().code).toBe('credentials_wrong')
    const fresh = await call('POST', '/api/v1/sessions', login('viewer-a', change.newPassword))
    expect(fresh.statusCode).toBe(201)
    const admin = await district.as('admin')
    const { items } = (await admin('GET', '/api/v1/audit-entries?targetKind=user')).json()
    expect(items[0]).toMatchObject({
      actor: 'viewer-a',
      action: 'user.change-password',
      targetId: answer.json().id,
      detail: { change: { currentPassword: '[secret]', newPassword: '[secret]' } },
    })
  })

  test('needs the present one, a long enough new one, and a person', async ({ district }) => {
    const me = await district.as('viewer-a')
    const wrong = await me('PUT', url, { ...change, currentPassword: 'not the password' })
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'credentials_wrong'])
    const short = await me('PUT', url, { ...change, newPassword: 'short' })
    expect([short.statusCode, short.json().issues[0].path]).toEqual([400, 'newPassword'])
    expect((await me('GET', '/api/v1/devices')).statusCode).toBe(200)
    const draft = { name: 'program', scopes: ['read'] }
    const { token } = (await me('POST', '/api/v1/tokens', draft)).json()
    const program = district.with({ authorization: `Bearer ${token}` })
    expect((await program('PUT', url, change)).json().code).toBe('forbidden')
  })
})
