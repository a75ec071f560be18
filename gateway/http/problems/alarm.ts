import type { ProblemKind } from './problem-kind.ts'

/** What a code about alarms means on the wire. */
export const alarmProblems = {
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
  case_not_open: {
    status: 409,
    title: 'The alarm has no open case.',
    remedy: 'Its grade asks for none, or the case is closed; the time line shows by whom.',
  },
  case_step_done: {
    status: 409,
    title: 'This step of the case has been done already.',
    remedy: 'Go on with the step that is awaited.',
  },
  case_not_on_site: {
    status: 409,
    title: 'Nobody has been on site yet.',
    remedy: 'Report the arrival first; a false alarm or a test may be closed from afar.',
  },
  case_not_disposed: {
    status: 409,
    title: 'The case has not been dealt with yet.',
    remedy: 'Say first what it was: put right, a false alarm, or a test.',
  },
  case_not_reviewed: {
    status: 409,
    title: 'The case has not been reviewed yet.',
    remedy: 'Have it reviewed first.',
  },
  case_own_review: {
    status: 409,
    title: 'Who dealt with the case may not review it.',
    remedy: 'Ask another person to review it.',
  },
  false_alarm_code_required: {
    status: 422,
    title: 'A false alarm needs its reason code.',
    remedy: 'Send a `falseAlarmCode`: the rule is mended by them.',
  },
  drill_not_found: {
    status: 404,
    title: 'There is no such drill under way.',
    remedy: 'It may have ended by itself.',
  },
  note_required: {
    status: 422,
    title: 'A reason is needed.',
    remedy: 'Send a `note`.',
  },
  shelve_not_allowed: {
    status: 409,
    title: 'This alarm may not be shelved.',
    remedy:
      'Its rule forbids it, as those of fire and gas do: it stays in sight; remove the cause.',
  },
  shelve_too_long: {
    status: 422,
    title: 'Shelving ends within one shift.',
    remedy: 'Choose a shorter time.',
  },
  window_finished: {
    status: 409,
    title: 'The service window is finished, or there is none.',
    remedy: 'Make a new one.',
  },
  window_span_invalid: {
    status: 422,
    title: 'The times of the service window do not fit.',
    remedy: 'Choose an end in the future and at most three days after the beginning.',
  },
  photo_too_large: {
    status: 413,
    title: 'The photo is too large.',
    remedy: 'Send one of at most 8 MB; a phone can make it smaller.',
  },
  photo_type_unknown: {
    status: 415,
    title: 'The photo is not a JPEG, PNG or WebP image.',
    remedy: 'Send one of these; what counts is what is in the file, not its name.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>
