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
