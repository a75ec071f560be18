import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * Where our threads find their compiled code, as in `gateway/main.ts`: a test begins one for each database, and
 * reading its TypeScript anew takes several times as long as the test. It also takes Node's type stripper, which
 * is WebAssembly, and V8 has died when many threads loaded and dropped it at the same time.
 */
const COMPILE_CACHE = fileURLToPath(new URL('./node_modules/.cache/vigil', import.meta.url))

/**
 * Two projects: `unit` needs nothing but Node; `acceptance` starts whole gateways, browsers and
 * Debian's servers, one file at a time, because the machine it must pass on has two cores.
 */
export default defineConfig({
  test: {
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
        test: {
          name: 'acceptance',
          include: ['simulators/acceptance/**/*.test.ts', 'dashboard/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A fact that is waited for may take this long on a busy machine.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
})
