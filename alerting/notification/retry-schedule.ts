import { createHash } from 'node:crypto'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/**
 * How long to wait after the first, second … failed attempt. Dense at first, because an alarm is
 * news for minutes; then up to a day, because a receiver may be down over night. 23 h 54 min in all.
 */
const DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  15 * SECOND_MS,
  30 * SECOND_MS,
  1 * MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  1 * HOUR_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  5 * HOUR_MS,
  5 * HOUR_MS,
  5 * HOUR_MS,
]

export const ATTEMPTS_MAX = DELAYS_MS.length + 1
/** Delays are spread by up to a tenth, so that what failed together does not come back together. */
const JITTER = 0.1
/** A receiver may ask for a longer wait, within the day. */
const RETRY_AFTER_MS_MAX = 24 * HOUR_MS

/**
 * How long to wait before the next attempt; null: give up. Never shorter than what the receiver asked
 * for. The jitter derives from the message, so the same question has the same answer.
 */
export function retryDelayMs(failed: {
  readonly messageId: string
  /** Attempts made so far, at least one. */
  readonly attempts: number
  readonly retryAfterMs?: number | undefined
}): number | null {
  const delayMs = DELAYS_MS[failed.attempts - 1]
  if (delayMs === undefined) return null
  const spread = 1 + JITTER * (2 * fractionOf(`${failed.messageId}/${failed.attempts}`) - 1)
  const wishMs = Math.min(failed.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX)
  return Math.max(Math.round(delayMs * spread), wishMs)
}

/** A number in [0, 1) that looks random and is not. */
function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
