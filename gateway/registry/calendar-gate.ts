import { createHash } from 'node:crypto'
import { CodedError } from '#alerting/errors.ts'
import type { AlarmRule } from '#alerting/rules/alarm-rule.ts'
import {
  asksAsSafetyRule,
  type CalendarLoss,
  supervisionLostBy,
} from '#alerting/rules/calendar-loosening.ts'
import { isSame } from '#alerting/rules/strictness.ts'
import type { CalendarYear } from '#config/calendars.ts'
import { CALENDAR_LIMITS } from '#config/limits.ts'
import type { CalendarLossRow, CalendarProposalRow } from '../database/calendar-proposal-store.ts'
import type { CalendarBook, YearOf } from './calendar-book.ts'
import type { RuleRights } from './rule-rights.ts'
import type { RuleBook, RuleRow } from './rules.ts'
import type { Principal } from './types.ts'

/** What safety rules lose: the first ones, and how many there are. */
export interface CalendarLosses {
  readonly losses: readonly CalendarLossRow[]
  readonly lossCount: number
}

/**
 * What stands between a calendar that somebody wants and the one in force: whether safety rules lose
 * supervision by it, and who is the second person then.
 */
export class CalendarGate {
  readonly #rules: RuleBook
  readonly #rights: RuleRights
  readonly #calendars: CalendarBook

  constructor(options: {
    readonly rules: RuleBook
    readonly rights: RuleRights
    readonly calendars: CalendarBook
  }) {
    this.#rules = options.rules
    this.#rights = options.rights
    this.#calendars = options.calendars
  }

  /** By the year becoming `after` (null: it goes), from now on. Of rules by id. */
  lossesBy(of: YearOf, after: CalendarYear | null, nowMs: number): CalendarLosses {
    const change = {
      before: this.#calendars.years(),
      after: this.#calendars.yearsWith(of, after),
    }
    const found = supervisionLostBy(change, this.#askingAsSafetyRules(of.calendar), nowMs)
    return {
      losses: found.slice(0, CALENDAR_LIMITS.lossesNamedMax).map(lossRowOf),
      lossCount: found.length,
    }
  }

  /** Safety rules that count by the calendar, by id. */
  concernedBy(calendar: string): readonly RuleRow[] {
    return this.#askingAsSafetyRules(calendar).flatMap(({ id }) => this.#rules.rule(id) ?? [])
  }

  /** Another one, once any of the safety rules that count by the calendar is another one. */
  rulesDigest(calendar: string): string {
    const hash = createHash('sha256')
    for (const { id, version } of this.#askingAsSafetyRules(calendar)) {
      hash.update(`${id} ${version}\n`)
    }
    return hash.digest('hex')
  }

  /**
   * Whoever could take each of these rules away could as well have them out of force; the calendar itself
   * is the whole district's.
   */
  mayDecide(principal: Principal, concerned: readonly RuleRow[]): boolean {
    return (
      principal.organizationId === null &&
      this.#rights.mayChange(principal, { before: null, after: null, builtIn: false }) &&
      concerned.every(({ rule, builtIn }) =>
        this.#rights.mayChange(principal, { before: rule, after: null, builtIn }),
      )
    )
  }

  /** Somebody else than the proposer, who may change the rules that lose, in time. */
  assertSecondPerson(proposal: CalendarProposalRow, principal: Principal, nowMs: number): void {
    if (nowMs >= proposal.expiresAtMs) {
      throw new CodedError('calendar_proposal_expired', 'The proposal was not decided in time.')
    }
    if (proposal.byId === principal.userId) {
      throw new CodedError(
        'calendar_second_person_required',
        'You have proposed this yourself; somebody else has to decide.',
      )
    }
    if (this.mayDecide(principal, this.concernedBy(proposal.calendar))) return
    throw new CodedError('forbidden', 'The rules reach beyond what your account may change.')
  }

  /** Refuses what is no longer what the second person was shown. */
  assertAsProposed(proposal: CalendarProposalRow): void {
    this.#calendars.assertUnchanged(proposal, proposal.baseVersion)
    if (!this.isAsProposed(proposal)) {
      throw new CodedError(
        'calendar_proposal_outdated',
        'Safety rules that count by the calendar have changed since it was proposed.',
      )
    }
  }

  isAsProposed(proposal: CalendarProposalRow): boolean {
    const { calendar, baseVersion, resets, after, rulesDigest } = proposal
    return (
      (this.#calendars.row(proposal)?.version ?? 0) === baseVersion &&
      // What is shipped may be another year since the gateway was renewed.
      (!resets || isSame(after, this.#calendars.shipped(proposal))) &&
      this.rulesDigest(calendar) === rulesDigest
    )
  }

  #askingAsSafetyRules(calendar: string): readonly AlarmRule[] {
    const asking: AlarmRule[] = []
    for (const rule of this.#rules.all()) if (asksAsSafetyRule(rule, calendar)) asking.push(rule)
    return asking.sort((one, other) => (one.id < other.id ? -1 : 1))
  }
}

function lossRowOf({ rule, kind, timeZone, stretches }: CalendarLoss): CalendarLossRow {
  return {
    ruleId: rule.id,
    ruleName: rule.name,
    kind,
    timeZone,
    stretches: stretches.slice(0, CALENDAR_LIMITS.lossStretchesMax),
    stretchCount: stretches.length,
    lostMs: stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
  }
}
