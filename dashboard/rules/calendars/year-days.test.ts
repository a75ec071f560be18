import { describe, expect, test } from 'vitest'
import { dayChanges, lengthInDays, monthsOf } from './year-days.ts'

const name = { zh: '节', en: 'holiday' }

test('a year is its months, with holidays, make-up days and weekends told apart', () => {
  const months = monthsOf({
    year: 2026,
    holidays: [{ name, from: '2026-01-01', to: '2026-01-03' }],
    workdays: ['2026-01-04'],
  })
  expect(months.map(({ days }) => days.length)).toEqual([
    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
  ])
  // 1 January 2026 is a Thursday: three places are empty before it.
  expect(months[0]?.offset).toBe(3)
  expect(months[0]?.days.slice(0, 10).map(({ kind }) => kind)).toEqual([
    ...['holiday', 'holiday', 'holiday', 'workday'],
    ...['plain', 'plain', 'plain', 'plain', 'plain', 'weekend'],
  ])
})

test('a leap year has its day, a Sunday comes last, and what ends before it begins has no days', () => {
  const months = monthsOf({ year: 2032, holidays: [], workdays: [] })
  expect(months[1]?.days.at(-1)).toEqual({ day: '2032-02-29', kind: 'weekend', holiday: null })
  expect(months[1]?.offset).toBe(6)
  expect(lengthInDays('2026-10-01', '2026-10-07')).toBe(7)
  expect(lengthInDays('2026-10-07', '2026-10-01')).toBe(0)
})

describe('dayChanges', () => {
  const source = { title: 'x', confidence: 'A' } as const
  const name = { zh: '停工', en: 'Shutdown' }
  const days = (from: string, to: string, workdays: readonly string[]) => ({
    source,
    holidays: [{ name, from, to }],
    workdays: [...workdays],
  })

  test('names runs of days that are of another kind, and no day that is not', () => {
    const before = days('2027-02-26', '2027-03-01', ['2027-03-06'])
    const after = days('2027-02-28', '2027-03-02', [])
    expect(dayChanges(2027, before, after)).toEqual([
      { from: '2027-02-26', to: '2027-02-26', before: 'holiday', after: 'plain' },
      { from: '2027-02-27', to: '2027-02-27', before: 'holiday', after: 'weekend' },
      { from: '2027-03-02', to: '2027-03-02', before: 'plain', after: 'holiday' },
      { from: '2027-03-06', to: '2027-03-06', before: 'workday', after: 'weekend' },
    ])
    expect(dayChanges(2027, before, structuredClone(before))).toEqual([])
  })

  test('takes a year that is not there for Monday to Friday', () => {
    const after = days('2027-03-01', '2027-03-03', [])
    const run = { from: '2027-03-01', to: '2027-03-03' }
    expect(dayChanges(2027, null, after)).toEqual([{ ...run, before: 'plain', after: 'holiday' }])
    expect(dayChanges(2027, after, null)).toEqual([{ ...run, before: 'holiday', after: 'plain' }])
  })
})
