import { DAY_MS, SECOND_MS } from './units.ts'

/** What one rule may ask for, so that its memory and its cost per reading have a bound. */
export const RULE_LIMITS = {
  /** A window is kept as this many slots at most, however many readings fall into it. */
  windowSlots: 60,
  windowMsMin: 1 * SECOND_MS,
  windowMsMax: 31 * DAY_MS,
  /** Theil–Sen over fewer points does not outvote one outlier (4 of 10 slopes at 5 points). */
  rateSlotsMin: 5,
  /** Slots of a rate's window: 190 slopes a reading. */
  rateSlots: 20,
  countedReadingsMax: 100,
  /** A season's mean follows with at least this weight a day: two weeks of memory. */
  seasonWeightMin: 0.07,
  /** From so many days on, one odd day moves an hour's mean by no more than three spreads. */
  seasonSettledDays: 5,
  seasonBiasWeight: 0.5,
  seasonBiasFading: 0.8,
  votersMax: 32,
  testsPerCombinationMax: 16,
  expressionLengthMax: 1_000,
  expressionOperandsMax: 16,
  expressionNodesMax: 200,
  expressionDepthMax: 24,
  scheduleSpansMax: 32,
  scopeIdsMax: 1_000,
  overridesMax: 1_000,
  /** Evaluations kept of a watched (rule, device, point), newest last. */
  evaluationsKeptMax: 50,
  /** (rule, device, point)s watched at a time; the one asked for longest ago is let go. */
  watchedMax: 200,
  /** A watch that nobody asks for ends after this. */
  watchedForMs: 5 * 60 * SECOND_MS,
  /** Readings a person may paste to try a rule. */
  triedReadingsMax: 5_000,
  /** Alarms a back-test lists; beyond it they are counted. */
  backTestAlarmsMax: 2_000,
  /** Readings judged in one go by a back-test, between two turns of the event loop. */
  backTestReadingsPerTurn: 5_000,
} as const
