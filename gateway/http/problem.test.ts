import { request as httpRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect } from 'vitest'
import { HTTP_LIMITS } from '#config/limits.ts'
import { test } from './http-server.suite.ts'

describe('what cannot be served is answered as a problem', () => {
  const json = { 'content-type': 'application/json' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  test.for([
    // method, url, headers, body | status, code
    ['GET', '/api/v1/nothing', {}, undefined, 404, 'not_found'],
    ['GET', '/api', {}, undefined, 404, 'not_found'],
    ['PUT', '/api/v1/devices', {}, undefined, 404, 'not_found'],
    ['GET', '/health/nothing', {}, undefined, 404, 'not_found'],
    ['GET', '/api/v1/devices/%ZZ', {}, undefined, 400, 'invalid_request'],
    ['POST', '/api/v1/sessions', json, '{', 400, 'malformed_json'],
    ['POST', '/api/v1/sessions', json, '', 400, 'malformed_json'],
    ['POST', '/api/v1/sessions', json, '{"username":NaN}', 400, 'malformed_json'],
    ['POST', '/api/v1/sessions', json, '{"__proto__":{"admin":true}}', 400, 'malformed_json'],
    [
      'POST',
      '/api/v1/sessions',
      json,
      '{"constructor":{"prototype":{"admin":true}}}',
      400,
      'malformed_json',
    ],
    ['POST', '/api/v1/sessions', json, '['.repeat(50_000), 400, 'malformed_json'],
    ['POST', '/api/v1/sessions', {}, undefined, 400, 'invalid_request'],
    ['POST', '/api/v1/sessions', form, 'username=admin', 415, 'unsupported_media_type'],
    [
      'POST',
      '/api/v1/sessions',
      { 'content-type': 'text/plain' },
      '{"username":"admin"}',
      415,
      'unsupported_media_type',
    ],
    [
      'POST',
      '/api/v1/sessions',
      { 'content-type': 'text/plain\tapplication/json' },
      '{}',
      415,
      'unsupported_media_type',
    ],
    [
      'POST',
      '/api/v1/sessions',
      json,
      `"${'x'.repeat(HTTP_LIMITS.bodyBytesMax)}"`,
      413,
      'body_too_large',
    ],
  ] as const)('%s %s %j', async ([method, url, headers, payload, status, code], { shared }) => {
    const answer = await shared.app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({ type: `/api/docs#error-${code}`, status, code })
    expect(answer.statusCode).toBe(status)
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('names each field that does not fit, by its path', async ({ shared }) => {
    const admin = await shared.as('admin')
    const answer = await admin('POST', '/api/v1/sites', {
      name: '',
      organizationId: 'enterprise-a',
      position: { latitude: 91, longitude: 0 },
      surprise: true,
    })
    expect(answer.statusCode).toBe(400)
    const paths = answer.json().issues.map((issue: { path: string }) => issue.path)
    expect(paths.sort()).toEqual(['', 'name', 'position.latitude'])
    const query = await admin('GET', '/api/v1/devices?limit=201')
    expect(query.json()).toMatchObject({ issues: [{ path: 'limit' }] })
    expect((await admin('GET', '/api/v1/devices?cursor=broken')).json().code).toBe('cursor_invalid')
  })

  test('says nothing about what went wrong inside but that it did', async ({ district }) => {
    const secret = 'SQLITE_CORRUPT at /srv/vigil/secret.db'
    district.services.registry.profiles = () => {
      throw new Error(secret)
    }
    const admin = await district.as('admin')
    const answer = await admin('GET', '/api/v1/profiles')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('SQLITE')
    expect(answer.json()).toMatchObject({ code: 'internal_error' })
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('gives up on what is not HTTP without falling over', async ({ district }) => {
    await district.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = district.app.server.address() as AddressInfo
    const answerTo = (bytes: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
        let text = ''
        socket.on('data', (chunk) => {
          text += chunk
        })
        socket.on('close', () => resolve(text))
        socket.on('error', reject)
      })
    expect(await answerTo('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
    expect(await answerTo(`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    )
    const alive = await new Promise<number | undefined>((resolve) => {
      httpRequest({ port, host: '127.0.0.1', path: '/health/live' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end()
    })
    expect(alive).toBe(200)
  })
})
