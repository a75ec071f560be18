import { defineConfig } from 'vitest/config'

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
          testTimeout: 20_000,
          // A fact that is waited for may take this long on a busy machine.
          expect: { poll: { timeout: 15_000 } },
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
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
})
