import type { AlarmRuleDraft, ConditionOf, PointRef, Reference } from './alarm-rule.ts'
import { calendarYearsAsked, type PlacedSchedule, schedulesOf } from './calendars-asked.ts'
import { compileExpression, type OperandType } from './expression.ts'
import { operandKey, ownKey } from './operands.ts'
import {
  type KnownPoint,
  type RuleFinding,
  type RuleSurroundings,
  refused,
  warning,
} from './rule-finding.ts'

type Path = RuleFinding['path']

/** What the condition looks at, and how the rule behaves around it. */
export function checkCondition(
  draft: AlarmRuleDraft,
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  return [
    ...checkOwnKind(draft, surroundings),
    ...checkOperands(draft, surroundings),
    ...checkBehaviour(draft, surroundings),
    ...schedulesOf(draft).flatMap((placed) => checkSchedule(placed, surroundings)),
  ]
}

/** The kind of value a condition works with; null: either. */
function kindNeeded({ condition }: AlarmRuleDraft): KnownPoint['kind'] | null {
  switch (condition.kind) {
    case 'boolean':
      return 'boolean'
    case 'limit':
    case 'rate':
    case 'deviation':
    case 'stuck':
    case 'forecast':
    case 'season':
      return 'number'
    default:
      return null
  }
}

function checkOwnKind(
  draft: AlarmRuleDraft,
  { profile }: RuleSurroundings,
): readonly RuleFinding[] {
  const needed = kindNeeded(draft)
  return draft.profileIds.flatMap((profileId) => {
    const kind = profile(profileId)?.points.get(draft.point)?.kind
    if (needed === null || kind === undefined || kind === needed) return []
    const data = { profileId, point: draft.point, kind, needed }
    return [refused('point_kind_mismatch', ['point'], data)]
  })
}

function checkOperands(
  draft: AlarmRuleDraft,
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  const { condition } = draft
  const at = (...path: (string | number)[]): Path => ['condition', ...path]
  switch (condition.kind) {
    case 'deviation':
      return [
        ...checkReference(draft, { reference: condition.from, path: at('from') }, surroundings),
        ...checkRelative(condition),
      ]
    case 'season':
      return condition.less === undefined
        ? []
        : checkReference(draft, { reference: condition.less, path: at('less') }, surroundings)
    case 'vote':
      return checkVote(draft, condition, surroundings)
    case 'combination':
      return condition.tests.flatMap((test, index) => {
        const inner = test.test === 'group' ? test.tests : [test]
        return inner.flatMap((one, place) => {
          if (one.test === 'schedule') return []
          const path =
            test.test === 'group'
              ? at('tests', index, 'tests', place, 'of')
              : at('tests', index, 'of')
          const kind = one.test === 'boolean' ? 'boolean' : 'number'
          return checkPoint(draft, { ref: one.of, path, kind }, surroundings)
        })
      })
    case 'expression':
      return checkExpression(draft, condition, surroundings)
    default:
      return []
  }
}

/** The definitions of a point: one a profile where it is of the judged device. */
function pointsOf(
  draft: AlarmRuleDraft,
  { deviceId, point }: PointRef,
  { profile, profileIdOf }: RuleSurroundings,
): readonly { readonly profileId: string; readonly known: KnownPoint | null }[] {
  const ofDevice = deviceId === undefined ? null : profileIdOf(deviceId)
  const profileIds = deviceId === undefined ? draft.profileIds : ofDevice === null ? [] : [ofDevice]
  return profileIds.map((profileId) => ({
    profileId,
    known: profile(profileId)?.points.get(point) ?? null,
  }))
}

function checkPoint(
  draft: AlarmRuleDraft,
  {
    ref,
    path,
    kind = null,
  }: { readonly ref: PointRef; readonly path: Path; readonly kind?: KnownPoint['kind'] | null },
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  const { deviceId, point } = ref
  if (deviceId !== undefined && surroundings.profileIdOf(deviceId) === null) {
    return [refused('device_unknown', path, { deviceId })]
  }
  return pointsOf(draft, ref, surroundings).flatMap(({ profileId, known }) => {
    if (known === null) return [refused('point_unknown', path, { profileId, point })]
    if (kind === null || known.kind === kind) return []
    const data = { profileId, point, kind: known.kind, needed: kind }
    return [refused('point_kind_mismatch', path, data)]
  })
}

/** A figure is compared with the judged one: a number, of the same unit, and not of the same point. */
function checkReference(
  draft: AlarmRuleDraft,
  { reference, path }: { readonly reference: Reference; readonly path: Path },
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  if (reference.kind !== 'point') return []
  const found = checkPoint(draft, { ref: reference, path, kind: 'number' }, surroundings)
  const own = pointsOf(draft, { point: draft.point }, surroundings)
  const isItself =
    operandKey(reference) === ownKey(draft) ||
    (reference.point === draft.point && isOnly(draft, reference.deviceId))
  const itself = isItself ? [refused('refers_to_itself', path, { point: draft.point })] : []
  const mismatches = unitMismatches(own, pointsOf(draft, reference, surroundings), path)
  return [...found, ...itself, ...mismatches]
}

/** Whether the rule judges this device and no other. */
function isOnly(
  { deviceIds, siteIds, organizationIds }: AlarmRuleDraft,
  deviceId?: string,
): boolean {
  const isNarrow = siteIds === undefined && organizationIds === undefined
  return isNarrow && deviceIds?.length === 1 && deviceIds[0] === deviceId
}

function unitMismatches(
  own: ReturnType<typeof pointsOf>,
  others: ReturnType<typeof pointsOf>,
  path: Path,
): readonly RuleFinding[] {
  const unitOf = (points: ReturnType<typeof pointsOf>) => points[0]?.known?.unit ?? null
  const [unit, other] = [unitOf(own), unitOf(others)]
  if (unit === null || other === null || unit === other) return []
  return [refused('unit_mismatch', path, { unit, other })]
}

function checkRelative({ relative, from }: ConditionOf<'deviation'>): readonly RuleFinding[] {
  if (!relative || from.kind === 'attribute') return []
  const path = ['condition', 'from']
  if (from.kind === 'point') return [warning('division_may_be_zero', path)]
  return from.value === 0 ? [refused('division_by_zero', path)] : []
}

function checkVote(
  draft: AlarmRuleDraft,
  { voters }: ConditionOf<'vote'>,
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  const { deviceIds, siteIds, organizationIds } = draft
  const isOne = deviceIds?.length === 1 && siteIds === undefined && organizationIds === undefined
  const findings = voters.flatMap((voter, index) => {
    const path = ['condition', 'voters', index]
    const first = voters[0] ?? voter
    return [
      ...checkPoint(draft, { ref: voter, path }, surroundings),
      ...unitMismatches(
        pointsOf(draft, first, surroundings),
        pointsOf(draft, voter, surroundings),
        path,
      ),
    ]
  })
  return isOne ? findings : [...findings, refused('vote_needs_one_device', ['deviceIds'])]
}

function checkExpression(
  draft: AlarmRuleDraft,
  condition: ConditionOf<'expression'>,
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  const refs: Readonly<Record<string, PointRef>> = {
    value: { point: draft.point },
    ...condition.operands,
  }
  const findings = Object.entries(condition.operands).flatMap(([name, ref]) =>
    checkPoint(draft, { ref, path: ['condition', 'operands', name] }, surroundings),
  )
  const types: Record<string, OperandType> = {}
  for (const [name, ref] of Object.entries(refs)) {
    const kind = pointsOf(draft, ref, surroundings)[0]?.known?.kind
    types[name] = kind === 'boolean' ? 'bool' : 'double'
  }
  const path = ['condition', 'expression']
  const compilation = compileExpression(condition.expression, types)
  if (!compilation.ok) {
    const { code, position, reason } = compilation.problem
    return [...findings, refused('expression_invalid', path, { problem: code, position, reason })]
  }
  const { type, divides } = compilation.compiled
  const isOneLevel = type === 'bool' && condition.setpoints.length > 1
  return [
    ...findings,
    ...(divides ? [warning('division_may_be_zero', path)] : []),
    ...(isOneLevel ? [warning('expression_one_level', ['condition', 'setpoints'])] : []),
  ]
}

function checkBehaviour(
  draft: AlarmRuleDraft,
  { profile }: RuleSurroundings,
): readonly RuleFinding[] {
  const { condition, qualityMin, onDelayMs, gap } = draft
  const families = new Set(draft.profileIds.map((id) => profile(id)?.family))
  const isUrgent = families.has('gas') || families.has('smoke') || families.has('fire')
  const findings: RuleFinding[] = []
  if (qualityMin === 'good' && condition.kind !== 'boolean' && condition.kind !== 'no-data') {
    findings.push(warning('over_range_ignored', ['qualityMin']))
  }
  if (isUrgent && onDelayMs > 0 && (condition.kind === 'limit' || condition.kind === 'boolean')) {
    findings.push(warning('on_delay_on_fire_or_gas', ['onDelayMs'], { onDelayMs }))
  }
  if (gap !== undefined && (condition.kind === 'no-data' || gap.policy === 'keep')) {
    findings.push(warning('gap_without_effect', ['gap']))
  }
  return findings
}

/** Days that mean something only with a calendar. */
function checkSchedule(
  { schedule, path }: PlacedSchedule,
  { nowMs, knowsCalendar }: RuleSurroundings,
): readonly RuleFinding[] {
  const { calendar } = schedule
  return calendarYearsAsked(schedule, nowMs)
    .filter((year) => !knowsCalendar(calendar, year))
    .map((year) => warning('calendar_year_missing', path, { calendar, year }))
}
