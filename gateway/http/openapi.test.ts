import { describe, expect } from 'vitest'
import type { ApiDocument } from './docs-page.ts'
import { test } from './http-server.suite.ts'
import { TAGS } from './openapi.ts'

interface Documented extends ApiDocument {
  readonly openapi: string
}

const RESOURCES = [
  'organizations',
  'sites',
  'devices',
  'profiles',
  'rules',
  'users',
  'channels',
  'alarms',
  'notifications',
]

describe('the OpenAPI document', () => {
  test('describes every route: tags, summary, who may call it, answers, and the problem', async ({
    shared,
  }) => {
    const answer = await shared.app.inject({ method: 'GET', url: '/api/openapi.json' })
    expect(answer.statusCode).toBe(200)
    const document = answer.json() as Documented
    expect(document.openapi).toBe('3.1.0')
    const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    const tags: readonly string[] = TAGS.map((tag) => tag.name)
    for (const { path, method, operation } of operations) {
      const name = `${method} ${path}`
      expect(operation.summary, name).toBeTruthy()
      expect(operation.security, name).toBeInstanceOf(Array)
      expect(operation.tags?.length, name).toBeGreaterThan(0)
      for (const tag of operation.tags ?? []) expect(tags, name).toContain(tag)
      const success = Object.keys(operation.responses ?? {}).filter((status) => status < '3')
      // A change of a rule may also be accepted without being in force: 202.
      expect(
        success.filter((status) => status !== '202' || success.length === 1),
        name,
      ).toHaveLength(1)
      expect(operation.responses?.default?.content, name).toHaveProperty([
        'application/problem+json',
      ])
      for (const parameter of path.matchAll(/\{(\w+)\}/g)) {
        expect(
          operation.parameters?.some((known) => known.name === parameter[1] && known.in === 'path'),
          name,
        ).toBe(true)
      }
    }
    expect(operations.length).toBeGreaterThan(50)
  })

  test('has all routes of the server but the pages for people', async ({ shared }) => {
    const document = shared.app.swagger() as unknown as Documented
    const documented = Object.keys(document.paths ?? {})
    for (const resource of RESOURCES) {
      expect(documented).toContain(`/api/v1/${resource}`)
    }
    const routes = shared.app.printRoutes({ commonPrefix: false }).match(/\(([A-Z, ]+)\)/g)
    const undocumented = ['/api/openapi.json', '/api/docs', '/*']
    expect(routes?.length).toBe(documented.length + undocumented.length)
  })

  test('resolves every reference', ({ shared }) => {
    const document = shared.app.swagger() as unknown as Documented
    const names = Object.keys(document.components?.schemas ?? {})
    const references = [
      ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g),
    ]
    expect(references.length).toBeGreaterThan(50)
    for (const [, name] of references) expect(names).toContain(name)
    expect(JSON.stringify(document)).not.toContain('__SCHEMA__')
  })

  test('can be browsed as a page without scripts and without anything from elsewhere', async ({
    shared,
  }) => {
    const answer = await shared.app.inject({ method: 'GET', url: '/api/docs' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toContain('text/html')
    expect(answer.body).toContain('/api/v1/alarms/{id}/acknowledge')
    expect(answer.body).toContain('id="error-not_found"')
    expect(answer.body).toContain('id="schema-Alarm"')
    expect(answer.body).not.toMatch(/<script|https?:\/\//)
  })
})
