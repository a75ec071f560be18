import type { ProblemKind } from './problem-kind.ts'

/** What a code about major hazard sources and their filing means on the wire. */
export const hazardProblems = {
  document_refused: {
    status: 422,
    title: 'The document is not what it says it is.',
    remedy: 'Send a whole PDF, JPEG or PNG file under a name that fits.',
  },
  document_unavailable: {
    status: 503,
    title: 'The document cannot be stored or read at the moment.',
    remedy: 'Nothing was changed. See whether the disk is full or failing; try again.',
  },
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
  filing_decided: {
    status: 409,
    title: 'Somebody has decided on this submission already.',
    remedy: 'Load the source again; it shows who decided and how.',
  },
  filing_incomplete: {
    status: 422,
    title: 'Something is missing before this can be submitted.',
    remedy: 'Fill in what `issues` names.',
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
  filing_number_taken: {
    status: 409,
    title: 'Another source has this filing number.',
    remedy: 'Choose another, or leave it out for the next one.',
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
