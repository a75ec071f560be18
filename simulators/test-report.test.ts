import { expect, test } from 'vitest'
import { NOTHING, sum, tally, vitestReport } from './acceptance/test-report.ts'

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
