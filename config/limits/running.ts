import { MIB, SECOND_MS } from './units.ts'

export const DATABASE_LIMITS = {
  /** Given up when the disk is full, so that alarms can still be written: some thousands of them. */
  ballastBytes: 8 * MIB,
  /** A released ballast is made again when this many times its size is free, … */
  ballastRoomFactor: 4,
  /** … looked at no more often than this. */
  ballastRestoreIntervalMs: 10 * SECOND_MS,
  statementsCachedMax: 256,
  /** Waiting for the one writing connection; beyond it callers are refused. */
  waitingRequestsMax: 20_000,
  busyTimeoutMs: 5 * SECOND_MS,
  /** A start waits this long for the quick check; a large file goes on being checked beside the work. */
  quickCheckDurationMsMax: 1 * SECOND_MS,
  /** Lists of this many organizations are merged from one index walk each; of more, filtered from all. */
  organizationsMergedMax: 200,
  /** Alarms of this many devices are looked up device by device; of more, filtered from all. */
  devicesWalkedMax: 5_000,
} as const

export const JOB_LIMITS = {
  /** Records of what was told are kept at least this long. */
  notificationDaysMin: 180,
  /** One transaction of a clean-up; alarms are committed between two of them. */
  rowsPerDeleteMax: 1_000,
} as const

/** When the gateway begins to complain about itself. */
export const SELF_CHECK_LIMITS = {
  intervalMs: 5 * SECOND_MS,
  /** Readings that wait longer than this for the time-series store are a fault of its own. */
  backlogAgeMsMax: 60 * SECOND_MS,
  /** Share of the journal's bound from which on an alarm says so: there is time to act before readings are refused. */
  journalFilledShareMax: 0.75,
  /** Below this share it is over, so that it does not come and go. */
  journalFilledShareRest: 0.65,
  clockAheadMsMax: 5 * SECOND_MS,
} as const
