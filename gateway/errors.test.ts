import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from './errors.ts'
import { PROBLEMS } from './http/problem.ts'

/** A code that is thrown, or declared as thrown by a list `…_ERROR_CODES`. */
const THROWN = /new CodedError(?:<[^>]*>)?\(\s*'([a-z_]+)'/g
const LISTED = /_ERROR_CODES = \[([^\]]*)\]/g

/** Codes that HTTP gives to refusals which are not a `CodedError`: fastify's own, and the unforeseen. */
const OF_HTTP = new Set([
  'body_too_large',
  'internal_error',
  'malformed_json',
  'request_timeout',
  'unsupported_media_type',
])

function codesInSource(): ReadonlySet<string> {
  const root = new URL('..', import.meta.url).pathname
  const files = globSync('{alerting,gateway,config}/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts') && file !== 'gateway/errors.ts',
  )
  const codes = new Set(OF_HTTP)
  for (const file of files) {
    const text = readFileSync(`${root}${file}`, 'utf8')
    for (const [, code] of text.matchAll(THROWN)) if (code !== undefined) codes.add(code)
    for (const [, list] of text.matchAll(LISTED)) {
      for (const [, code] of (list ?? '').matchAll(/'([a-z_]+)'/g)) {
        if (code !== undefined) codes.add(code)
      }
    }
  }
  return codes
}

/** What docs/errors.md must hold, made from the map; copy from the failing test after a change. */
function documentedTable(): string {
  const rows = ERROR_CODES.map((code) => {
    const { status, title, remedy } = PROBLEMS[code]
    return `| \`${code}\` | ${status} | ${title} | ${remedy} |`
  })
  return [
    '| code | status | what it means | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

describe('the catalogue of errors', () => {
  it('names every code that the source throws, and no other', () => {
    expect([...codesInSource()].sort()).toEqual([...ERROR_CODES])
  })

  it('is sorted and without repeats', () => {
    expect([...new Set(ERROR_CODES)].sort()).toEqual([...ERROR_CODES])
  })

  it('stands in docs/errors.md as it is in the map', () => {
    const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
    expect(text).toContain(documentedTable())
  })
})
