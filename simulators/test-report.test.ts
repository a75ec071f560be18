import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FAILURES_VARIABLE } from './acceptance/failure-reporter.ts'
import {
  failures,
  NOTHING,
  sum,
  TOLD,
  tally,
  tellFailed,
  vitestReport,
} from './acceptance/test-report.ts'

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const REPORTER = fileURLToPath(new URL('./acceptance/failure-reporter.ts', import.meta.url))

const report = (status: string, ...tests: string[]) =>
  vitestReport.parse({
    testResults: [
      {
        name: 'a.test.ts',
        status,
        assertionResults: tests.map((state, index) => ({ fullName: `t${index}`, status: state })),
      },
    ],
  })

test.each([
  ['counts each kind', report('failed', 'passed', 'passed', 'failed', 'skipped'), [2, 1, 1]],
  ['todo and pending are skips', report('passed', 'todo', 'pending'), [0, 0, 2]],
  ['a file that cannot be loaded is one failure', report('failed'), [0, 1, 0]],
  ['a failing hook is one failure', report('failed', 'passed'), [1, 1, 0]],
] as const)('%s', (_name, given, [passed, failed, skipped]) => {
  expect(tally(given)).toMatchObject({ passed, failed, skipped })
})

test('sums over the projects', () => {
  const one = tally(report('passed', 'passed', 'skipped'))
  expect(sum(sum(NOTHING, one), one)).toMatchObject({ passed: 2, failed: 0, skipped: 2 })
  expect(sum(one, one).skippedTests).toHaveLength(2)
})

const failedTest = (index: number, ...messages: string[]) => ({
  file: 'a.test.ts',
  name: `t${index}`,
  messages,
})

describe('tellFailed', () => {
  test('names the failed test and what it said', () => {
    expect(tellFailed([failedTest(1, 'at a.test.ts:3:1\nError: no')])).toEqual([
      'FAILED a.test.ts > t1',
      '    at a.test.ts:3:1',
      '    Error: no',
    ])
    expect(tellFailed([])).toEqual([])
  })

  test('cuts a long message, so that the others stay in the tail of a log', () => {
    const long = Array.from({ length: 1_000 }, () => 'x'.repeat(10_000)).join('\n')
    const lines = tellFailed([failedTest(1, long), failedTest(2, 'short')])
    expect(lines).toHaveLength(TOLD.linesMax + 4)
    expect(lines.at(-2)).toBe('FAILED a.test.ts > t2')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(TOLD.lineLengthMax + 10)
  })

  test('names far more than it explains, and says how many it leaves out', () => {
    const many = Array.from({ length: TOLD.namesMax + 7 }, (_, index) => failedTest(index, 'no'))
    const lines = tellFailed(many)
    expect(lines.filter((line) => line.startsWith('FAILED'))).toHaveLength(TOLD.namesMax)
    expect(lines.filter((line) => line === '    no')).toHaveLength(TOLD.withMessagesMax)
    expect(lines.at(-1)).toBe('… and 7 more')
  })
})

test('the reporter writes down a failed test, a hook that threw and a file that cannot be loaded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-report-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(
    join(folder, 'a.test.js'),
    `describe('pumps', () => {
       test('stop', () => expect({ running: true }).toEqual({ running: false }))
       test('start', () => {})
       afterAll(() => { throw new Error('no power') })
     })`,
  )
  writeFileSync(join(folder, 'b.test.js'), `import './missing.js'`)
  const path = join(folder, 'failures.json')
  spawnSync(
    process.execPath,
    [VITEST, 'run', '--globals', `--root=${folder}`, `--reporter=${REPORTER}`],
    { env: { ...process.env, [FAILURES_VARIABLE]: path } },
  )
  const { inTests, outside } = failures.parse(JSON.parse(readFileSync(path, 'utf8')))
  const told = new Map(inTests.map(({ name, messages }) => [name, messages.join('\n')]))
  expect([...told.keys()].sort()).toEqual(['pumps (a hook)', 'pumps > stop', 'the file itself'])
  expect(told.get('pumps > stop')).toMatch(/a\.test\.js:2:[\s\S]*"running": false/)
  expect(told.get('pumps (a hook)')).toContain('no power')
  expect(told.get('the file itself')).toContain('missing.js')
  expect(outside).toEqual([])
})
