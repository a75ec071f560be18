import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadDuties } from '#config/duties.ts'
import { standingOf } from './duty-state.ts'

const DAY = 24 * 3_600_000
const days = { operating: 7, technical: 90, halfYearly: 182, yearly: 365 }

describe('a duty', () => {
  it.each([
    // interval, done on day, accepted on day, today | state, due on day
    [null, null, 0, 1_000, 'on-occasion', null],
    ['operating', null, null, 1_000, 'not-begun', null],
    ['operating', null, 0, 1, 'not-begun', 7],
    ['operating', null, 0, 8, 'overdue', 7],
    ['operating', 1, 0, 5, 'done', 8],
    ['operating', 1, 0, 6.5, 'due-soon', 8],
    ['operating', 1, 0, 8, 'due-soon', 8],
    ['operating', 1, 0, 8.01, 'overdue', 8],
    ['technical', 10, 0, 92, 'done', 100],
    ['technical', 10, 0, 93, 'due-soon', 100],
    ['technical', 10, 500, 101, 'overdue', 100],
    ['yearly', 0, null, 366, 'overdue', 365],
  ] as const)(
    '%s done %s accepted %s on day %s is %s, due %s',
    (interval, done, accepted, today, state, due) => {
      const at = (day: number | null) => (day === null ? null : day * DAY)
      const since = { doneAtMs: at(done), acceptedAtMs: at(accepted) }
      expect(standingOf({ interval }, since, { nowMs: today * DAY, days })).toEqual({
        state,
        dueAtMs: at(due),
      })
    },
  )

  it('is overdue for as long as nobody does it, and never before it is due', () => {
    fc.assert(
      fc.property(fc.nat(4_000), fc.nat(4_000), (done, today) => {
        const since = { doneAtMs: done * DAY, acceptedAtMs: null }
        const { state } = standingOf({ interval: 'technical' }, since, { nowMs: today * DAY, days })
        expect(state === 'overdue').toBe(today > done + days.technical)
      }),
    )
  })
})

describe('the shipped list', () => {
  it('has an id for each, and duties for each of the three persons', () => {
    const duties = loadDuties()
    expect(new Set(duties.map(({ id }) => id)).size).toBe(duties.length)
    expect(new Set(duties.map(({ role }) => role)).size).toBe(3)
  })
})
