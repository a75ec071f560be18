import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Where our threads find their compiled code, as in `gateway/main.ts`: a test begins one for each database, and
 * reading its TypeScript anew takes several times as long as the test. It also takes Node's type stripper, which
 * is WebAssembly, and V8 has died when many threads loaded and dropped it at the same time.
 */
const COMPILE_CACHE = fileURLToPath(new URL('./node_modules/.cache/vigil', import.meta.url))

/**
 * Acceptance tests that wait, for real time or for a browser, and measure nothing against it: they run two at a
 * time. The longest first, so that none of them is alone at the end.
 */
const WAITING = [
  'simulators/acceptance/demo',
  'simulators/acceptance/disk-full',
  'simulators/acceptance/links',
  'simulators/acceptance/robots',
  'dashboard/e2e/history',
  'dashboard/e2e/accounts',
  'dashboard/e2e/upkeep',
  'simulators/acceptance/tank-overfill',
  'simulators/acceptance/http-ingest',
  'simulators/acceptance/influx',
].map((name) => `${name}.test.ts`)

const ACCEPTANCE = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // A fact that is waited for may take this long on a busy machine.
  expect: { poll: { timeout: 30_000 } },
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = WAITING.findIndex((path) => moduleId.endsWith(path))
      return found === -1 ? WAITING.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}

/**
 * Three projects: `unit` needs nothing but Node; the others start whole gateways, browsers and Debian's servers.
 * `acceptance` runs one file at a time, because the machine it must pass on has two cores.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{config,alerting,gateway,simulators,dashboard,bench}/**/*.test.{ts,tsx}',
            'tidy.test.ts',
          ],
          exclude: ['**/node_modules/**', 'simulators/acceptance/**', 'dashboard/e2e/**'],
          // Vitest would leave one core to itself, but most of its own work is over when tests run.
          maxWorkers: 2,
          env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
          // Bounds for what hangs, not for what is slow: on a busy machine the longest tests take a minute.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        test: { ...ACCEPTANCE, name: 'waiting', include: WAITING, maxWorkers: 2 },
      },
      {
        test: {
          ...ACCEPTANCE,
          name: 'acceptance',
          include: ['simulators/acceptance/**/*.test.ts', 'dashboard/e2e/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...WAITING],
          fileParallelism: false,
        },
      },
    ],
  },
})
