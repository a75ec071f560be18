import { expect, test } from 'vitest'
import { createRandom } from './seeded-random.ts'
import { bump, Noise, quantize, ramp, warmUp, workload } from './signals.ts'

test('noise keeps its spread however often it is sampled', () => {
  for (const stepMs of [100, 5_000]) {
    const noise = new Noise(createRandom('n'), { sigma: 2, correlationMs: 1_000 })
    const values = Array.from({ length: 50_000 }, (_, index) => noise.at(index * stepMs))
    const sigma = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
    expect(sigma).toBeGreaterThan(1.8)
    expect(sigma).toBeLessThan(2.2)
  }
})

test('neighbouring noise samples resemble each other', () => {
  const noise = new Noise(createRandom('n'), { sigma: 1, correlationMs: 60_000 })
  noise.at(0)
  for (let index = 1; index < 500; index += 1) {
    const before = noise.at(index * 200 - 100)
    expect(Math.abs(noise.at(index * 200) - before)).toBeLessThan(0.4)
  }
})

const shape = { peak: 60, riseMs: 10_000, holdMs: 20_000, decayMs: 30_000 }
test.each([
  { elapsedMs: -1, want: 0 },
  { elapsedMs: 0, want: 0 },
  { elapsedMs: 5_000, want: 30 },
  { elapsedMs: 10_000, want: 60 },
  { elapsedMs: 30_000, want: 60 },
  { elapsedMs: 60_000, want: 0 },
  { elapsedMs: 999_999, want: 0 },
])('a bump is $want after $elapsedMs ms', ({ elapsedMs, want }) => {
  expect(bump(elapsedMs, shape)).toBeCloseTo(want, 6)
})

test('a bump without hold or decay ends at once', () => {
  expect(bump(1_001, { peak: 5, riseMs: 1_000, holdMs: 0, decayMs: 0 })).toBe(0)
})

test('a bump rises and falls without a step', () => {
  for (let elapsedMs = 0; elapsedMs < 65_000; elapsedMs += 100) {
    expect(Math.abs(bump(elapsedMs + 100, shape) - bump(elapsedMs, shape))).toBeLessThan(1.1)
  }
})

test('a ramp arrives and stays', () => {
  const climb = { amount: 8, overMs: 1_000 }
  expect([0, 500, 1_000, 9_000].map((elapsedMs) => ramp(elapsedMs, climb))).toEqual([0, 4, 8, 8])
})

test('warm-up falls from 1 towards 0', () => {
  expect(warmUp(0, 30_000)).toBe(1)
  expect(warmUp(30_000, 30_000)).toBeLessThan(0.06)
})

test('a works is busiest in the middle of a weekday and quiet at night and on Sunday', () => {
  const at = (text: string) => workload(Date.parse(text))
  expect(at('2026-11-23T15:00:00+08:00')).toBeGreaterThan(0.8)
  expect(at('2026-11-23T03:00:00+08:00')).toBeLessThan(0.2)
  expect(at('2026-11-22T15:00:00+08:00')).toBeLessThan(0.5)
})

test.each([
  { value: 2.7654, step: 0.1, want: 2.8 },
  { value: -4, step: 1, want: 0 },
  { value: 140, step: 1, want: 100 },
  { value: 0.126, step: 0.01, want: 0.13 },
  { value: 47.4, step: 5, want: 45 },
])('$value in steps of $step reads $want', ({ value, step, want }) => {
  expect(quantize(value, { step, min: 0, max: 100 })).toBe(want)
})
