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
  alarms_stopped: 'The gateway is stopping.',
  database_unavailable: 'The database takes no writes at the moment; nothing was changed.',
}
