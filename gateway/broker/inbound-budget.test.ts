import { expect, test } from 'vitest'
import { MQTT_LIMITS } from '#config/limits.ts'
import { InboundBudget } from './inbound-budget.ts'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

function setUp(limits: Partial<Record<keyof typeof MQTT_LIMITS, number>>) {
  const behind = { backlog: 0 }
  const backlog = () => behind.backlog
  return { behind, budget: new InboundBudget({ limits: { ...MQTT_LIMITS, ...limits }, backlog }) }
}

test('in one turn only so much is taken; who waits is served in turn', async () => {
  const { budget } = setUp({ inboundPerTurnMax: 3 })
  const served: string[] = []
  const greedy = (name: string) => () => {
    served.push(name)
    while (!budget.isSpent) budget.take(1)
    budget.whenAvailable(greedy(name))
  }
  greedy('a')()
  budget.whenAvailable(greedy('b'))
  expect(budget.messages).toBe(3)
  await nextTurn()
  expect(served).toEqual(['a', 'a'])
  expect(budget.messages).toBe(6)
  await nextTurn()
  await nextTurn()
  expect(served).toEqual(['a', 'a', 'b', 'a'])
  expect(budget.messages).toBe(12)
})

test('a turn is shared out, in the smaller pieces the more wait', async () => {
  const { budget } = setUp({ inboundPerTurnMax: 12, inboundBytesPerRoundMax: 40 })
  const served: string[] = []
  const full = (name: string, bytes: number) => () => {
    let taken = 0
    while (!budget.isSpent && !budget.isShareSpent(taken)) {
      budget.take(bytes)
      taken += bytes
      served.push(name)
    }
    budget.whenAvailable(full(name, bytes))
  }
  full('a', 10)()
  // Alone it takes all there is.
  expect(served.splice(0)).toHaveLength(12)
  budget.whenAvailable(full('b', 100))
  budget.whenAvailable(full('c', 10))
  await nextTurn()
  expect(served.join('')).toBe('aabccaabccaa')
})

test('what is answered at once takes its part of the turn and holds nothing', async () => {
  const { budget } = setUp({ inboundPerTurnMax: 3, inboundBytesPerTurnMax: 1_000 })
  budget.handle(10, 2)
  expect([budget.isSpent, budget.messages, budget.bytes]).toEqual([false, 0, 0])
  budget.take(10)
  expect([budget.isSpent, budget.messages, budget.bytes]).toEqual([true, 1, 10])
  let isServed = false
  budget.whenAvailable(() => {
    isServed = true
  })
  await nextTurn()
  expect([budget.isSpent, isServed]).toEqual([false, true])
  budget.handle(1_000, 1)
  expect(budget.isSpent).toBe(true)
})

test('a few large messages are as much as many small ones', async () => {
  const { budget } = setUp({ inboundBytesPerTurnMax: 1_000 })
  budget.take(999)
  expect(budget.isSpent).toBe(false)
  budget.take(1)
  expect(budget.isSpent).toBe(true)
  await nextTurn()
  expect(budget.isSpent).toBe(false)
})

test('what is full takes again when half is done, or when nothing of its own is under way', async () => {
  const { budget, behind } = setUp({})
  behind.backlog = 1
  budget.take(1)
  budget.take(1)
  await nextTurn()
  expect(budget.isSpent).toBe(true)
  behind.backlog = 0.6
  budget.give(1)
  expect(budget.isSpent).toBe(true)
  // Others fill what is behind us, and would never call.
  budget.give(1)
  expect(budget.isSpent).toBe(false)
  behind.backlog = 1
  budget.take(1)
  budget.take(1)
  await nextTurn()
  behind.backlog = 0.5
  let isServed = false
  budget.whenAvailable(() => {
    isServed = true
  })
  budget.give(1)
  expect(isServed).toBe(true)
})
