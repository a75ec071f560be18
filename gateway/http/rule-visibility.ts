import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { operandsOf } from '#alerting/rules/operands.ts'
import type { RuleDraftDto } from '../contract.ts'
import { type DraftView, presentRuleDraft } from '../registry/rule-presentation.ts'
import type { RuleRow } from '../registry/rules.ts'
import type { Principal } from '../registry/types.ts'
import type { HttpServices } from './services.ts'
import { isDeviceVisible, notFound } from './territory-check.ts'

/** A rule as the principal may see it; what lies beyond is answered like what does not exist. */
export function visibleRule(services: HttpServices, principal: Principal, ruleId: string): RuleRow {
  const row = services.rules.rule(ruleId)
  const shown = row === null ? null : visibleRow(services, principal, row)
  if (shown === null) throw notFound('rule', ruleId)
  return shown
}

export function visibleRow(
  { ruleRights }: HttpServices,
  principal: Principal,
  row: RuleRow,
): RuleRow | null {
  const shown = ruleRights.visible(principal, row.rule)
  return shown === null ? null : { ...row, rule: shown }
}

/** As `visibleRule`, but null where there is none to be seen. */
export function visibleRowOf(
  services: HttpServices,
  principal: Principal,
  ruleId: string,
): RuleRow | null {
  const row = services.rules.rule(ruleId)
  return row === null ? null : visibleRow(services, principal, row)
}

/** Whether every device that the condition looks at is one the principal sees. */
export function isRuleWithinSight(
  { registry }: HttpServices,
  principal: Principal,
  rule: AlarmRuleDraft,
): boolean {
  return operandsOf(rule).every(
    ({ deviceId }) => deviceId === null || isDeviceVisible(registry, principal, deviceId),
  )
}

export function draftViewOf(services: HttpServices, principal: Principal): DraftView {
  const { rules, ruleRights, ruleChecks, registry, accounts, clock } = services
  return {
    rules,
    rights: ruleRights,
    checks: ruleChecks,
    model: registry,
    accounts: accounts.all(),
    principal,
    nowMs: clock.nowMs(),
  }
}

/** A draft as the principal may see it; what lies beyond is answered like what does not exist. */
export async function presentedDraft(
  services: HttpServices,
  principal: Principal,
  draftId: string,
): Promise<RuleDraftDto> {
  const draft = await services.ruleLife.draft(draftId)
  const view = draftViewOf(services, principal)
  const shown = draft === null ? null : presentRuleDraft(draft, view)
  if (shown === null) throw notFound('draft', draftId)
  return shown
}
