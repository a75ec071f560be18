import type { AlarmRule, AlarmRuleDraft, Condition, Reference, RuleOverride } from './alarm-rule.ts'

/** Where a device stands, as far as rules ask. */
export interface RulePlace {
  readonly deviceId: string
  readonly profileId: string
  readonly siteId: string
  /** Ids from the topmost organization down to the device's own. */
  readonly organizationPath: readonly string[]
  /** Range of a point by the profile; null: the point has none. */
  readonly rangeOf: (point: string) => { readonly min: number; readonly max: number } | null
}

/** One figure that is another than the rule's, and whose doing it is. */
export interface OverriddenFigure {
  /** `condition.setpoints.0.setpoint`, `onDelayMs`, … */
  readonly path: string
  readonly from: number | boolean
  readonly to: number | boolean
  readonly by: RuleOverride
}

export interface ResolvedRule {
  /** The very rule that was given when nothing is overridden. */
  readonly rule: AlarmRule
  readonly overridden: readonly OverriddenFigure[]
}

/** Whether the rule judges the device's point: by profile, narrowed by any of its lists. */
export function appliesTo(
  rule: Pick<AlarmRuleDraft, 'profileIds' | 'deviceIds' | 'siteIds' | 'organizationIds'>,
  place: RulePlace,
): boolean {
  if (!rule.profileIds.includes(place.profileId)) return false
  const { deviceIds, siteIds, organizationIds } = rule
  if (deviceIds === undefined && siteIds === undefined && organizationIds === undefined) return true
  return (
    deviceIds?.includes(place.deviceId) === true ||
    siteIds?.includes(place.siteId) === true ||
    organizationIds?.some((id) => place.organizationPath.includes(id)) === true
  )
}

/** The rule as it is for one device: overrides and attributes put in. */
export function resolveRule(rule: AlarmRule, place: RulePlace): ResolvedRule {
  const own = withAttributes(rule, place)
  const overrides = (rule.overrides ?? [])
    .map((override) => ({ override, nearness: nearnessOf(override, place) }))
    .filter(({ nearness }) => nearness >= 0)
    .sort((one, other) => one.nearness - other.nearness)
  if (overrides.length === 0) return { rule: own, overridden: [] }
  let resolved = own
  let overridden: readonly OverriddenFigure[] = []
  for (const { override } of overrides) {
    const changes = changesOf(resolved, override)
    for (const { path, to } of changes) resolved = withFigure(resolved, path, to)
    const paths = new Set(changes.map(({ path }) => path))
    const original = (change: OverriddenFigure) =>
      overridden.find(({ path }) => path === change.path)?.from ?? change.from
    overridden = [
      ...overridden.filter(({ path }) => !paths.has(path)),
      ...changes.map((change) => ({ ...change, from: original(change) })),
    ]
  }
  return { rule: resolved, overridden }
}

/** The rule as it is where this override is the only one. */
export function withOverride(rule: AlarmRuleDraft, override: RuleOverride): AlarmRuleDraft {
  const { deviceId = '', siteId = '', organizationId = '', profileId = '' } = override
  const place = { deviceId, siteId, organizationPath: [organizationId], profileId }
  const { version: _, ...draft } = resolveRule(
    { ...rule, overrides: [override], version: 0 },
    { ...place, rangeOf: () => null },
  ).rule
  return draft
}

/** The nearer, the larger; -1: it is for somebody else. Deeper organizations are nearer. */
function nearnessOf(override: RuleOverride, place: RulePlace): number {
  const { deviceId, siteId, organizationId, profileId } = override
  if (deviceId !== undefined) return deviceId === place.deviceId ? Number.MAX_SAFE_INTEGER : -1
  if (siteId !== undefined) return siteId === place.siteId ? Number.MAX_SAFE_INTEGER - 1 : -1
  if (profileId !== undefined) return profileId === place.profileId ? 0 : -1
  const depth = organizationId === undefined ? -1 : place.organizationPath.indexOf(organizationId)
  return depth < 0 ? -1 : depth + 1
}

function changesOf(rule: AlarmRule, by: RuleOverride): readonly OverriddenFigure[] {
  const { set } = by
  const { condition } = rule
  const changes: OverriddenFigure[] = []
  const change = (
    path: string,
    from: number | boolean | undefined,
    to: number | boolean | undefined,
  ) => {
    if (from !== undefined && to !== undefined && from !== to) changes.push({ path, from, to, by })
  }
  const setpoints = 'setpoints' in condition ? condition.setpoints : []
  for (const { level, setpoint, grade } of set.setpoints ?? []) {
    const at = setpoints[level - 1]
    change(`condition.setpoints.${level - 1}.setpoint`, at?.setpoint, setpoint)
    change(`condition.setpoints.${level - 1}.grade`, at?.grade, grade)
  }
  if ('deadband' in condition) change('condition.deadband', condition.deadband, set.deadband)
  change('onDelayMs', rule.onDelayMs, set.onDelayMs)
  change('offDelayMs', rule.offDelayMs, set.offDelayMs)
  change('enabled', rule.enabled, set.enabled)
  return changes
}

/** The path is one of `changesOf`, so it leads to a figure of that kind. */
function withFigure(rule: AlarmRule, path: string, figure: number | boolean): AlarmRule {
  const keys = path.split('.')
  const set = (part: unknown, depth: number): unknown => {
    const key = keys[depth]
    if (key === undefined) return figure
    if (Array.isArray(part))
      return part.map((one, at) => (String(at) === key ? set(one, depth + 1) : one))
    const fields = part as Readonly<Record<string, unknown>>
    return { ...fields, [key]: set(fields[key], depth + 1) }
  }
  return set(rule, 0) as AlarmRule
}

/** Attributes of the device become constants, so that judging knows nothing of profiles. */
function withAttributes(rule: AlarmRule, place: RulePlace): AlarmRule {
  const { condition } = rule
  const constant = (reference: Reference): Reference => {
    if (reference.kind !== 'attribute') return reference
    const range = place.rangeOf(rule.point)
    if (range === null) return reference
    return { kind: 'constant', value: reference.name === 'range.min' ? range.min : range.max }
  }
  const put = (changed: Condition): AlarmRule => ({ ...rule, condition: changed })
  if (condition.kind === 'deviation' && condition.from.kind === 'attribute') {
    return put({ ...condition, from: constant(condition.from) })
  }
  if (condition.kind === 'season' && condition.less?.kind === 'attribute') {
    return put({ ...condition, less: constant(condition.less) })
  }
  return rule
}
