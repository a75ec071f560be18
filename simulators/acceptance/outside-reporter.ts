import { writeFileSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'

/** Where the reporter writes; set by `run-tests.ts`. */
export const OUTSIDE_VARIABLE = 'VIGIL_TEST_OUTSIDE'

/**
 * Writes down what went wrong outside every test, which Vitest's JSON report does not hold: a worker that died,
 * with its file and signal, or a rejection that nobody handled. One text an error, as a JSON array.
 */
// biome-ignore lint/style/noDefaultExport: Vitest asks a reporter's file for its default.
export default class OutsideReporter implements Reporter {
  onTestRunEnd(_: readonly TestModule[], errors: readonly SerializedError[]): void {
    const path = process.env[OUTSIDE_VARIABLE]
    if (path === undefined) return
    writeFileSync(path, JSON.stringify(errors.map(textOf)))
  }
}

/** With its causes: of a worker that died, the file and the signal are told only there. */
function textOf({ name, message, stack, cause }: SerializedError): string {
  const text = stack ?? `${name}: ${message}`
  return cause === undefined || cause === null ? text : `${text}\n${textOf(cause)}`
}
