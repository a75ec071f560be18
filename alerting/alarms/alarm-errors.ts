import { CodedError } from '../errors.ts'

/** Why a verb on an alarm was refused: the codes of the `CodedError`s of `AlarmService`. */
export const ALARM_ERROR_CODES = [
  'alarm_not_found',
  'alarm_closed',
  'alarm_already_acknowledged',
  'alarm_not_acknowledged',
  'alarm_condition_present',
  'alarm_not_latched',
  'alarm_not_shelved',
  'shelve_not_allowed',
  'shelve_too_long',
  'note_required',
  'case_not_open',
  'case_step_done',
  'case_not_on_site',
  'case_not_disposed',
  'case_not_reviewed',
  'case_own_review',
  'false_alarm_code_required',
  'drill_not_found',
  'alarms_stopped',
  'database_unavailable',
] as const
export type AlarmErrorCode = (typeof ALARM_ERROR_CODES)[number]

/** The sentence that goes with a code. */
export const ALARM_ERROR_SENTENCES: Readonly<Record<AlarmErrorCode, string>> = {
  alarm_not_found: 'There is no such alarm.',
  alarm_closed: 'The alarm is over.',
  alarm_already_acknowledged: 'The alarm has been acknowledged already.',
  alarm_not_acknowledged: 'The alarm must be acknowledged first.',
  alarm_condition_present: 'The condition still stands.',
  alarm_not_latched: 'The alarm is not latched: it ends when it is acknowledged.',
  alarm_not_shelved: 'The alarm is not shelved.',
  shelve_not_allowed: 'Alarms of this rule may not be shelved.',
  shelve_too_long: 'Shelving must end sooner.',
  note_required: 'A reason must be given.',
  case_not_open: 'The alarm has no open case.',
  case_step_done: 'This step of the case has been done already.',
  case_not_on_site: 'Nobody has been on site yet.',
  case_not_disposed: 'The case has not been dealt with yet.',
  case_not_reviewed: 'The case has not been reviewed yet.',
  case_own_review: 'Who dealt with the case may not review it.',
  false_alarm_code_required: 'A false alarm needs its reason code.',
  drill_not_found: 'There is no such drill under way.',
  alarms_stopped: 'The gateway is stopping.',
  database_unavailable: 'The database takes no writes at the moment; nothing was changed.',
}

export function alarmError(
  code: AlarmErrorCode,
  details: Readonly<Record<string, unknown>> = {},
): CodedError<AlarmErrorCode> {
  return new CodedError(code, ALARM_ERROR_SENTENCES[code], { details })
}
