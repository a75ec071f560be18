import { DAY_MS, KIB, MIB } from './units.ts'

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
