import { CodedError } from '#alerting/errors.ts'
import type { FilingRefusal } from './filing.ts'
import type { HazardSourceRow } from './hazard-source.ts'

/** Why the state of a filing does not allow it, in a sentence for the person who tried. */
export function filingRefused(reason: FilingRefusal, row: HazardSourceRow): CodedError {
  switch (reason) {
    case 'filing_cancelled':
      return new CodedError(
        'filing_cancelled',
        'The source was cancelled; nothing changes any more.',
      )
    case 'filing_not_in_force':
      return new CodedError('filing_not_in_force', 'Nothing of this source is in force to cancel.')
    case 'filing_not_submitted':
      return new CodedError(
        'filing_not_submitted',
        `Nothing of this source waits for a decision: ${row.updatedBy} was there before, or it was withdrawn.`,
      )
    case 'filing_under_review':
      return new CodedError(
        'filing_under_review',
        'The authority is looking at what was submitted.',
        {
          hint: 'Withdraw it first, or wait for the decision.',
        },
      )
    default:
      return reason satisfies never
  }
}
