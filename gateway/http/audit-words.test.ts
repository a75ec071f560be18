import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { auditWords } from './audit-words.ts'

test('every action of the audit log has words in both languages', () => {
  const folder = join(import.meta.dirname, 'routes')
  const source = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const pattern = /\b(?:audit|auditProposal|action): '([^']+)'/g
  const actions = source.flatMap((text) => [...text.matchAll(pattern)].map(([, one = '']) => one))
  expect(actions).toContain('calendar.propose')
  expect(actions).toContain('alarm.acknowledge')
  for (const action of actions) {
    const { zh, en } = auditWords(action)
    expect(zh, action).toMatch(/^\p{Script=Han}+：\p{Script=Han}[\p{Script=Han}，]*$/u)
    expect(en, action).toMatch(/^[A-Z][\w -]+: [a-z]/)
  }
})

test('an action of another release is its own word', () => {
  expect(auditWords('thing.forget')).toEqual({ zh: 'thing.forget', en: 'thing.forget' })
})
