import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WakeQueue } from './wake-queue.ts'

test('gives wake-ups in the order of instant, then key', () => {
  const wake = fc.record({
    atMs: fc.integer({ min: 0, max: 20 }),
    key: fc.constantFrom('a', 'b', 'c'),
  })
  fc.assert(
    fc.property(fc.array(wake), (wakes) => {
      const queue = new WakeQueue()
      for (const one of wakes) queue.push(one)
      expect(queue.size).toBe(wakes.length)
      const sorted = wakes.toSorted(
        (one, other) =>
          one.atMs - other.atMs || (one.key < other.key ? -1 : one.key > other.key ? 1 : 0),
      )
      for (const expected of sorted) {
        expect(queue.peek()).toEqual(expected)
        expect(queue.pop()).toEqual(expected)
      }
      expect(queue.peek()).toBeNull()
      expect(queue.pop()).toBeNull()
    }),
  )
})

test('stays in order when taking and adding alternate', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }))), (steps) => {
      const queue = new WakeQueue()
      const model: number[] = []
      for (const step of steps) {
        if (step === null) {
          expect(queue.pop()?.atMs).toBe(model.shift())
        } else {
          queue.push({ atMs: step, key: '' })
          model.push(step)
          model.sort((one, other) => one - other)
        }
      }
    }),
  )
})
