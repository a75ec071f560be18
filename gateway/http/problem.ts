import type { ErrorCode } from '../errors.ts'

/** What a code means on the wire: its status, what it says, and what the caller can do about it. */
export interface ProblemKind {
  readonly status: number
  readonly title: string
  readonly remedy: string
}

/** The one map from our codes to HTTP. A new code does not compile without a line here. */
export const PROBLEMS = {
  alarm_already_acknowledged: {
    status: 409,
    title: 'Somebody has acknowledged the alarm already.',
    remedy: 'Nothing is left to do; the time line shows who it was.',
  },
  alarm_closed: {
    status: 409,
    title: 'The alarm has ended.',
    remedy: 'Nothing more can be done with it; a new occurrence is a new alarm.',
  },
  alarm_condition_present: {
    status: 409,
    title: 'The condition still stands.',
    remedy: 'Remove the cause first; the alarm can be reset once values are back to normal.',
  },
  alarm_not_acknowledged: {
    status: 409,
    title: 'The alarm has not been acknowledged.',
    remedy: 'Acknowledge it first.',
  },
  alarm_not_found: {
    status: 404,
    title: 'There is no such alarm.',
    remedy: 'Check the id.',
  },
  alarm_not_latched: {
    status: 409,
    title: 'The alarm is not latched, so there is nothing to reset.',
    remedy: 'It ends by itself once it is acknowledged and its condition has gone.',
  },
  alarm_not_shelved: {
    status: 409,
    title: 'The alarm is not shelved.',
    remedy: 'Nothing is left to do; its time may have been over.',
  },
  alarms_stopped: {
    status: 503,
    title: 'The gateway is stopping.',
    remedy: 'Nothing was changed. Try again in a moment.',
  },
  already_exists: {
    status: 409,
    title: 'Something with this id or name exists already.',
    remedy: 'Choose another id or name, or change the one that exists.',
  },
  body_too_large: {
    status: 413,
    title: 'The body of the request is too large.',
    remedy: 'Send it in smaller parts.',
  },
  credentials_wrong: {
    status: 401,
    title: 'User name or password is wrong.',
    remedy: 'Try again with care: many wrong attempts make every further one wait.',
  },
  cursor_invalid: {
    status: 400,
    title: 'The cursor does not belong to this list.',
    remedy: 'Start again without a cursor.',
  },
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
  foreign_origin: {
    status: 403,
    title: 'The request comes from a page of another origin.',
    remedy: 'Use the dashboard of this gateway, or a program with an API token.',
  },
  forbidden: {
    status: 403,
    title: 'This account may not do that.',
    remedy: 'Ask an administrator for the right, or use a token with the scope that is named.',
  },
  hazard_input_invalid: {
    status: 422,
    title: 'The hazard source cannot be calculated from this.',
    remedy: 'Correct the field that is named.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong inside the gateway.',
    remedy: 'Look for the request id in the log; it holds the cause. Please report it.',
  },
  invalid_request: {
    status: 400,
    title: 'The request does not have the shape that was agreed.',
    remedy: 'Correct the fields named in `issues`; /api/docs shows every shape.',
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
  last_administrator: {
    status: 409,
    title: 'This is the last administrator.',
    remedy: 'Make another account administrator first.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON.',
    remedy: 'Send UTF-8 JSON with content type application/json.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    remedy: 'Check the address and the id. What lies outside your territory is not found either.',
  },
  note_required: {
    status: 422,
    title: 'A reason is needed.',
    remedy: 'Send a `note`.',
  },
  organization_cycle: {
    status: 409,
    title: 'An organization cannot stand below itself.',
    remedy: 'Choose another parent.',
  },
  organization_has_children: {
    status: 409,
    title: 'Other organizations stand below this one.',
    remedy: 'Move or remove them first.',
  },
  organization_has_sites: {
    status: 409,
    title: 'The organization has sites.',
    remedy: 'Move or remove them first.',
  },
  organization_in_use: {
    status: 409,
    title: 'Accounts or channels belong to this organization.',
    remedy: 'Move or remove them first.',
  },
  organization_unknown: {
    status: 422,
    title: 'The organization that is named does not exist.',
    remedy: 'Create it first, or name another.',
  },
  point_unknown: {
    status: 422,
    title: 'The device profile has no such point.',
    remedy: 'See /api/v1/profiles for the points of each profile.',
  },
  port_unavailable: {
    status: 500,
    title: 'The gateway cannot listen on this port.',
    remedy:
      'Stop what uses it, or choose another port; ports below 1024 need a right of their own.',
  },
  profile_unknown: {
    status: 422,
    title: 'The device profile that is named does not exist.',
    remedy: 'See /api/v1/profiles.',
  },
  readings_rejected: {
    status: 422,
    title: 'Nothing of this could be taken as a reading.',
    remedy: 'Correct what `issues` names; the message is kept in the inbox of the device.',
  },
  request_timeout: {
    status: 503,
    title: 'The request took too long; we no longer wait for it.',
    remedy: 'It may still be carried out: look before repeating it. See /health/ready.',
  },
  rule_built_in: {
    status: 409,
    title: 'A built-in rule cannot be removed.',
    remedy: 'Switch it off: `enabled: false`.',
  },
  scope_forbidden: {
    status: 403,
    title: 'A token cannot have a right that its owner does not have.',
    remedy: 'Ask for fewer scopes.',
  },
  shelve_not_allowed: {
    status: 409,
    title: 'This alarm may not be shelved.',
    remedy: 'Fire and second-level gas alarms stay in sight; remove the cause.',
  },
  shelve_too_long: {
    status: 422,
    title: 'Shelving ends within one shift.',
    remedy: 'Choose a shorter time.',
  },
  site_has_devices: {
    status: 409,
    title: 'The site has devices.',
    remedy: 'Move or remove them first.',
  },
  site_unknown: {
    status: 422,
    title: 'The site that is named does not exist.',
    remedy: 'Create it first, or name another.',
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
  tls_unreadable: {
    status: 500,
    title: 'The certificate or its key cannot be read.',
    remedy: 'Check the paths, the rights of the files, and that they belong together.',
  },
  too_many: {
    status: 409,
    title: 'There are as many of these as the gateway holds.',
    remedy: 'Remove some that are no longer needed.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many attempts.',
    remedy: 'Wait as long as Retry-After says.',
  },
  unauthenticated: {
    status: 401,
    title: 'Log in first.',
    remedy: 'POST /api/v1/sessions, or send an API token as `Authorization: Bearer …`.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'This content type is not understood here.',
    remedy: 'Send application/json.',
  },
} as const satisfies Record<ErrorCode, ProblemKind>
