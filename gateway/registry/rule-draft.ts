import type { RuleDraftState } from '../contract.ts'
import type { RuleDraftRow } from '../database/rule-draft-store.ts'

/** Computed from what is stored and now; nothing has to run for a proposal to expire. */
export function draftStateOf(
  draft: Pick<RuleDraftRow, 'proposal' | 'decision'>,
  present: { readonly hasErrors: boolean; readonly nowMs: number },
): RuleDraftState {
  if (draft.decision !== null) return draft.decision.kind
  if (draft.proposal !== null) {
    return present.nowMs >= draft.proposal.expiresAtMs ? 'expired' : 'proposed'
  }
  return present.hasErrors ? 'draft' : 'checked'
}
