import { DAY_MS, SECOND_MS } from './units.ts'

/** Many alarms at once: incidents, floods, figures and hand-overs. */
export const STORM_LIMITS = {
  /** At start, annunciations so far back are gone through again: a flood is hardly longer. */
  replayedMs: 1 * DAY_MS,
  replayedAnnunciationsMax: 100_000,
  /** Floods that end by themselves are noticed this often; their end has its own instant all the same. */
  tickMs: 1 * SECOND_MS,
  /** Places in incidents of alarms that are over, for the screens that still show them. */
  endedPlacesMax: 20_000,
  membershipsPerWriteMax: 5_000,
  /** Read in one go for a report; other readers have their turn in between. */
  annunciationsPerPortion: 2_000,
  /** A report covers a quarter at most. */
  performancePeriodMsMax: 92 * DAY_MS,
  /** Held messages that become digests in one go; the rest with the next. */
  messagesPerDigestMax: 20_000,
  /** Readings on which figures that steady an alarm are tried. */
  steadyingReadingsMax: 20_000,
  standingListedMax: 200,
  exportedAlarmsMax: 100_000,
} as const
