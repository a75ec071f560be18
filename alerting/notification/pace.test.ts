import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { earliestAtMs, easyMessages, type Pace } from './pace.ts'

const PACE: Pace = { messagesMax: 20, windowMs: 60_000, mergeMs: 10_000 }
const T = 1_000_000
const at = (count: number, stepMs = 1) =>
  Array.from({ length: count }, (_, index) => T + index * stepMs)

describe('earliestAtMs', () => {
  test.for([
    ['nothing was sent', [], 'others', T + 20, T + 20],
    ['half the limit is left: at once', at(9), 'others', T + 20, T + 20],
    ['half the limit is used: not before the merging time', at(10), 'others', T + 20, T + 10_009],
    ['red goes on until three quarters', at(14), 'red', T + 20, T + 20],
    ['then red keeps its distance too', at(15), 'red', T + 20, T + 10_014],
    ['the last quarter is red’s', at(15), 'others', T + 20, T + 60_000],
    ['at the limit red waits for the window', at(20), 'red', T + 20, T + 60_000],
    ['what has left the window does not count', at(20), 'red', T + 60_019, T + 60_019],
  ] as const)('%s', ([, sent, urgency, nowMs, expected]) => {
    expect(earliestAtMs(sent, { urgency, pace: PACE, nowMs })).toBe(expected)
  })

  test('whatever comes whenever, no window holds more than the limit, and red waits no longer than others', () => {
    const arrivals = fc.array(fc.record({ afterMs: fc.nat(4_000), isRed: fc.boolean() }), {
      maxLength: 120,
    })
    const paces = fc.record({
      messagesMax: fc.integer({ min: 4, max: 30 }),
      windowMs: fc.constant(60_000),
      mergeMs: fc.integer({ min: 1_000, max: 20_000 }),
    })
    fc.assert(
      fc.property(arrivals, paces, (coming, pace) => {
        const sent: number[] = []
        let nowMs = T
        for (const { afterMs, isRed } of coming) {
          nowMs += afterMs
          const of = (urgency: 'red' | 'others') => earliestAtMs(sent, { urgency, pace, nowMs })
          expect(of('red')).toBeLessThanOrEqual(of('others'))
          nowMs = of(isRed ? 'red' : 'others')
          sent.push(nowMs)
        }
        for (const [index, startMs] of sent.entries()) {
          const inWindow = sent.slice(index).filter((one) => one < startMs + pace.windowMs)
          expect(inWindow.length).toBeLessThanOrEqual(pace.messagesMax)
        }
      }),
    )
  })
})

test('easyMessages: what may go one by one before messages are merged', () => {
  const of = (sent: readonly number[], urgency: 'red' | 'others') =>
    easyMessages(sent, { urgency, pace: PACE, nowMs: T + 100 })
  expect([of([], 'others'), of([], 'red'), of(at(9), 'others'), of(at(12), 'others')]).toEqual([
    10, 15, 1, 0,
  ])
})
