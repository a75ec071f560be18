import type { Grade } from '../rules/alarm-rule.ts'

/** How often a channel may be spoken to, because its receiver refuses what comes more often. */
export interface Pace {
  readonly messagesMax: number
  readonly windowMs: number
  /** When the limit is near, messages come no closer than this, and each says what has come up since the last. */
  readonly mergeMs: number
}

/** Red never finds the last quarter used up by others. */
const CAP = { red: 1, others: 3 / 4 } as const
/** Up to this share of the limit messages go out one by one, as they come. */
const EASE = { red: 3 / 4, others: 1 / 2 } as const

type Urgency = keyof typeof CAP

export function urgencyOf(grade: Grade): Urgency {
  return grade === 1 ? 'red' : 'others'
}

/**
 * The earliest instant of the next message, given those of the window, oldest first. Whatever is sent when this allows it,
 * no window of `windowMs` holds more than `messagesMax`.
 */
export function earliestAtMs(
  sentAtMs: readonly number[],
  about: { readonly urgency: Urgency; readonly pace: Pace; readonly nowMs: number },
): number {
  const { urgency, pace, nowMs } = about
  const lately = sentAtMs.filter((atMs) => atMs > nowMs - pace.windowMs)
  const cap = Math.max(1, Math.floor(pace.messagesMax * CAP[urgency]))
  const leaving = lately[lately.length - cap]
  const freeAtMs = leaving === undefined ? nowMs : Math.max(nowMs, leaving + pace.windowMs)
  if (easyMessages(sentAtMs, { ...about, nowMs: freeAtMs }) > 0) return freeAtMs
  return Math.max(freeAtMs, (lately.at(-1) ?? freeAtMs - pace.mergeMs) + pace.mergeMs)
}

/** How many messages could go out one by one now; what waits beyond them is merged. */
export function easyMessages(
  sentAtMs: readonly number[],
  about: { readonly urgency: Urgency; readonly pace: Pace; readonly nowMs: number },
): number {
  const { urgency, pace, nowMs } = about
  const used = sentAtMs.filter((atMs) => atMs > nowMs - pace.windowMs).length
  return Math.max(0, Math.floor(pace.messagesMax * EASE[urgency]) - used)
}
