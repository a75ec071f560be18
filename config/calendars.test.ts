import { describe, expect, test } from 'vitest'
import { calendarYearSchema, loadCalendars } from './calendars.ts'

const YEAR = {
  calendar: 'cn',
  year: 2027,
  source: { title: '国务院办公厅通知', confidence: 'A' },
  holidays: [{ name: { zh: '元旦', en: 'New Year' }, from: '2027-01-01', to: '2027-01-03' }],
  workdays: ['2027-01-09'],
}
const name = { zh: '节', en: 'a holiday' }

function problems(change: object): readonly string[] {
  const result = calendarYearSchema.safeParse({ ...YEAR, ...change })
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('a year of a calendar', () => {
  test('is taken when its days fit together', () => {
    expect(problems({})).toEqual([])
    expect(loadCalendars().map(({ calendar, year }) => `${calendar}-${year}`)).toContain('cn-2026')
  })

  test.for([
    [
      'a day of another year',
      { workdays: ['2026-01-10'] },
      'workdays.0: 2026-01-10 is not in 2027',
    ],
    [
      'a holiday of another year',
      { holidays: [{ name, from: '2026-12-31', to: '2027-01-02' }] },
      'holidays.0: 2026-12-31 is not in 2027',
    ],
    [
      'a holiday that ends before it begins',
      { holidays: [{ name, from: '2027-02-03', to: '2027-02-01' }] },
      'holidays.0.to: the holiday ends (2027-02-01) before it begins (2027-02-03)',
    ],
    [
      'a holiday of months',
      { holidays: [{ name, from: '2027-02-01', to: '2027-04-01' }], workdays: [] },
      'holidays.0.to: a holiday has 16 days at most, this one 60',
    ],
    [
      'two holidays on one day',
      { holidays: [...YEAR.holidays, { name, from: '2027-01-03', to: '2027-01-04' }] },
      'holidays.1: 2027-01-03 is in two holidays',
    ],
    [
      'a make-up day that is free',
      { workdays: ['2027-01-02'] },
      'workdays.0: 2027-01-02 is a public holiday',
    ],
    [
      'a make-up day on a Wednesday',
      { workdays: ['2027-01-13'] },
      'workdays.0: 2027-01-13 is not a Saturday or Sunday: it is a working day anyway',
    ],
    [
      'a make-up day twice',
      { workdays: ['2027-01-09', '2027-01-09'] },
      'workdays.1: 2027-01-09 stands there twice',
    ],
    ['a day that does not exist', { workdays: ['2027-02-30'] }, 'workdays.0: Invalid ISO date'],
  ] as const)('is refused for %s', ([, change, said]) => {
    expect(problems(change)).toEqual([said])
  })
})
