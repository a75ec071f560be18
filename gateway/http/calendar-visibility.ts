import type { CalendarProposalDto } from '../contract.ts'
import type { CalendarProposalRow } from '../database/calendar-proposal-store.ts'
import { type CalendarView, presentCalendarProposal } from '../registry/calendar-presentation.ts'
import type { Principal } from '../registry/types.ts'
import type { HttpServices } from './services.ts'
import { notFound } from './territory-check.ts'

/** Calendars are the same for everybody; which rules lose by a change of one is told of rules one sees. */
export function calendarViewOf(services: HttpServices, principal: Principal): CalendarView {
  const { calendarLife, rules, ruleRights, registry, accounts, clock } = services
  return {
    gate: calendarLife.gate,
    rules,
    rights: ruleRights,
    model: registry,
    accounts: accounts.all(),
    principal,
    nowMs: clock.nowMs(),
  }
}

/** A proposal as the principal may see it; what lies beyond is answered like what does not exist. */
export function shownProposal(
  services: HttpServices,
  principal: Principal,
  proposal: CalendarProposalRow,
): CalendarProposalDto {
  const shown = presentCalendarProposal(proposal, calendarViewOf(services, principal))
  if (shown === null) throw notFound('calendar proposal', proposal.id)
  return shown
}

export async function visibleProposal(
  services: HttpServices,
  principal: Principal,
  id: string,
): Promise<CalendarProposalDto> {
  const proposal = await services.calendarLife.proposal(id)
  if (proposal === null) throw notFound('calendar proposal', id)
  return shownProposal(services, principal, proposal)
}
