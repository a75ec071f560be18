import { CodedError } from '#alerting/errors.ts'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { isSafetyRule, looseningsOf } from '#alerting/rules/rule-loosening.ts'
import type { RuleOrigin } from '../contract.ts'
import type { RuleDraftRow } from '../database/rule-draft-store.ts'
import { hasErrors, type RuleChecks, type RuleFinding } from './rule-checks.ts'
import type { RuleRights } from './rule-rights.ts'
import type { RuleBook } from './rules.ts'
import type { Principal } from './types.ts'

/** A change that somebody wants in force. */
export interface RuleWish {
  readonly ruleId: string
  /** The whole rule; null: it is to go. */
  readonly definition: AlarmRuleDraft | null
  readonly origin: RuleOrigin
  readonly reason: string
  /** The version it was made from (0: no rule); left out: whatever there is now. */
  readonly baseVersion?: number | undefined
}

/**
 * What stands between a wish and the rules in force: whose the rule is, the reason a safety rule asks
 * for, whether it could be judged, and whether a second person has to look at it.
 */
export class RuleGate {
  readonly #rules: RuleBook
  readonly #rights: RuleRights
  readonly #checks: RuleChecks

  constructor(options: {
    readonly rules: RuleBook
    readonly rights: RuleRights
    readonly checks: RuleChecks
  }) {
    this.#rules = options.rules
    this.#rights = options.rights
    this.#checks = options.checks
  }

  /** Refuses what the principal may not change, what cannot be judged, and what lacks its reason. */
  assertWish(wish: RuleWish, principal: Principal): void {
    const { ruleId, definition, reason } = wish
    this.#assertMayChange(principal, ruleId, definition)
    const row = this.#rules.rule(ruleId)
    if (definition === null && row?.builtIn === true) {
      throw new CodedError('rule_built_in', 'A built-in rule cannot be removed.', {
        hint: 'Switch it off instead.',
      })
    }
    const isSafety = row?.safety || (definition !== null && isSafetyRule(definition))
    if (isSafety && row !== null && reason.trim() === '') {
      throw new CodedError('rule_reason_required', `${ruleId} is a safety rule: say why.`)
    }
    if (definition === null) return
    this.#rules.assertJudgeable(definition)
    const { findings } = this.#checks.check(definition)
    if (hasErrors(findings)) throw notJudgeable(ruleId, findings)
  }

  /** Somebody else than the proposer, whose rule it is as well, in time. */
  assertSecondPerson(draft: RuleDraftRow, principal: Principal, nowMs: number): void {
    const { ruleId, proposal, definition } = draft
    if (proposal === null) {
      throw new CodedError('rule_draft_not_proposed', 'Nobody has proposed this draft.')
    }
    if (nowMs >= proposal.expiresAtMs) {
      throw new CodedError('rule_proposal_expired', 'The proposal was not decided in time.')
    }
    if (proposal.byId === principal.userId) {
      throw new CodedError(
        'rule_second_person_required',
        'You have proposed this yourself; somebody else has to decide.',
      )
    }
    const after = definition === null ? null : this.#checks.check(definition).rule
    this.#assertMayChange(principal, ruleId, after)
  }

  needsSecondPerson({ ruleId, definition }: RuleWish): boolean {
    const row = this.#rules.rule(ruleId)
    if (row === null || !row.safety) return false
    return looseningsOf(row.rule, definition).length > 0
  }

  /** What a draft wishes for, once it has the shape of a rule. */
  wishOf(draft: RuleDraftRow): RuleWish {
    const { ruleId, origin, reason, baseVersion, definition } = draft
    const wish = { ruleId, origin, reason, baseVersion }
    if (definition === null) return { ...wish, definition: null }
    const { rule, findings } = this.#checks.check(definition)
    if (rule === null) throw notJudgeable(ruleId, findings)
    return { ...wish, definition: { ...rule, id: ruleId } }
  }

  #assertMayChange(principal: Principal, ruleId: string, after: AlarmRuleDraft | null): void {
    const row = this.#rules.rule(ruleId)
    const change = { before: row?.rule ?? null, after, builtIn: row?.builtIn ?? false }
    if (this.#rights.mayChange(principal, change)) return
    throw new CodedError('forbidden', 'The rule reaches beyond what your account may change.', {
      details: { ruleId },
    })
  }
}

function notJudgeable(ruleId: string, findings: readonly RuleFinding[]): CodedError {
  return new CodedError('rule_has_errors', `${ruleId} cannot be judged as it stands.`, {
    details: {
      issues: findings
        .filter(({ severity }) => severity === 'error')
        .map(({ path, message }) => ({ path, message: message.en })),
    },
  })
}
