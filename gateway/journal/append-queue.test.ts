import { describe, expect, test } from 'vitest'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import type { Depositor } from '../depositor.ts'
import { AppendQueue, settle } from './append-queue.ts'
import { aReading } from './journal.suite.ts'

const READINGS_MAX = 5

function aQueue() {
  const told: string[] = []
  const depositor = (name: string): Depositor => ({
    settled: (ticket, error) => told.push(`${name}${ticket}${error === null ? '' : ' failed'}`),
  })
  const queue = new AppendQueue(new SimulatedClock(1_000), READINGS_MAX)
  return { queue, told, a: depositor('a'), b: depositor('b') }
}

describe('AppendQueue', () => {
  test('each call is told once, in order, with its own ticket', () => {
    const { queue, told, a, b } = aQueue()
    const calls = [
      [a, 0],
      [a, 0],
      [a, 1],
      [b, 1],
      [a, 1],
      [a, 1],
    ] as const
    for (const [depositor, ticket] of calls) queue.place(0, depositor, ticket)
    expect(queue.appends).toBe(6)
    const batch = queue.take()
    if (batch === undefined) throw new Error('there is a batch')
    settle(batch, null)
    expect(told).toEqual(['a0', 'a0', 'a1', 'b1', 'a1', 'a1'])
    expect([batch.appends, queue.appends]).toEqual([6, 0])
    settle(batch, new Error('the disk is gone'))
    expect(told.slice(6)).toEqual(told.slice(0, 6).map((call) => `${call} failed`))
  })

  test('a call that has no room begins a batch, and is counted there', () => {
    const { queue, a } = aQueue()
    for (const count of [2, 3, 4]) {
      queue.place(count, a, 0).append(Array.from({ length: count }, () => aReading()))
    }
    expect([queue.appends, queue.readings]).toEqual([3, 9])
    expect(queue.take()).toMatchObject({ appends: 2, calls: [{ count: 2 }] })
    expect([queue.appends, queue.readings]).toEqual([1, 4])
    expect(queue.take()).toMatchObject({ appends: 1, calls: [{ count: 1 }] })
    expect(queue.take()).toBeUndefined()
  })
})
