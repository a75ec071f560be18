import { DAY_MS } from './units.ts'

/** Records of the duties of responsible persons. */
export const DUTY_LIMITS = {
  personNameLengthMax: 120,
  /** What was done longer ago than this was either recorded then or is not provable now. */
  recordedAfterMsMax: 90 * DAY_MS,
} as const
