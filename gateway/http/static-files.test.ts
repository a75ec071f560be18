import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test } from './http-server.suite.ts'

describe('the dashboard', () => {
  test.for([
    // path | status, caching
    ['/', 200, 'no-cache'],
    ['/devices/gas-a', 200, 'no-cache'],
    ['/index.html', 200, 'no-cache'],
    ['/assets/app-1a2b.js', 200, 'public, max-age=31536000, immutable'],
    ['/assets/gone-3c4d.js', 404, 'no-store'],
    ['/.secret', 404, 'no-store'],
    ['/../vigil.db', 404, 'no-store'],
    ['/..%2fvigil.db', 403, 'no-store'],
    ['/%2e%2e/vigil.db', 404, 'no-store'],
    ['/assets/..%2f..%2fvigil.db', 403, 'no-store'],
    ['/..%5c..%5cvigil.db', 403, 'no-store'],
    ['/assets/%00.js', 400, 'no-store'],
    ['//etc/passwd.txt', 403, 'no-store'],
  ] as const)('%s is %i', async ([url, status, caching], { shared }) => {
    const answer = await shared.app.inject({ method: 'GET', url })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['cache-control']).toBe(caching)
    expect(answer.body).not.toContain('SQLite format')
    expect(answer.body).not.toContain('root:')
    if (caching === 'no-cache') expect(answer.body).toContain('安哨')
  })

  test('that was not built is missed in plain words', async ({ district }) => {
    await rm(join(district.folder, 'dist'), { recursive: true })
    const answer = await district.app.inject({ method: 'GET', url: '/' })
    expect(answer.statusCode).toBe(404)
    expect(answer.body).toContain('npm ci')
    const api = await district.app.inject({ method: 'GET', url: '/health/live' })
    expect(api.statusCode).toBe(200)
  })

  test('is kept by browsers, answers of the API are not', async ({ shared }) => {
    const call = await shared.as('viewer-a')
    expect((await call('GET', '/api/v1/devices')).headers['cache-control']).toBe('no-store')
  })

  test('may run only scripts of its own, in no frame', async ({ shared }) => {
    const { headers } = await shared.app.inject({ method: 'GET', url: '/' })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    })
    expect(headers['strict-transport-security']).toBeUndefined()
  })
})
