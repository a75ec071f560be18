import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/**
 * Style held by a test: every tracked text file is read, and what the linter cannot say is said here,
 * each ban with what to do instead.
 */

const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  // A file removed in the working tree is still listed until the commit.
  .filter((path) => path !== '' && existsSync(path))

const CODE = FILES.filter((path) => /\.(ts|tsx)$/.test(path) && path !== 'tidy.test.ts')
const isTest = (path: string) => /\.(test|suite)\.tsx?$/.test(path)

/** Tables of texts are as long as there is to say. */
const isTexts = (path: string) => /^dashboard\/i18n\/(zh|en)\//.test(path)

const LINES_MAX = 400
const TEST_LINES_MAX = 800

interface Ban {
  readonly pattern: RegExp
  readonly instead: string
  readonly except?: RegExp
}

const BANS: readonly Ban[] = [
  {
    pattern: /\bvi\.(mock|doMock)\(/,
    instead: 'implement the port; modules of ours are not mocked',
  },
  {
    pattern: /\bDate\.now\(|new Date\(\)/,
    instead: 'take nowMs from a Clock',
    except: /^(gateway\/system-clock\.ts|simulators\/|bench\/|dashboard\/)|\.test\.tsx?$/,
  },
  {
    pattern: /\bMath\.random\(/,
    instead: 'use the seeded random of simulators/, or node:crypto for secrets',
    except: /^(simulators\/seeded-random\.ts|gateway\/system-random\.ts)$/,
  },
  { pattern: /\.catch\(\(\) => \{\s*\}\)/, instead: 'translate, record or rethrow' },
  { pattern: /\b(TODO|FIXME|XXX)\b/, instead: 'finish it, or open an issue' },
  { pattern: /@ts-(ignore|nocheck)/, instead: 'mend the type' },
  {
    pattern: /type=["'{]+(date|datetime-local|time|month|week)\b/,
    instead: 'use ui/date-field.tsx: a field of the browser speaks the language of the browser',
  },
  { pattern: /\b(describe|test|it)\.only\(/, instead: 'remove .only' },
]

describe('every code file', () => {
  test.for(BANS)('does without $pattern', ({ pattern, instead, except }) => {
    const offenders = CODE.filter((path) => !except?.test(path)).flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${instead}`] : [])),
    )
    expect(offenders).toEqual([])
  })

  test('is short enough to be read in one sitting', () => {
    const offenders = CODE.filter((path) => !isTexts(path)).flatMap((path) => {
      const lines = readFileSync(path, 'utf8').split('\n').length
      const linesMax =
        isTest(path) || path.startsWith('simulators/acceptance/') ? TEST_LINES_MAX : LINES_MAX
      return lines > linesMax ? [`${path}: ${lines} lines, at most ${linesMax}`] : []
    })
    expect(offenders).toEqual([])
  })

  test('has a name that tells what is in it', () => {
    const hollow = CODE.filter((path) =>
      /(^|\/)(utils?|helpers?|misc|common|lib)\.tsx?$/.test(path),
    )
    expect(hollow).toEqual([])
  })
})

test('every setting variable that the code reads is one of the schema', async () => {
  const { VARIABLES } = await import('./config/schema.ts')
  const known = new Set([...Object.keys(VARIABLES), 'VIGIL_CONFIG'])
  const named = CODE.filter(
    (path) => path.startsWith('gateway/') || path === 'simulators/demo.ts',
  ).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bVIGIL_[A-Z_]+\b/g)].map((match) => match[0]),
  )
  expect(
    named.filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, ''))),
  ).toEqual([])
})

test('locked packages are not older than the fixes we rely on', () => {
  const minimums: Readonly<Record<string, string>> = {
    aedes: '1.2.0',
    fastify: '5.12.8',
    'socket.io': '4.8.4',
    'socket.io-parser': '4.2.7',
    'engine.io': '6.6.12',
    ws: '8.21.3',
    mqtt: '5.16.0',
  }
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version?: string }>
  }
  const offenders = Object.entries(lock.packages).flatMap(([path, { version }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const minimum = minimums[name]
    if (minimum === undefined || version === undefined) return []
    return version.localeCompare(minimum, 'en', { numeric: true }) < 0
      ? [`${path} ${version} < ${minimum}`]
      : []
  })
  expect(offenders).toEqual([])
})
