import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ATTEMPTS_MAX, retryDelayMs } from './retry-schedule.ts'

const HOUR_MS = 3_600_000
const anyFailure = fc.record({
  messageId: fc.string(),
  attempts: fc.integer({ min: 1, max: ATTEMPTS_MAX + 5 }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 100 * HOUR_MS }), { nil: undefined }),
})

test('is dense at first and ends within a day', () => {
  const delays: number[] = []
  for (let attempts = 1; ; attempts += 1) {
    const delayMs = retryDelayMs({ messageId: 'msg_1', attempts })
    if (delayMs === null) break
    delays.push(delayMs)
  }
  const nominal = [
    5, 15, 30, 60, 120, 300, 900, 1_800, 3_600, 7_200, 18_000, 18_000, 18_000, 18_000,
  ]
  expect(delays).toHaveLength(nominal.length)
  for (const [index, delayMs] of delays.entries()) {
    const wantedMs = (nominal[index] ?? 0) * 1_000
    expect(Math.abs(delayMs - wantedMs)).toBeLessThanOrEqual(0.1 * wantedMs)
  }
  const totalMs = delays.reduce((sum, delayMs) => sum + delayMs, 0)
  expect(totalMs).toBeGreaterThan(21 * HOUR_MS)
  expect(totalMs).toBeLessThan(27 * HOUR_MS)
})

test('delays are bounded, repeatable, and never shorter than the receiver asked for', () => {
  fc.assert(
    fc.property(anyFailure, (failed) => {
      const delayMs = retryDelayMs(failed)
      expect(delayMs).toBe(retryDelayMs(failed))
      expect(delayMs === null).toBe(failed.attempts >= ATTEMPTS_MAX)
      if (delayMs === null) return
      expect(delayMs).toBeGreaterThanOrEqual(Math.min(failed.retryAfterMs ?? 0, 24 * HOUR_MS))
      expect(delayMs).toBeGreaterThanOrEqual(4_500)
      expect(delayMs).toBeLessThanOrEqual(24 * HOUR_MS)
    }),
  )
})

test('what failed together does not come back together', () => {
  const delays = new Set(
    Array.from({ length: 50 }, (_, index) =>
      retryDelayMs({ messageId: `msg_${index}`, attempts: 5 }),
    ),
  )
  expect(delays.size).toBeGreaterThan(40)
})
