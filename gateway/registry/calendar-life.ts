import { randomUUID } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { isSame } from '#alerting/rules/strictness.ts'
import type { CalendarYear } from '#config/calendars.ts'
import { RULE_LIFE_LIMITS } from '#config/limits.ts'
import {
  type CalendarDecision,
  type CalendarProposalRow,
  CalendarProposalStore,
  decideCalendarProposal,
  insertCalendarProposal,
} from '../database/calendar-proposal-store.ts'
import type { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import { type CalendarBook, type CalendarRow, calendarId, type YearOf } from './calendar-book.ts'
import { CalendarGate, type CalendarLosses } from './calendar-gate.ts'
import type { RuleRights } from './rule-rights.ts'
import type { RuleBook } from './rules.ts'
import type { Principal } from './types.ts'

/** A change of a year that somebody wants in force. */
export interface CalendarWish extends YearOf {
  /** `reset`: back to what is shipped; a year that is not shipped goes. */
  readonly days: CalendarYear | 'reset'
  /** The version it was made from (0: never changed); left out: whatever there is now. */
  readonly baseVersion?: number | undefined
  /** Asked for where safety rules lose supervision. */
  readonly reason: string
}

export type CalendarOutcome =
  /** `row` null: the year is gone. */
  | { readonly kind: 'in-force'; readonly row: CalendarRow | null }
  /** It takes supervision from safety rules: a second person decides. */
  | { readonly kind: 'waits'; readonly proposal: CalendarProposalRow }

/**
 * How calendars come to be in force. A change that takes supervision from a safety rule needs a reason and
 * becomes a proposal that another person approves, as a change of the rule itself would; any other goes
 * at once. One change of a year waits at a time. Proposals are on disk before they are answered; a version
 * and the decision that made it are one transaction. Codes: `forbidden`, `not_found`,
 * `calendar_reason_required`, `calendar_proposal_…`, `calendar_second_person_required`, and those of
 * `CalendarBook.apply`.
 */
export class CalendarLife {
  readonly gate: CalendarGate
  readonly #store: CalendarProposalStore
  readonly #clock: Clock
  readonly #calendars: CalendarBook
  /** By year: `cn-2026`. */
  readonly #open = new Map<string, CalendarProposalRow>()
  readonly #changing: FairLock

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly rules: RuleBook
    readonly rights: RuleRights
    readonly calendars: CalendarBook
    /** Shared with `RuleLife`: what a rule loses by a calendar is settled while neither changes. */
    readonly changing: FairLock
  }) {
    this.gate = new CalendarGate(options)
    this.#store = new CalendarProposalStore(options.database)
    this.#clock = options.clock
    this.#calendars = options.calendars
    this.#changing = options.changing
  }

  async start(): Promise<void> {
    for (const proposal of await this.#store.loadOpen()) {
      this.#open.set(calendarId(proposal), proposal)
    }
  }

  /** Undecided ones, proposed last first. */
  openProposals(): readonly CalendarProposalRow[] {
    return [...this.#open.values()].sort((one, other) => other.atMs - one.atMs)
  }

  decidedProposals(request: PageRequest): Promise<Page<CalendarProposalRow>> {
    return this.#store.decided(request)
  }

  async proposal(id: string): Promise<CalendarProposalRow | null> {
    return this.openProposals().find((one) => one.id === id) ?? (await this.#store.find(id))
  }

  /** What safety rules would lose; changes nothing. */
  lossesBy(wish: Pick<CalendarWish, 'calendar' | 'year' | 'days'>): CalendarLosses {
    return this.gate.lossesBy(wish, this.#daysAfter(wish), this.#clock.nowMs())
  }

  change(wish: CalendarWish, principal: Principal): Promise<CalendarOutcome> {
    return this.#changing.with(async () => {
      const { days, reason } = wish
      const present = this.#calendars.row(wish)
      if (days === 'reset' && present === null) {
        throw new CodedError('not_found', `There is no calendar ${calendarId(wish)}.`)
      }
      const { baseVersion = present?.version ?? 0 } = wish
      this.#calendars.assertUnchanged(wish, baseVersion)
      if (days === 'reset' && present?.origin === 'shipped') {
        return { kind: 'in-force', row: present }
      }
      const lost = this.lossesBy(wish)
      if (lost.lossCount > 0) {
        if (reason === '') {
          throw new CodedError(
            'calendar_reason_required',
            `Safety rules lose supervision by this change of ${calendarId(wish)}: say why.`,
            { details: { ruleIds: lost.losses.map(({ ruleId }) => ruleId) } },
          )
        }
        const proposal = this.#proposalOf({ ...wish, baseVersion }, lost, principal)
        return { kind: 'waits', proposal: await this.#propose(proposal, principal) }
      }
      const { calendar, year } = wish
      const definition = days === 'reset' ? null : days
      const actor = principal.username
      await this.#calendars.apply({ calendar, year, definition, baseVersion, actor })
      return { kind: 'in-force', row: this.#calendars.row(wish) }
    })
  }

  /** The second person agrees; never the one who proposed it. */
  approve(id: string, note: string, principal: Principal): Promise<CalendarProposalRow> {
    return this.#changing.with(async () => {
      const proposal = this.#opened(id)
      this.gate.assertSecondPerson(proposal, principal, this.#clock.nowMs())
      this.gate.assertAsProposed(proposal)
      const { calendar, year, baseVersion, resets, after, by } = proposal
      const approved = this.#decisionOf('approved', { principal, note })
      const version = await this.#calendars.apply({
        calendar,
        year,
        definition: resets ? null : after,
        baseVersion,
        actor: by,
        approvedBy: principal.username,
        also: (becomes) => [decideCalendarProposal(id, { ...approved, version: becomes })],
      })
      this.#open.delete(calendarId(proposal))
      return { ...proposal, decision: { ...approved, version } }
    })
  }

  /** The second person does not agree; the note says why. */
  reject(id: string, note: string, principal: Principal): Promise<CalendarProposalRow> {
    return this.#changing.with(async () => {
      const proposal = this.#opened(id)
      this.gate.assertSecondPerson(proposal, principal, this.#clock.nowMs())
      return await this.#close(proposal, this.#decisionOf('rejected', { principal, note }))
    })
  }

  /** Whoever proposed it, or may decide on it, takes it back. */
  withdraw(id: string, note: string, principal: Principal): Promise<CalendarProposalRow> {
    return this.#changing.with(async () => {
      const proposal = this.#opened(id)
      const isOwn = proposal.byId === principal.userId
      if (!isOwn && !this.gate.mayDecide(principal, this.gate.concernedBy(proposal.calendar))) {
        throw new CodedError('forbidden', 'Somebody else has proposed this.')
      }
      return await this.#close(proposal, this.#decisionOf('withdrawn', { principal, note }))
    })
  }

  /**
   * The same wish of the same person again is the same proposal; another one of theirs takes its place.
   * Somebody else's has to be decided first, unless it cannot be any more.
   */
  async #propose(proposal: CalendarProposalRow, principal: Principal) {
    const key = calendarId(proposal)
    const pending = this.#open.get(key)
    if (pending === undefined) {
      await this.#store.write([insertCalendarProposal(proposal)])
      this.#open.set(key, proposal)
      return proposal
    }
    const isAlive = proposal.atMs < pending.expiresAtMs && this.gate.isAsProposed(pending)
    const isOwn = pending.byId === principal.userId
    if (isAlive && !isOwn) {
      throw new CodedError(
        'calendar_proposal_pending',
        `${pending.by} has proposed another change of ${key}, which waits for a decision.`,
        { details: { by: pending.by, id: pending.id } },
      )
    }
    const isSameWish =
      pending.resets === proposal.resets &&
      isSame([pending.after, pending.reason], [proposal.after, proposal.reason])
    if (isAlive && isSameWish) return pending
    const decision = this.#decisionOf('replaced', { principal, note: '' })
    await this.#store.write([
      decideCalendarProposal(pending.id, decision),
      insertCalendarProposal(proposal),
    ])
    this.#open.set(key, proposal)
    return proposal
  }

  async #close(proposal: CalendarProposalRow, decision: CalendarDecision) {
    await this.#store.write([decideCalendarProposal(proposal.id, decision)])
    this.#open.delete(calendarId(proposal))
    return { ...proposal, decision }
  }

  #proposalOf(
    wish: CalendarWish & { readonly baseVersion: number },
    lost: CalendarLosses,
    principal: Principal,
  ): CalendarProposalRow {
    const { calendar, year, baseVersion, days, reason } = wish
    const atMs = this.#clock.nowMs()
    return {
      id: randomUUID(),
      calendar,
      year,
      baseVersion,
      before: this.#calendars.row(wish)?.days ?? null,
      after: this.#daysAfter(wish),
      resets: days === 'reset',
      ...lost,
      rulesDigest: this.gate.rulesDigest(calendar),
      reason,
      by: principal.username,
      byId: principal.userId,
      atMs,
      expiresAtMs: atMs + RULE_LIFE_LIMITS.proposalValidMs,
      decision: null,
    }
  }

  #daysAfter(wish: Pick<CalendarWish, 'calendar' | 'year' | 'days'>): CalendarYear | null {
    return wish.days === 'reset' ? this.#calendars.shipped(wish) : wish.days
  }

  #decisionOf(
    kind: CalendarDecision['kind'],
    by: { readonly principal: Principal; readonly note: string },
  ): CalendarDecision {
    const { principal, note } = by
    return { kind, by: principal.username, atMs: this.#clock.nowMs(), note, version: null }
  }

  #opened(id: string): CalendarProposalRow {
    const proposal = this.openProposals().find((one) => one.id === id)
    if (proposal !== undefined) return proposal
    throw new CodedError('calendar_proposal_decided', 'It was decided already, or is not there.')
  }
}
