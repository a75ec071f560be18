import type { AlarmRule, RuleOverride } from '#alerting/rules/alarm-rule.ts'
import type { NotedEvaluation } from '#alerting/rules/evaluation-watch.ts'
import type { Explanation } from '#alerting/rules/explanation.ts'
import type { ResolvedRule } from '#alerting/rules/resolve-rule.ts'
import type { RuleFault } from '#alerting/rules/rule-faults.ts'
import type { DeviceRule, NotedEvaluationDto, RuleExplanation } from '../contract.ts'
import type { PlantModel } from './plant-model.ts'
import { presentRule } from './presentation.ts'
import type { RuleRow } from './rules.ts'

/** A rule as it is for one device; which other places it names is no business of who looks at this one. */
export function presentDeviceRule(
  row: RuleRow,
  { rule, overridden }: ResolvedRule,
  { deviceId, model }: { readonly deviceId: string; readonly model: PlantModel },
): DeviceRule {
  const { organizationIds, siteIds, deviceIds, overrides: _, ...shown } = rule
  const isPlaced = [organizationIds, siteIds, deviceIds].some((ids) => ids !== undefined)
  return {
    ...presentRule({ ...row, rule: isPlaced ? { ...shown, deviceIds: [deviceId] } : shown }),
    overridden: overridden.map(({ path, from, to, by }) => ({
      path,
      from,
      to,
      by: placeOf(by, model),
      note: by.note ?? '',
    })),
  }
}

function placeOf(
  override: RuleOverride,
  model: PlantModel,
): DeviceRule['overridden'][number]['by'] {
  const { deviceId, siteId, organizationId, profileId } = override
  const named = (kind: 'device' | 'site' | 'organization', id: string, name: string | undefined) =>
    ({ kind, id, name: name ?? id }) as const
  if (deviceId !== undefined) return named('device', deviceId, model.device(deviceId)?.name)
  if (siteId !== undefined) return named('site', siteId, model.site(siteId)?.name)
  if (organizationId !== undefined) {
    return named('organization', organizationId, model.organization(organizationId)?.name)
  }
  const id = profileId ?? ''
  return { kind: 'profile', id, name: model.profile(id)?.name.zh ?? id }
}

export function presentExplanation(
  rule: AlarmRule,
  explanation: Explanation,
  about: {
    readonly deviceId: string
    readonly fault: RuleFault | null
    /** Points of devices that the caller does not see are left out. */
    readonly isVisible: (deviceId: string) => boolean
  },
): RuleExplanation {
  const { signal } = explanation
  const isShown = (key: string) => key.startsWith('./') || about.isVisible(key.split('/')[0] ?? '')
  return {
    ruleId: rule.id,
    ruleVersion: explanation.ruleVersion,
    ruleName: rule.name,
    deviceId: about.deviceId,
    point: rule.point,
    at: instant(explanation.atMs),
    level: explanation.level,
    figure: explanation.figure,
    unknown:
      signal?.kind === 'unknown' ? { reason: signal.reason, detail: signal.detail ?? '' } : null,
    inSchedule: explanation.isInSchedule,
    paused: explanation.isPaused,
    timers: explanation.timers.map(({ kind, level, sinceMs, dueAtMs }) => ({
      kind,
      level,
      since: sinceMs === null ? null : instant(sinceMs),
      due: instant(dueAtMs),
    })),
    operands: explanation.operands
      .filter(({ key }) => isShown(key))
      .map(({ key, value, atMs, isBad }) => ({
        key,
        value,
        at: atMs === null ? null : instant(atMs),
        bad: isBad,
      })),
    evaluations: explanation.evaluations
      .filter(({ operand }) => operand === null || isShown(operand))
      .map(presentEvaluation)
      .reverse(),
    fault:
      about.fault === null
        ? null
        : { at: instant(about.fault.atMs), detail: about.fault.detail, times: about.fault.times },
  }
}

export function presentEvaluation({ atMs, ...noted }: NotedEvaluation): NotedEvaluationDto {
  return { at: instant(atMs), ...noted }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
