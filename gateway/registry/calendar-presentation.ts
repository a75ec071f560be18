import type { CalendarYear } from '#config/calendars.ts'
import type {
  Account,
  CalendarLossDto,
  CalendarProposalDto,
  CalendarProposalState,
  CalendarYearDto,
} from '../contract.ts'
import type { CalendarLossRow, CalendarProposalRow } from '../database/calendar-proposal-store.ts'
import { hasRight } from '../rights.ts'
import { type CalendarRow, calendarId } from './calendar-book.ts'
import type { CalendarGate, CalendarLosses } from './calendar-gate.ts'
import type { PlantModel } from './plant-model.ts'
import { principalOf } from './principal.ts'
import type { RuleRights } from './rule-rights.ts'
import type { RuleBook, RuleRow } from './rules.ts'
import { maySee } from './territory.ts'
import type { Principal } from './types.ts'

/** What a proposal is looked at from: the rules, the people and the time. */
export interface CalendarView {
  readonly gate: CalendarGate
  readonly rules: RuleBook
  readonly rights: RuleRights
  readonly model: PlantModel
  readonly accounts: readonly Account[]
  readonly principal: Principal
  readonly nowMs: number
}

export function presentYear(row: CalendarRow): CalendarYearDto {
  const { days, origin, version, changedBy, changedAtMs, approvedBy } = row
  return {
    ...days,
    id: calendarId(days),
    origin,
    version,
    changedBy,
    changedAt: changedAtMs === null ? null : instant(changedAtMs),
    approvedBy,
  }
}

/** Of a rule that the principal does not see, nothing is told, also not that it loses. */
export function presentLosses(
  { losses, lossCount }: CalendarLosses,
  view: CalendarView,
): Pick<CalendarProposalDto, 'losses' | 'lossCount'> {
  const shown = losses.filter(({ ruleId }) => isShown(ruleId, view)).map(presentLoss)
  const seesAll = view.principal.organizationId === null
  return { losses: shown, lossCount: seesAll ? lossCount : shown.length }
}

/** Null: it is not the principal's to see, for none of its rules loses. */
export function presentCalendarProposal(
  proposal: CalendarProposalRow,
  view: CalendarView,
): CalendarProposalDto | null {
  const shown = presentLosses(proposal, view)
  if (shown.lossCount === 0) return null
  const { before, after, decision, by, byId, atMs, expiresAtMs } = proposal
  const { gate, principal, nowMs } = view
  const isOpen = decision === null
  const concerned = isOpen ? gate.concernedBy(proposal.calendar) : []
  const mayDecide = isOpen && gate.mayDecide(principal, concerned)
  const isOwn = byId === principal.userId
  const state = stateOf(proposal, nowMs)
  return {
    id: proposal.id,
    calendarYearId: calendarId(proposal),
    calendar: proposal.calendar,
    year: proposal.year,
    state,
    reason: proposal.reason,
    before: before && daysOf(before),
    after: after && daysOf(after),
    resets: proposal.resets,
    baseVersion: proposal.baseVersion,
    isOutdated: isOpen && !gate.isAsProposed(proposal),
    proposal: { by, at: instant(atMs), expiresAt: instant(expiresAtMs) },
    decision: decision && {
      by: decision.by,
      at: instant(decision.atMs),
      note: decision.note,
      version: decision.version,
    },
    ...shown,
    may: {
      decide: mayDecide && state === 'proposed' && !isOwn,
      withdraw: isOpen && (mayDecide || (isOwn && hasRight(principal, 'manage'))),
    },
    approvers: isOpen ? approversOf(byId, concerned, view) : [],
  }
}

function stateOf({ decision, expiresAtMs }: CalendarProposalRow, nowMs: number) {
  const open: CalendarProposalState = nowMs >= expiresAtMs ? 'expired' : 'proposed'
  return decision?.kind ?? open
}

function presentLoss({ stretches, ...loss }: CalendarLossRow): CalendarLossDto {
  return {
    ...loss,
    stretches: stretches.map(({ fromMs, toMs }) => ({ from: instant(fromMs), to: instant(toMs) })),
  }
}

function isShown(ruleId: string, { rules, rights, principal }: CalendarView): boolean {
  if (principal.organizationId === null) return true
  const row = rules.rule(ruleId)
  return row !== null && rights.visible(principal, row.rule) !== null
}

function daysOf({ source, holidays, workdays }: CalendarYear) {
  return { source, holidays, workdays }
}

/** Colleagues who may decide, without the proposer. */
function approversOf(
  proposerId: string,
  concerned: readonly RuleRow[],
  { gate, model, principal, accounts }: CalendarView,
): string[] {
  return accounts
    .filter(
      (account) =>
        account.id !== proposerId &&
        maySee(model, principal, account.organizationId) &&
        gate.mayDecide(principalOf(account), concerned),
    )
    .map(({ displayName }) => displayName)
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
