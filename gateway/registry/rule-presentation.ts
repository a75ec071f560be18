import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { differencesOf } from '#alerting/rules/rule-difference.ts'
import { isSafetyRule, looseningsOf } from '#alerting/rules/rule-loosening.ts'
import type { Account, RuleCheck, RuleDraftDto, RuleOutcomeDto, RuleVersion } from '../contract.ts'
import type { RuleDraftRow } from '../database/rule-draft-store.ts'
import { hasRight } from '../rights.ts'
import type { PlantModel } from './plant-model.ts'
import { presentRule } from './presentation.ts'
import { principalOf } from './principal.ts'
import { type CheckedRule, hasErrors, type RuleChecks } from './rule-checks.ts'
import { draftStateOf } from './rule-draft.ts'
import type { RuleOutcome } from './rule-life.ts'
import type { RuleChangeOfHands, RuleRights } from './rule-rights.ts'
import type { RuleBook, RuleRow } from './rules.ts'
import { maySee } from './territory.ts'
import type { Principal } from './types.ts'

/** What a draft is looked at from: the rules, the people and the time. */
export interface DraftView {
  readonly rules: RuleBook
  readonly rights: RuleRights
  readonly checks: RuleChecks
  readonly model: PlantModel
  readonly accounts: readonly Account[]
  readonly principal: Principal
  readonly nowMs: number
}

/** Null: it is not the principal's to see. */
export function presentRuleDraft(draft: RuleDraftRow, view: DraftView): RuleDraftDto | null {
  const { rules, rights, checks, principal, nowMs } = view
  const row = rules.rule(draft.ruleId)
  const before = row?.rule ?? null
  const checked = draft.definition === null ? REMOVAL : checks.check(draft.definition)
  const definition = visibleDefinition(draft, { before, checked }, view)
  if (definition === undefined) return null
  const compared = compare(row, checked)
  const state = draftStateOf(draft, { hasErrors: hasErrors(compared.findings), nowMs })
  const change = { before, after: checked.rule, builtIn: row?.builtIn ?? false }
  const isOpen = draft.decision === null
  const mayChange = isOpen && rights.mayChange(principal, change)
  const isOwn = isOpen && draft.createdBy === principal.username && hasRight(principal, 'manage')
  return {
    id: draft.id,
    ruleId: draft.ruleId,
    state,
    definition,
    reason: draft.reason,
    origin: draft.origin,
    baseVersion: draft.baseVersion,
    currentVersion: rules.versionOf(draft.ruleId),
    createdBy: draft.createdBy,
    createdAt: instant(draft.createdAtMs),
    changedBy: draft.changedBy,
    changedAt: instant(draft.changedAtMs),
    revision: draft.revision,
    ...presentDecisions(draft),
    ...compared,
    lookBack: draft.lookBack,
    may: {
      edit: mayChange || isOwn,
      decide: mayChange && state === 'proposed' && draft.proposal?.byId !== principal.userId,
    },
    approvers: isOpen && compared.needsSecondPerson ? approversOf(draft, change, view) : [],
  }
}

/** How a definition compares with the rule in force, before anything is saved. */
export function presentRuleCheck(present: RuleRow | null, checked: CheckedRule): RuleCheck {
  return compare(present, checked)
}

export function presentRuleVersion(row: RuleRow, before: RuleRow | null): RuleVersion {
  const { lookBack } = row
  if (before === null) return { ...presentRule(row), differences: [], loosenings: [], lookBack }
  return {
    ...presentRule(row),
    lookBack,
    differences: differencesBetween(before.rule, row.rule),
    loosenings: [...looseningsOf(before.rule, row.rule)],
  }
}

export function presentRuleOutcome(outcome: RuleOutcome): RuleOutcomeDto {
  return {
    outcome: outcome.kind,
    ruleId: outcome.ruleId,
    version: outcome.kind === 'in-force' ? outcome.version : null,
    draftId: outcome.kind === 'waits' ? outcome.draft.id : null,
  }
}

const REMOVAL: CheckedRule = { rule: null, findings: [] }

/** Undefined: not shown. Half-done drafts name places nobody has checked: only their maker sees them. */
function visibleDefinition(
  draft: RuleDraftRow,
  { before, checked }: { readonly before: AlarmRuleDraft | null; readonly checked: CheckedRule },
  { rights, principal }: DraftView,
): RuleDraftRow['definition'] | undefined {
  if (before !== null && rights.visible(principal, before) === null) return undefined
  if (draft.definition === null) return null
  if (checked.rule !== null) return rights.visible(principal, checked.rule) ?? undefined
  const isShown = principal.organizationId === null || draft.createdBy === principal.username
  return isShown ? draft.definition : undefined
}

function compare(present: RuleRow | null, { rule, findings }: CheckedRule): RuleCheck {
  const before = present?.rule ?? null
  const isRemoval = rule === null && findings.length === 0
  const loosenings =
    before === null || (rule === null && !isRemoval) ? [] : [...looseningsOf(before, rule)]
  const wasSafety = present?.safety ?? false
  return {
    safety: wasSafety || (rule !== null && isSafetyRule(rule)),
    findings: [...findings],
    differences: before === null || rule === null ? [] : differencesBetween(before, rule),
    loosenings,
    needsSecondPerson: wasSafety && loosenings.length > 0,
  }
}

/** Fields of the rule itself; the version counts the change and is none. */
function differencesBetween(
  before: AlarmRuleDraft & { readonly version?: number },
  after: AlarmRuleDraft & { readonly version?: number },
) {
  return differencesOf({ ...before, version: 0 }, { ...after, version: 0 }).map((one) => ({
    ...one,
  }))
}

function presentDecisions({ proposal, decision }: RuleDraftRow) {
  return {
    proposal: proposal && {
      by: proposal.by,
      at: instant(proposal.atMs),
      expiresAt: instant(proposal.expiresAtMs),
    },
    decision: decision && {
      by: decision.by,
      at: instant(decision.atMs),
      note: decision.note,
      version: decision.version,
    },
  }
}

/** Colleagues who may decide; without the proposer, or whoever would propose it now. */
function approversOf(draft: RuleDraftRow, change: RuleChangeOfHands, view: DraftView): string[] {
  const { rights, model, principal, accounts } = view
  const proposerId = draft.proposal?.byId ?? principal.userId
  return accounts
    .filter(
      (account) =>
        account.id !== proposerId &&
        maySee(model, principal, account.organizationId) &&
        rights.mayChange(principalOf(account), change),
    )
    .map(({ displayName }) => displayName)
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
