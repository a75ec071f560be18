import { DAY_MS, HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from './units.ts'

/** The life of rules: drafts, proposals, files. What a rule itself may hold is in ALARM_LIMITS. */
export const RULE_LIFE_LIMITS = {
  /** Drafts and proposals that are not decided; more means that nobody looks at them. */
  draftsOpenMax: 2_000,
  /** One draft as JSON. A rule for 10,000 named devices takes about half of it. */
  draftBytesMax: 256 * KIB,
  /** A proposal that nobody decided in a week is made anew by whoever still wants it. */
  proposalValidMs: 7 * DAY_MS,
  /** One file of rules … */
  importBytesMax: 4 * MIB,
  /** … and the rules in it: more are cut into several files. */
  importRulesMax: 5_000,
} as const

/** Looking back before a rule is activated: a person waits for it. */
export const LOOK_BACK_LIMITS = {
  spanMs: 7 * DAY_MS,
  /** Readings judged, of the draft and of the version in force together; devices beyond it are left out, and said to be. */
  readingsMax: 1_500_000,
  devicesMax: 500,
  /** At work at a time; more are refused. */
  runningMax: 2,
} as const

/** Back-tests run beside ingest, in turns of the event loop. */
export const BACK_TEST_LIMITS = {
  devicesMax: 50,
  /** As long as readings are kept at least, three times over. */
  spanMsMax: 92 * DAY_MS,
  /** At work at a time; more are refused. */
  runningMax: 2,
  /** Finished ones that can still be looked at … */
  keptMax: 20,
  /** … for this long. */
  keptMs: HOUR_MS,
  /** Readings of a point asked of the store at once; of a busier point, a shorter slice. */
  readingsPerSliceMax: 50_000,
  sliceMsMax: DAY_MS,
  sliceMsMin: MINUTE_MS,
  /** A request waits this long for the result, then answers how far it is. */
  waitMsMax: 20 * SECOND_MS,
  /** Read before the span begins, so that windows and seasons are full when it does. */
  warmUpMsMin: HOUR_MS,
  seasonWarmUpMs: 30 * DAY_MS,
} as const
