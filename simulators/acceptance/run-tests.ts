import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FAILURES_VARIABLE } from './failure-reporter.ts'
import { findMissing, MISSING_VARIABLE, PROVISIONS, type Requirement } from './requirements.ts'
import {
  type FailedTest,
  type Failures,
  failures,
  NOTHING,
  sum,
  type Tally,
  tally,
  tellFailed,
  vitestReport,
} from './test-report.ts'

/**
 * `npm test`: gets what the suites need, runs all of them, and ends with the failed tests by name and a line
 * `N passed, N failed, N skipped`. What cannot be had is named, and exactly the suites that need it are skipped;
 * with CI=true a skip is a failure. Arguments are passed on, e.g.
 * `npm test -- simulators/acceptance/crash.test.ts`.
 */

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const FAILURE_REPORTER = fileURLToPath(new URL('./failure-reporter.ts', import.meta.url))
const VITEST = join(REPOSITORY, 'node_modules/vitest/vitest.mjs')
/** One after the other: acceptance tests measure time and must not share the cores with hundreds of unit tests. */
const PROJECTS = ['unit', 'waiting', 'acceptance'] as const

const isCi = process.env.CI === 'true'
const missing = provide()
const outside: string[] = []
const failed: FailedTest[] = []
let total = NOTHING
for (const project of PROJECTS) total = sum(total, runProject(project))
tellSkips(total)
tellOutside()
for (const line of tellFailed(failed)) say(line.replaceAll(REPOSITORY, ''))
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = total.failed > 0 || total.passed === 0 || (isCi && total.skipped > 0) ? 1 : 0

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Installs what is missing when it may; answers what is missing still. */
function provide(): readonly Requirement[] {
  const wanted = findMissing()
  const packages = wanted.flatMap((name) => PROVISIONS[name].debianPackage ?? [])
  if (packages.length === 0) return wanted
  if (process.getuid?.() !== 0) {
    say(
      `Not root, so nothing is installed. To run every suite: apt-get install ${packages.join(' ')}`,
    )
    return wanted
  }
  say(`Installing ${packages.join(', ')} …`)
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  apt('update', '--quiet')
  const installed = apt('install', '--yes', '--quiet', '--no-install-recommends', ...packages)
  if (installed.error !== undefined) say(`apt-get cannot be run: ${installed.error.message}`)
  return findMissing()
}

function runProject(project: (typeof PROJECTS)[number]): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-report-'))
  const reportPath = join(folder, 'report.json')
  const failuresPath = join(folder, 'failures.json')
  try {
    const run = spawnSync(
      process.execPath,
      [
        VITEST,
        'run',
        ...['--project', project, '--passWithNoTests'],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`],
        `--reporter=${FAILURE_REPORTER}`,
        ...process.argv.slice(2),
      ],
      {
        cwd: REPOSITORY,
        stdio: 'inherit',
        env: {
          ...process.env,
          [MISSING_VARIABLE]: missing.join(','),
          [FAILURES_VARIABLE]: failuresPath,
        },
      },
    )
    const counted = readTally(reportPath)
    const found = readFailures(failuresPath)
    failed.push(...found.inTests)
    outside.push(...found.outside)
    if (run.signal !== null) outside.push(`Vitest itself was ended by ${run.signal}.`)
    // What is outside every test is in the exit code only.
    return run.status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readFailures(path: string): Failures {
  if (!existsSync(path)) return { inTests: [], outside: [] }
  return failures.parse(JSON.parse(readFileSync(path, 'utf8')))
}

/** At the end, because a worker that dies is told among thousands of lines, and its tests are merely missing. */
function tellOutside(): void {
  if (outside.length === 0) return
  say(
    'Outside every test (a worker that died leaves its tests without a result, shown as skipped):',
  )
  for (const text of outside) say(`  ${text.replaceAll('\n', '\n  ')}`)
}

function readTally(reportPath: string): Tally {
  let text: string
  try {
    text = readFileSync(reportPath, 'utf8')
  } catch {
    say('Vitest ended without a report.')
    return { ...NOTHING, failed: 1 }
  }
  return tally(vitestReport.parse(JSON.parse(text)))
}

function tellSkips({ skippedTests }: Tally): void {
  for (const name of missing) say(`Missing: ${PROVISIONS[name].hint}.`)
  const files = Map.groupBy(skippedTests, ({ file }) => relative(REPOSITORY, file))
  for (const [file, tests] of files) {
    say(`Skipped in ${file}: ${tests.map(({ name }) => name).join('; ')}`)
  }
  if (isCi && skippedTests.length > 0) say('CI=true: a skip counts as a failure.')
}
