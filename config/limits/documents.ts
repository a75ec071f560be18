import { DAY_MS, MINUTE_MS, SECOND_MS } from './units.ts'

/** Files of the data folder that people have put in: documents of archives, photos of alarms. */
export const STORED_FILE_LIMITS = {
  /**
   * No row knows the file, and it is as old as this: it goes. A database that is restored from the backup of
   * last week still finds the files of its rows, and an operator has the days to notice.
   */
  abandonedAgeMsMin: 30 * DAY_MS,
  /** One question to the database; alarms are committed between two of them. */
  filesPerSweepStepMax: 200,
} as const

/** Papers that Vigil writes. */
export const DOCUMENT_LIMITS = {
  /** Somebody who asks while so many wait comes back later. */
  pdfsWaitingMax: 20,
  pdfDurationMsMax: 60 * SECOND_MS,
  /** A thread with two Chinese fonts is not kept longer than it is used. */
  pdfThreadIdleMs: 1 * MINUTE_MS,
} as const
