import type { ProblemKind } from './problem-kind.ts'

/** What a code about stored data means on the wire. */
export const dataProblems = {
  data_folder_in_use: {
    status: 500,
    title: 'Another gateway works in this data folder.',
    remedy: 'Stop it first, or choose another VIGIL_DATA_DIR.',
  },
  data_folder_unusable: {
    status: 500,
    title: 'The data folder cannot be used.',
    remedy: 'The log names the cause; most often the folder belongs to another user.',
  },
  database_damaged: {
    status: 500,
    title: 'The database file is damaged.',
    remedy: 'Stop the gateway, keep the file, and restore the last backup.',
  },
  database_newer: {
    status: 500,
    title: 'The database was written by a newer Vigil.',
    remedy: 'Start the newer version again, or restore a backup made by this one.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database takes no writes at the moment.',
    remedy:
      'Nothing was changed. See /health/ready for the cause (most often a full disk); try again.',
  },
  journal_full: {
    status: 503,
    title: 'The journal takes no more readings at the moment.',
    remedy: 'The readings are not stored: keep them and send them again. See /health/ready.',
  },
  journal_in_use: {
    status: 500,
    title: 'Another gateway writes this journal.',
    remedy: 'Stop it first, or choose another VIGIL_DATA_DIR.',
  },
  journal_stopped: {
    status: 503,
    title: 'The gateway is stopping.',
    remedy: 'The readings are not stored: keep them and send them again.',
  },
  journal_unavailable: {
    status: 503,
    title: 'The journal cannot be read at the moment.',
    remedy: 'See /health/ready for the cause; try again.',
  },
  journal_unusable: {
    status: 500,
    title: 'The journal cannot be opened.',
    remedy: 'The log names the cause; the readings in it are kept.',
  },
  readings_rejected: {
    status: 422,
    title: 'Nothing of this could be taken as a reading.',
    remedy: 'Correct what `issues` names; the message is kept in the inbox of the device.',
  },
  timeseries_damaged: {
    status: 500,
    title:
      'Some stored readings of this time cannot be read: the disk gave back other bytes than it took.',
    remedy:
      'Ask for the time before or after; check the disk, and restore readings.db from a back-up.',
  },
  timeseries_question_too_large: {
    status: 422,
    title: 'This asks for more readings than one answer can be made of.',
    remedy: 'Ask for a shorter time, or for wider buckets.',
  },
  timeseries_refused: {
    status: 502,
    title: 'The time-series server refuses what the gateway asks of it.',
    remedy:
      'Look at /health/ready for its words: most often user, token, database or bucket is wrong. Readings wait in the journal; nothing is lost.',
  },
  timeseries_unavailable: {
    status: 503,
    title: 'Stored readings cannot be read at the moment.',
    remedy: 'Readings and alarms are taken all the same. See /health/ready; try again.',
  },
  timeseries_url_invalid: {
    status: 500,
    title: 'The address of the time series cannot be understood.',
    remedy: 'Mend VIGIL_TIMESERIES_URL; the message says what is wrong with it.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>
