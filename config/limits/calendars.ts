import { KIB } from './units.ts'

/** Calendars of public holidays, a year at a time; they are written by people. */
export const CALENDAR_LIMITS = {
  yearMin: 2000,
  yearMax: 2100,
  /** Public holidays of one year; the Chinese mainland has seven. */
  holidaysMax: 40,
  /** Days of one holiday: two weeks are longer than any, and a wrong year is noticed. */
  holidayDaysMax: 16,
  workdaysMax: 40,
  sourceLengthMax: 300,
  holidayNameLengthMax: 60,
  /** Years of all calendars that people have written; shipped ones come on top. */
  yearsKeptMax: 500,
  importBytesMax: 64 * KIB,
  /** Of the rules from which a change takes supervision, so many are named in a proposal; all are counted … */
  lossesNamedMax: 100,
  /** … and of the times of one rule, so many. */
  lossStretchesMax: 5,
  /**
   * Days of schedules that are looked at for one change, about 15 a millisecond: a year of 27 schedules, a week
   * of 1,400. Rules with further schedules are told to lose the days whole.
   */
  scheduleDaysComparedMax: 10_000,
} as const
