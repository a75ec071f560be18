import type { FilingState } from '../contract.ts'

/**
 * The filing of a hazard source as a state machine, specified in gateway/hazards/DESIGN.md.
 * Pure: a state and an event give the next state or the reason why not.
 */
export interface Filing {
  readonly state: FilingState
  /** Accepted last and not cancelled; what is watched and shown. */
  readonly inForceVersion: number | null
  /** Submitted and not decided. */
  readonly pendingVersion: number | null
  /** The draft differs from what is in force. */
  readonly isDraftChanged: boolean
}

export const NEW_FILING: Filing = {
  state: 'draft',
  inForceVersion: null,
  pendingVersion: null,
  isDraftChanged: true,
}

export type FilingEvent =
  /** `isChanged`: the draft now differs from what is in force. */
  | { readonly kind: 'edit'; readonly isChanged: boolean }
  | { readonly kind: 'submit'; readonly version: number }
  | { readonly kind: 'request-cancellation'; readonly version: number }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'return' }
  | { readonly kind: 'accept' }

export type FilingEventKind = FilingEvent['kind']

export const FILING_REFUSALS = [
  'filing_cancelled',
  'filing_not_in_force',
  'filing_not_submitted',
  'filing_under_review',
] as const
export type FilingRefusal = (typeof FILING_REFUSALS)[number]

export type FilingStep =
  | { readonly ok: true; readonly filing: Filing }
  | { readonly ok: false; readonly reason: FilingRefusal }

export function stepFiling(filing: Filing, event: FilingEvent): FilingStep {
  switch (filing.state) {
    case 'draft':
    case 'returned':
    case 'accepted':
      return ofFirm(filing, event)
    case 'submitted':
      return underReview(filing, event)
    case 'cancellation-submitted':
      return underCancellation(filing, event)
    case 'cancelled':
      return refused('filing_cancelled')
    default:
      return filing.state satisfies never
  }
}

/** The firm has the pen. */
function ofFirm(filing: Filing, event: FilingEvent): FilingStep {
  switch (event.kind) {
    case 'edit':
      return next({ ...filing, isDraftChanged: event.isChanged, state: editedState(filing, event) })
    case 'submit':
      return next({ ...filing, state: 'submitted', pendingVersion: event.version })
    case 'request-cancellation':
      if (filing.inForceVersion === null) return refused('filing_not_in_force')
      return next({ ...filing, state: 'cancellation-submitted', pendingVersion: event.version })
    case 'withdraw':
    case 'return':
    case 'accept':
      return refused('filing_not_submitted')
    default:
      return event satisfies never
  }
}

/** What was returned stays returned while it is corrected, so that its remarks stay in view. */
function editedState(filing: Filing, event: { readonly isChanged: boolean }): FilingState {
  if (filing.state === 'returned') return 'returned'
  return filing.inForceVersion !== null && !event.isChanged ? 'accepted' : 'draft'
}

function underReview(filing: Filing, event: FilingEvent): FilingStep {
  switch (event.kind) {
    case 'edit':
    case 'submit':
    case 'request-cancellation':
      return refused('filing_under_review')
    case 'withdraw':
      return next(backWithFirm(filing))
    case 'return':
      return next({ ...filing, state: 'returned', pendingVersion: null })
    case 'accept':
      return next({
        state: 'accepted',
        inForceVersion: filing.pendingVersion,
        pendingVersion: null,
        isDraftChanged: false,
      })
    default:
      return event satisfies never
  }
}

function underCancellation(filing: Filing, event: FilingEvent): FilingStep {
  switch (event.kind) {
    case 'edit':
    case 'submit':
    case 'request-cancellation':
      return refused('filing_under_review')
    case 'withdraw':
    case 'return':
      return next(backWithFirm(filing))
    case 'accept':
      return next({ ...filing, state: 'cancelled', inForceVersion: null, pendingVersion: null })
    default:
      return event satisfies never
  }
}

function backWithFirm(filing: Filing): Filing {
  const isInForce = filing.inForceVersion !== null && !filing.isDraftChanged
  return { ...filing, state: isInForce ? 'accepted' : 'draft', pendingVersion: null }
}

function next(filing: Filing): FilingStep {
  return { ok: true, filing }
}

function refused(reason: FilingRefusal): FilingStep {
  return { ok: false, reason }
}
