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

/** What `failure-reporter.ts` writes. */
export const failures = z.object({
  inTests: z.array(z.object({ file: z.string(), name: z.string(), messages: z.array(z.string()) })),
  /** What went wrong outside every test. */
  outside: z.array(z.string()),
})
export type Failures = z.infer<typeof failures>
export type FailedTest = Failures['inTests'][number]

/** Bounds of what is told about failed tests: a log is often cut to its tail, and this must be in the tail. */
export const TOLD = {
  namesMax: 100,
  withMessagesMax: 20,
  linesMax: 12,
  lineLengthMax: 200,
} as const

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

/** The lines that name every failed test, the first of them with the beginning of what they said. */
export function tellFailed(failed: readonly FailedTest[]): readonly string[] {
  const lines = failed.slice(0, TOLD.namesMax).flatMap(({ file, name, messages }, index) => {
    const title = `FAILED ${file} > ${name}`
    return index < TOLD.withMessagesMax ? [title, ...firstLines(messages)] : [title]
  })
  const left = failed.length - TOLD.namesMax
  return left > 0 ? [...lines, `… and ${left} more`] : lines
}

function firstLines(messages: readonly string[]): readonly string[] {
  const lines = messages.flatMap((message) => message.split('\n'))
  const told = lines
    .slice(0, TOLD.linesMax)
    .map((line) =>
      line.length > TOLD.lineLengthMax ? `${line.slice(0, TOLD.lineLengthMax)}…` : line,
    )
  return (lines.length > TOLD.linesMax ? [...told, '…'] : told).map((line) => `    ${line}`)
}
