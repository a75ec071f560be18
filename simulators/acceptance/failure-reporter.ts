import { writeFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import type { SerializedError, TestError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'
import type { Failures } from './test-report.ts'

/** Where the reporter writes; set by `run-tests.ts`. */
export const FAILURES_VARIABLE = 'VIGIL_TEST_FAILURES'

/**
 * Writes down, as JSON, what went wrong and where, for the end of `npm test`: the failed tests, and what
 * Vitest's own JSON report does not hold: a hook that threw, a worker that died (with its file and signal), a
 * rejection that nobody handled.
 */
// biome-ignore lint/style/noDefaultExport: Vitest asks a reporter's file for its default.
export default class FailureReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const path = process.env[FAILURES_VARIABLE]
    if (path === undefined) return
    const failures: Failures = {
      inTests: modules.flatMap((module) => [...failuresIn(module)]),
      outside: errors.map(textOf),
    }
    writeFileSync(path, JSON.stringify(failures))
  }
}

function* failuresIn(module: TestModule): Generator<Failures['inTests'][number]> {
  const file = module.moduleId
  const ofFile = module.errors()
  if (ofFile.length > 0) yield { file, name: 'the file itself', messages: ofFile.map(messageOf) }
  for (const suite of module.children.allSuites()) {
    const ofSuite = suite.errors()
    if (ofSuite.length === 0) continue
    yield { file, name: `${suite.fullName} (a hook)`, messages: ofSuite.map(messageOf) }
  }
  for (const test of module.children.allTests('failed')) {
    yield { file, name: test.fullName, messages: (test.result().errors ?? []).map(messageOf) }
  }
}

/** The place in our code, what was expected, and the difference; Vitest's own frames say nothing. */
function messageOf({ name, message, diff, stacks = [] }: TestError): string {
  const places = stacks.slice(0, 1).map(({ file, line, column }) => `at ${file}:${line}:${column}`)
  const parts = [...places, `${name}: ${message}`, diff ?? '']
  return stripVTControlCharacters(parts.filter((part) => part !== '').join('\n'))
}

/** With its causes: of a worker that died, the file and the signal are told only there. */
function textOf({ name, message, stack, cause }: SerializedError): string {
  const text = stack ?? `${name}: ${message}`
  return cause === undefined || cause === null ? text : `${text}\n${textOf(cause)}`
}
