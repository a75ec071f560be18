import type { ProblemKind } from './problem-kind.ts'

/** What a code about the life of rules means on the wire. */
export const ruleProblems = {
  calendar_changed_meanwhile: {
    status: 409,
    title: 'Somebody else has changed this year of the calendar.',
    remedy: 'Load it again, then make your change.',
  },
  calendar_invalid: {
    status: 422,
    title: 'The days of this calendar year do not fit together.',
    remedy: 'Mend what the issues name; each says the field and why.',
  },
  calendar_proposal_decided: {
    status: 409,
    title: 'This change of a calendar was decided already.',
    remedy: 'Look at the decision; make the change again if something is left to do.',
  },
  calendar_proposal_expired: {
    status: 409,
    title: 'Nobody decided on this change of a calendar in time.',
    remedy: 'Make the change again.',
  },
  calendar_proposal_outdated: {
    status: 409,
    title: 'Safety rules that count by the calendar have changed since the change was proposed.',
    remedy: 'Make the change again, so that what the rules lose is told anew.',
  },
  calendar_proposal_pending: {
    status: 409,
    title: 'A change of this year by somebody else waits for a second person.',
    remedy: 'Approve, reject or have it withdrawn first.',
  },
  calendar_reason_required: {
    status: 422,
    title: 'Safety rules lose supervision by this change of the calendar: it needs a reason.',
    remedy: 'Say why in `reason`: it is kept with the proposal.',
  },
  calendar_second_person_required: {
    status: 403,
    title: 'A change of a calendar by which safety rules lose supervision needs a second person.',
    remedy: 'Somebody else who may manage these rules has to approve it, logged in as a person.',
  },
  rule_built_in: {
    status: 409,
    title: 'A built-in rule cannot be removed.',
    remedy: 'Switch it off: `enabled: false`.',
  },
  rule_changed_meanwhile: {
    status: 409,
    title: 'The rule was changed since this change was made from it.',
    remedy: 'Look at the difference, then make the change from the version that is in force now.',
  },
  rule_draft_changed_meanwhile: {
    status: 409,
    title: 'Somebody else has changed the draft.',
    remedy: 'Load it again, then make your change.',
  },
  rule_draft_decided: {
    status: 409,
    title: 'This change was decided already.',
    remedy: 'Look at the decision; begin a new draft if something is left to do.',
  },
  rule_draft_not_proposed: {
    status: 409,
    title: 'Nobody has proposed this draft.',
    remedy: 'Activate it: if it loosens a safety rule, it then waits for a second person.',
  },
  rule_has_errors: {
    status: 422,
    title: 'The rule cannot be judged as it stands.',
    remedy: 'Mend what the issues name; each says the field and why.',
  },
  rule_proposal_expired: {
    status: 409,
    title: 'Nobody decided on this proposal in time.',
    remedy: 'Propose it again.',
  },
  rule_reason_required: {
    status: 422,
    title: 'A change of a safety rule needs a reason.',
    remedy: 'Say why in `reason`: it is kept with the version.',
  },
  rule_second_person_required: {
    status: 403,
    title: 'Loosening a safety rule needs a second person.',
    remedy: 'Somebody else who may manage the rule has to approve it, logged in as a person.',
  },
  rules_file_invalid: {
    status: 422,
    title: 'The file is not a file of rules.',
    remedy: 'The message names the line. A file is YAML with a list `rules:`.',
  },
} as const satisfies Record<string, ProblemKind>
