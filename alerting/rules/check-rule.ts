import type { AlarmRuleDraft } from './alarm-rule.ts'
import { checkCondition } from './check-condition.ts'
import { checkFigures } from './check-figures.ts'
import { withOverride } from './resolve-rule.ts'
import {
  type ClauseBound,
  type RuleFinding,
  type RuleSurroundings,
  refused,
  warning,
} from './rule-finding.ts'

export {
  type ClauseBound,
  isRefused,
  type KnownPoint,
  type KnownProfile,
  RULE_FINDINGS,
  type RuleFinding,
  type RuleFindingCode,
  type RuleSurroundings,
} from './rule-finding.ts'

/** Everything that can be said about a draft before it is saved. Pure; the draft has been parsed. */
export function checkRule(
  draft: AlarmRuleDraft,
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  return [
    ...checkScope(draft, surroundings),
    ...checkCondition(draft, surroundings),
    ...checkFigures(draft, surroundings),
    ...checkOverrides(draft, surroundings),
  ]
}

function checkScope(
  draft: AlarmRuleDraft,
  { profile, profileIdOf, siteExists, organizationExists }: RuleSurroundings,
): readonly RuleFinding[] {
  const findings: RuleFinding[] = []
  for (const [index, id] of draft.profileIds.entries()) {
    const known = profile(id)
    const path = ['profileIds', index]
    if (known === null) findings.push(refused('profile_unknown', path, { profileId: id }))
    else if (!known.points.has(draft.point)) {
      findings.push(refused('point_unknown', ['point'], { profileId: id, point: draft.point }))
    }
  }
  for (const [index, deviceId] of (draft.deviceIds ?? []).entries()) {
    if (profileIdOf(deviceId) === null) {
      findings.push(warning('device_unknown', ['deviceIds', index], { deviceId }))
    }
  }
  for (const [index, siteId] of (draft.siteIds ?? []).entries()) {
    if (!siteExists(siteId)) findings.push(warning('site_unknown', ['siteIds', index], { siteId }))
  }
  for (const [index, organizationId] of (draft.organizationIds ?? []).entries()) {
    if (organizationExists(organizationId)) continue
    findings.push(warning('organization_unknown', ['organizationIds', index], { organizationId }))
  }
  return findings
}

/** Every override makes another rule of it, which must hold as well. */
function checkOverrides(
  draft: AlarmRuleDraft,
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  const levels = 'setpoints' in draft.condition ? draft.condition.setpoints.length : 0
  return (draft.overrides ?? []).flatMap((override, index) => {
    const findings: RuleFinding[] = []
    const at = ['overrides', index]
    for (const [place, { level }] of (override.set.setpoints ?? []).entries()) {
      if (level <= levels) continue
      findings.push(
        refused('override_level_unknown', [...at, 'set', 'setpoints', place, 'level'], { level }),
      )
    }
    const { deviceId, siteId, organizationId, profileId } = override
    const { profileIdOf, siteExists, organizationExists, profile } = surroundings
    const exists =
      (deviceId !== undefined && profileIdOf(deviceId) !== null) ||
      (siteId !== undefined && siteExists(siteId)) ||
      (organizationId !== undefined && organizationExists(organizationId)) ||
      (profileId !== undefined && profile(profileId) !== null)
    const id = deviceId ?? siteId ?? organizationId ?? profileId ?? ''
    if (!exists) findings.push(warning('override_place_unknown', at, { id }))
    for (const finding of checkFigures(withOverride(draft, override), surroundings)) {
      findings.push({ ...finding, path: [...at, ...finding.path] })
    }
    return findings
  })
}

/**
 * The bounds that the shipped rule packs carry: set-points whose source is a clause of a standard
 * that was read (confidence A).
 */
export function clauseBoundsOf(shipped: readonly AlarmRuleDraft[]): readonly ClauseBound[] {
  return shipped.flatMap(({ condition, profileIds, point }) => {
    if (condition.kind !== 'limit') return []
    const { direction } = condition
    return condition.setpoints.flatMap(({ setpoint, source }, index) => {
      if (source?.confidence !== 'A' || source.clause === undefined) return []
      const { standard, clause } = source
      const level = index + 1
      return profileIds.map((profileId) => ({
        profileId,
        point,
        direction,
        level,
        bound: setpoint,
        standard,
        clause,
      }))
    })
  })
}
