import type { AlarmRuleDraft, Grade, RuleOverride, Schedule } from './alarm-rule.ts'
import { levelCount, levelOf } from './condition.ts'
import { compareConditions, isFalling } from './condition-strictness.ts'
import { withOverride } from './resolve-rule.ts'
import {
  compareSetpoints,
  isSame,
  isWithin,
  type Loosening,
  mayNotFollow,
  mayNotGrow,
  type Report,
} from './strictness.ts'

export { LOOSENING_KINDS, type Loosening, type LooseningKind } from './strictness.ts'

/** Grades whose response cannot wait: red and orange. */
const URGENT_GRADE_MAX = 2

/**
 * Whether people's safety hangs on the rule: it may annunciate red or orange, may not be shelved, or
 * listens for silence (nothing else tells that a detector is gone). Follows from the rule itself, so
 * that nobody can forget to say it. Red at a single place, by an override, is enough: the rule is one
 * and passes one gate. Changing such a rule needs a reason, loosening it a second person.
 */
export function isSafetyRule({
  shelvable,
  condition,
  overrides = [],
}: Pick<AlarmRuleDraft, 'condition' | 'shelvable' | 'overrides'>): boolean {
  if (!shelvable || condition.kind === 'no-data') return true
  const levels = Array.from({ length: levelCount(condition) }, (_, index) => index + 1)
  if (levels.some((level) => isUrgent(levelOf(condition, level).grade))) return true
  if (!('setpoints' in condition)) return false
  return overrides.some(({ set }) =>
    set.setpoints?.some(
      ({ level, grade }) => levels.includes(level) && grade !== undefined && isUrgent(grade),
    ),
  )
}

function isUrgent(grade: Grade): boolean {
  return grade <= URGENT_GRADE_MAX
}

/**
 * In what a rule gets milder by a change; empty: it is at least as strict as before. `after` null: the
 * rule is taken away. A rule that is off is compared all the same: else it could be made milder unseen
 * before it is switched on again.
 */
export function looseningsOf(
  before: AlarmRuleDraft,
  after: AlarmRuleDraft | null,
): readonly Loosening[] {
  if (after === null) return [{ kind: 'removed', path: '' }]
  const found: Loosening[] = []
  const report: Report = (kind, path) => {
    if (!found.some((one) => one.kind === kind && one.path === path)) found.push({ kind, path })
  }
  if (before.enabled && !after.enabled) report('switched-off', 'enabled')
  if (before.point !== after.point) report('other-point', 'point')
  compareScope(before, after, report)
  compareConditions(before.condition, after.condition, report)
  compareDelays(before, after, report)
  compareBehaviour(before, after, report)
  compareSchedules(before.schedule, after.schedule, report)
  compareOverrides(before, after, report)
  // Off, it is off at every place: compared are then the figures it will have once it is on.
  if (!before.enabled) compareOverrides(switchedOn(before), switchedOn(after), report)
  return found
}

const PLACES = ['organizationIds', 'siteIds', 'deviceIds'] as const

/** A place is in when any of the lists names it; without lists all are. */
function compareScope(before: AlarmRuleDraft, after: AlarmRuleDraft, report: Report): void {
  if (!isWithin(before.profileIds, after.profileIds)) report('scope-narrower', 'profileIds')
  const given = PLACES.filter((field) => after[field] !== undefined)
  if (given.length === 0) return
  if (PLACES.every((field) => before[field] === undefined)) {
    report('scope-narrower', given[0] ?? 'siteIds')
    return
  }
  for (const field of PLACES) {
    if (!isWithin(before[field] ?? [], after[field] ?? [])) report('scope-narrower', field)
  }
}

type Delays = Pick<AlarmRuleDraft, 'onDelayMs' | 'offDelayMs'>

function compareDelays(before: Delays, after: Delays, report: Report): void {
  const on = { kind: 'on-delay-longer', path: 'onDelayMs' } as const
  const off = { kind: 'off-delay-shorter', path: 'offDelayMs' } as const
  mayNotGrow(before.onDelayMs, after.onDelayMs, on, report)
  mayNotGrow(-before.offDelayMs, -after.offDelayMs, off, report)
}

function compareBehaviour(before: AlarmRuleDraft, after: AlarmRuleDraft, report: Report): void {
  if (before.latching && !after.latching) report('latching-off', 'latching')
  if (!before.shelvable && after.shelvable) report('shelving-allowed', 'shelvable')
  const never = Number.POSITIVE_INFINITY
  const reAlarm = { kind: 're-alarm-later', path: 'reAlarmMs' } as const
  mayNotGrow(before.reAlarmMs ?? never, after.reAlarmMs ?? never, reAlarm, report)
  const quality = {
    before: before.qualityMin ?? 'uncertain',
    after: after.qualityMin ?? 'uncertain',
  }
  const qualities = ['uncertain', 'good'] as const
  mayNotFollow(qualities, quality, { kind: 'quality-higher', path: 'qualityMin' }, report)
  const policies = ['keep', 'pause', 'void'] as const
  const policy = { before: before.gap?.policy ?? 'keep', after: after.gap?.policy ?? 'keep' }
  mayNotFollow(policies, policy, { kind: 'gap-milder', path: 'gap.policy' }, report)
  if (policy.before === 'keep' || policy.after === 'keep') return
  const afterMs = { before: before.gap?.afterMs ?? never, after: after.gap?.afterMs ?? never }
  const shorter = { kind: 'gap-milder', path: 'gap.afterMs' } as const
  mayNotGrow(-afterMs.before, -afterMs.after, shorter, report)
}

/** A schedule is compared by its spans, as written: a cleverer reading would have to know calendars. */
function compareSchedules(
  before: Schedule | undefined,
  after: Schedule | undefined,
  report: Report,
): void {
  if (after === undefined || isSame(before, after)) return
  const isComparable =
    before !== undefined &&
    before.active === after.active &&
    before.timeZone === after.timeZone &&
    before.calendar === after.calendar
  const covers =
    isComparable &&
    (after.active === 'inside'
      ? isWithin(spansOf(before), spansOf(after))
      : isWithin(spansOf(after), spansOf(before)))
  if (!covers) report('schedule-narrower', 'schedule')
}

/** One span a day, so that naming a further day is seen as what it is. */
function spansOf({ spans }: Schedule): readonly object[] {
  return spans.flatMap(({ days, from, to }) => days.map((day) => ({ day, from, to })))
}

/**
 * Overrides layer figure by figure (device over site over organization over profile), so what a device
 * had before and has after depends on the plant. Compared is therefore the worst case: figures that
 * are new must be as strict as every figure that could have stood there, figures that go as mild as
 * every one that can take their place.
 */
function compareOverrides(before: AlarmRuleDraft, after: AlarmRuleDraft, report: Report): void {
  const [old, own] = [overridesByPlace(before), overridesByPlace(after)]
  const left = (before.overrides ?? []).filter((one) => !isAmong(one, own))
  const come = (after.overrides ?? []).filter((one) => !isAmong(one, old))
  const [wasLeft, hasCome] = [
    overridesByPlace({ overrides: left }),
    overridesByPlace({ overrides: come }),
  ]
  const everyEarlier = come.length === 0 ? [] : figuresAnywhere(before)
  const everyLater = left.length === 0 ? [] : figuresAnywhere(after)
  for (const override of come) {
    const changed = wasLeft.get(placeKey(override))?.[0]
    const isSetAnew = changed !== undefined && hasSameFigures(changed, override)
    const earlier = isSetAnew ? [withOverride(before, changed)] : everyEarlier
    const here = withOverride(after, override)
    if (earlier.some((rule) => isMilder(rule, here))) {
      report('override-milder', `overrides.${after.overrides?.indexOf(override)}`)
    }
  }
  for (const override of left) {
    const changed = hasCome.get(placeKey(override))?.[0]
    if (changed !== undefined && hasSameFigures(changed, override)) continue
    const here = withOverride(before, override)
    if (everyLater.some((rule) => isMilder(here, rule))) report('override-milder', 'overrides')
  }
  if (isOtherOrder(old, own)) report('override-milder', 'overrides')
}

type OverridesByPlace = ReadonlyMap<string, readonly RuleOverride[]>

function overridesByPlace({ overrides = [] }: Pick<AlarmRuleDraft, 'overrides'>): OverridesByPlace {
  return Map.groupBy(overrides, placeKey)
}

function placeKey({ deviceId, siteId, organizationId, profileId }: RuleOverride): string {
  return JSON.stringify({ deviceId, siteId, organizationId, profileId })
}

function isAmong(override: RuleOverride, others: OverridesByPlace): boolean {
  return others.get(placeKey(override))?.some(({ set }) => isSame(set, override.set)) ?? false
}

/** The rule itself, and as it is wherever one override counts. */
function figuresAnywhere(rule: AlarmRuleDraft): readonly AlarmRuleDraft[] {
  return [rule, ...(rule.overrides ?? []).map((one) => withOverride(rule, one))]
}

/** Of several overrides for a place the last one wins, so their order is as good as a figure. */
function isOtherOrder(before: OverridesByPlace, after: OverridesByPlace): boolean {
  return [...before].some(([place, overrides]) => {
    const own = after.get(place) ?? []
    const [kept, now] = [
      overrides.filter((one) => isAmong(one, after)),
      own.filter((one) => isAmong(one, before)),
    ]
    return !isSame(
      kept.map(({ set }) => set),
      now.map(({ set }) => set),
    )
  })
}

function switchedOn(rule: AlarmRuleDraft): AlarmRuleDraft {
  return { ...rule, enabled: true }
}

/** Whether two overrides of a place set the same figures, so that only what they say differs. */
function hasSameFigures(one: RuleOverride, other: RuleOverride): boolean {
  return isSame(figuresOf(one), figuresOf(other))
}

function figuresOf({ set }: RuleOverride): readonly string[] {
  const levels = (set.setpoints ?? []).flatMap(({ level, ...figures }) =>
    Object.entries(figures).flatMap(([name, value]) =>
      value === undefined ? [] : [`${level}.${name}`],
    ),
  )
  const others = Object.entries(set).flatMap(([name, value]) =>
    name === 'setpoints' || value === undefined ? [] : [name],
  )
  return [...levels, ...others].sort()
}

/** Only what an override can set: the rest is compared once, for the rule itself. */
function isMilder(before: AlarmRuleDraft, after: AlarmRuleDraft): boolean {
  if (!before.enabled) return false
  if (!after.enabled) return true
  let isFound = false
  const report = () => {
    isFound = true
  }
  compareDelays(before, after, report)
  const { condition: old } = before
  const { condition: own } = after
  if ('setpoints' in old && 'setpoints' in own) {
    const options = { isFalling: isFalling(old), path: '' }
    compareSetpoints(old.setpoints, own.setpoints, options, report)
    if (own.deadband < old.deadband) report()
  }
  return isFound
}
