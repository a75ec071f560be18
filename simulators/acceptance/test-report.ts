import { z } from 'zod'

/** What we read of Vitest's JSON report. */
export const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})
export type VitestReport = z.infer<typeof vitestReport>

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Names of the tests that were skipped, with their file. */
  readonly skippedTests: readonly { readonly file: string; readonly name: string }[]
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0, skippedTests: [] }

/**
 * Counts tests. A file that could not be loaded, or failed outside its tests, has no failed test of its own:
 * it counts as one failure, so that it can never pass for an empty file.
 */
export function tally(report: VitestReport): Tally {
  let passed = 0
  let failed = 0
  const skippedTests: { file: string; name: string }[] = []
  for (const file of report.testResults) {
    let failedHere = 0
    for (const { fullName, status } of file.assertionResults) {
      if (status === 'passed') passed += 1
      else if (status === 'failed') failedHere += 1
      else skippedTests.push({ file: file.name, name: fullName })
    }
    failed += file.status === 'failed' ? Math.max(1, failedHere) : failedHere
  }
  return { passed, failed, skipped: skippedTests.length, skippedTests }
}

export function sum(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    skippedTests: [...a.skippedTests, ...b.skippedTests],
  }
}
