import { MINUTE_MS, SECOND_MS } from './units.ts'

/** Papers that Vigil writes. */
export const DOCUMENT_LIMITS = {
  /** Somebody who asks while so many wait comes back later. */
  pdfsWaitingMax: 20,
  pdfDurationMsMax: 60 * SECOND_MS,
  /** A thread with two Chinese fonts is not kept longer than it is used. */
  pdfThreadIdleMs: 1 * MINUTE_MS,
} as const
