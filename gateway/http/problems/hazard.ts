import type { ProblemKind } from './problem-kind.ts'

/** What a code about major hazard sources and their filing means on the wire. */
export const hazardProblems = {
  draft_changed: {
    status: 409,
    title: 'Somebody else has changed this in the meantime.',
    remedy: 'Load it again and make the change in what is there now.',
  },
  filing_cancelled: {
    status: 409,
    title: 'The hazard source was cancelled.',
    remedy: 'Nothing of it changes any more; register a new source.',
  },
  filing_not_in_force: {
    status: 409,
    title: 'Nothing of this hazard source is in force.',
    remedy: 'Remove the draft instead.',
  },
  filing_not_submitted: {
    status: 409,
    title: 'Nothing waits for a decision.',
    remedy: 'Load the source again: somebody has decided, or it was withdrawn.',
  },
  filing_under_review: {
    status: 409,
    title: 'The authority is looking at what was submitted.',
    remedy: 'Withdraw the submission first, or wait for the decision.',
  },
  hazard_input_invalid: {
    status: 422,
    title: 'The hazard source cannot be calculated from this.',
    remedy: 'Correct the field that is named.',
  },
  hazard_source_filed: {
    status: 409,
    title: 'What was submitted to the authority cannot be removed.',
    remedy: 'Ask for the cancellation of the source.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>
