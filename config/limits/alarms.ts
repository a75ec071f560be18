import { HOUR_MS, KIB, MIB, SECOND_MS } from './units.ts'

export const ALARM_LIMITS = {
  /** Ours, from the practice of ISA-18.2: shelving always ends, within one shift. */
  shelvingMsMax: 8 * HOUR_MS,
  /** A late reading is judged when nothing newer follows within this time (see alerting/DESIGN.md). */
  lateHoldMs: 2 * SECOND_MS,
  engineCheckpointIntervalMs: 1 * SECOND_MS,
  /** Readings judged in one go, between two turns of the event loop (about 10 ms of work). */
  readingsPerStepMax: 5_000,
  /** Readings taken from the journal and not judged yet; beyond it the journal is not read on. */
  readingsAheadMax: 20_000,
  /** Conditions that are applied in the commit of their checkpoint; of more, the most urgent go first. */
  conditionsPerCommitMax: 250,
  /** Of those that wait, in one commit: a red alarm that comes meanwhile waits for it; small ones cost more altogether. */
  conditionsPerTurnMax: 2_500,
  /** Conditions decided and not applied yet; beyond it nothing more is judged. */
  conditionsWaitingMax: 20_000,
  /** Timers that wait for readings still on their way to the disk look again after this. */
  watermarkRetryMs: 20,
  /** A commit of alarms that the database refuses is tried again after this, doubling. */
  commitRetryMsMin: 100,
  commitRetryMsMax: 2 * SECOND_MS,
  /** A stop waits this long for a commit that is being tried again; it is done over after the next start. */
  stopGraceMs: 2 * SECOND_MS,
  rulesMax: 100_000,
  setpointsPerRuleMax: 8,
  delayMsMax: 24 * HOUR_MS,
} as const

export const CASE_LIMITS = {
  /** A step shorter than a second is overdue before it can be read; one longer than a year is none. */
  stepSecondsMin: 1,
  stepSecondsMax: 366 * 86_400,
} as const

/** Maintenance and calibration windows. */
export const WINDOW_LIMITS = {
  /** Long work is done in several windows, so that none is forgotten. */
  durationMsMax: 3 * 24 * HOUR_MS,
  aheadMsMax: 90 * 24 * HOUR_MS,
  /** Asked for every reading: they are held in memory. */
  unfinishedMax: 10_000,
  permitNumberLengthMax: 64,
} as const

export const DRILL_LIMITS = {
  durationMsMin: 10 * SECOND_MS,
  durationMsMax: 4 * HOUR_MS,
  runningMax: 50,
  /** One whose end could not be written is ended again after this. */
  retryMs: 2 * SECOND_MS,
} as const

/** Photos of a case. */
export const PHOTO_LIMITS = {
  /** What a phone makes of its best camera; the page makes larger ones smaller before it sends them. */
  bytesMax: 8 * MIB,
  perAlarmMax: 20,
  nameLengthMax: 120,
} as const

export const EVIDENCE_LIMITS = {
  /** F61: so much before the alarm and after it. */
  beforeMs: 10 * 60 * SECOND_MS,
  afterMs: 10 * 60 * SECOND_MS,
  /** Readings that are still on their way when the time after is over. */
  graceMs: 5 * SECOND_MS,
  /** Of one point; beyond it the document says that it was cut. */
  readingsPerPointMax: 5_000,
  pointsMax: 50,
  /** What could not be frozen (a store that does not answer) is tried again after this. */
  retryMs: 30 * SECOND_MS,
  /** While alarms wait to be written, evidence does too. */
  overtakenMs: 1 * SECOND_MS,
  /** Rows of a printed table of readings. */
  printedRowsMax: 400,
} as const

/** Messages of chat robots. */
export const ROBOT_LIMITS = {
  /** Of the lines of one message: with title and count it fits the least of the three, a text of WeCom (2,048 bytes). */
  linesBytesMax: 1_700,
  textBytesMax: 2_000,
  secretLengthMax: 200,
  /** Entries of the outbox looked at to know how often a robot was spoken to before a restart. */
  entriesLookedAtMax: 5_000,
} as const

export const OUTBOX_LIMITS = {
  attemptDurationMsMax: 15 * SECOND_MS,
  /** An attempt and its settling; what a crashed process had in hand is taken up again after this. */
  leaseMs: 20 * SECOND_MS,
  /** A channel has this many attempts at a time, so that a slow one takes nobody else's place. */
  concurrentDeliveriesPerChannelMax: 4,
  responseBytesMax: 64 * KIB,
  /** What is kept of an answer or an error, for a person to read. */
  detailLengthMax: 300,
  /** A transition tells at most this many channels. */
  channelsMax: 100,
  /** A channel that has only failed for this long raises an alarm of the gateway. */
  channelFailingMsMax: 60 * SECOND_MS,
  /** Of a red message, from when it was written: the other channels hear of it within 30 s (ours, after the practice of grade I). */
  redUndeliveredMsMax: 15 * SECOND_MS,
  /** While the database refuses, the outbox is looked at again after this. */
  storeRetryMs: 1 * SECOND_MS,
  /** Something is due that could not be claimed yet. */
  recheckMs: 50,
} as const
