import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { raised, returned } from '../builders.suite.ts'
import { type ConditionEvent, causeKey } from '../rules/condition-event.ts'
import { ConditionBacklog, type WaitingCondition } from './condition-backlog.ts'

const on = (deviceId: string, grade: 1 | 2 | 3 | 4) => raised({ deviceId, grade })
const gone = (deviceId: string): ConditionEvent => ({ ...returned(), deviceId })

function waiting(...events: readonly ConditionEvent[]): readonly WaitingCondition[] {
  return events.map((event, index) => ({ order: index + 1, event }))
}

function drained(backlog: ConditionBacklog, countMax: number): readonly (readonly number[])[] {
  const turns: (readonly number[])[] = []
  while (backlog.size > 0) {
    const turn = backlog.mostUrgent(countMax)
    backlog.remove(turn)
    turns.push(turn.map(({ order }) => order))
  }
  return turns
}

describe('ConditionBacklog', () => {
  test.each([
    ['in their order when all are alike', [on('a', 3), on('b', 3), on('c', 3)], 2, [[1, 2], [3]]],
    ['the worse grade first', [on('a', 4), on('b', 3), on('c', 2)], 1, [[3], [2], [1]]],
    [
      'red alone, without waiting for company',
      [on('a', 3), on('b', 1), on('c', 3)],
      9,
      [[2], [1, 3]],
    ],
    ['a turn in the order of the engine', [on('a', 3), on('b', 2)], 9, [[1, 2]]],
    ['all of a cause as soon as its worst', [on('a', 3), on('b', 3), on('a', 1)], 9, [[1, 3], [2]]],
    ['what has gone last', [gone('a'), on('b', 4)], 1, [[1], [2]]],
    ['a cause in parts, in its order', [on('a', 1), gone('a'), on('a', 1)], 2, [[1, 2], [3]]],
  ] as const)('%s', (_name, events, countMax, turns) => {
    const backlog = new ConditionBacklog()
    backlog.add(waiting(...events))
    expect(drained(backlog, countMax)).toEqual(turns)
    expect(backlog.firstOrder).toBe(Number.POSITIVE_INFINITY)
  })

  test('what comes later is behind what waits, but worse goes first', () => {
    const backlog = new ConditionBacklog()
    const [one, two, three] = waiting(on('a', 3), on('b', 3), on('c', 1))
    backlog.add([one, two].flatMap((condition) => condition ?? []))
    backlog.remove(backlog.mostUrgent(1))
    expect(backlog.firstOrder).toBe(2)
    backlog.add(three === undefined ? [] : [three])
    expect(drained(backlog, 9)).toEqual([[3], [2]])
  })

  test('loses and doubles nothing and keeps the order of each cause, whatever comes between', () => {
    const event = fc.record({
      deviceId: fc.constantFrom('a', 'b', 'c', 'd'),
      grade: fc.constantFrom(1, 2, 3, 4),
      isGone: fc.boolean(),
    })
    const portions = fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 8 })
    fc.assert(
      fc.property(portions, fc.integer({ min: 1, max: 5 }), (added, countMax) => {
        const backlog = new ConditionBacklog()
        const applied: WaitingCondition[] = []
        let order = 0
        const turn = () => {
          const taken = backlog.mostUrgent(countMax)
          expect(taken.length).toBeLessThanOrEqual(countMax)
          backlog.remove(taken)
          applied.push(...taken)
        }
        for (const portion of added) {
          backlog.add(
            portion.map(({ deviceId, grade, isGone }) => {
              order += 1
              return { order, event: isGone ? gone(deviceId) : on(deviceId, grade) }
            }),
          )
          turn()
        }
        while (backlog.size > 0) turn()
        expect(applied.map((one) => one.order).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: order }, (_, index) => index + 1),
        )
        for (const ofCause of Map.groupBy(applied, (one) => causeKey(one.event)).values()) {
          const orders = ofCause.map((one) => one.order)
          expect(orders).toEqual(orders.toSorted((a, b) => a - b))
        }
      }),
    )
  })
})
