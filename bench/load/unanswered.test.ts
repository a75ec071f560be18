import { expect, it } from 'vitest'
import { Unanswered } from './unanswered.ts'

it('the oldest are answered first, each by its own time', () => {
  const unanswered = new Unanswered()
  const latencies: number[] = []
  unanswered.send(2, 10)
  unanswered.send(1, 13)
  unanswered.answer(1, 15, latencies)
  unanswered.send(1, 16)
  unanswered.answer(3, 20, latencies)
  expect(latencies).toEqual([5, 10, 7, 4])
})

it('forgets what is answered and keeps what is not', () => {
  const unanswered = new Unanswered()
  const latencies: number[] = []
  for (let at = 0; at < 10_000; at += 1) {
    unanswered.send(2, at)
    unanswered.answer(1, at + 1, latencies)
  }
  unanswered.answer(10_000, 10_000, latencies)
  expect(latencies).toHaveLength(20_000)
  expect(latencies[1]).toBe(2)
  expect(latencies.at(-1)).toBe(1)
})
