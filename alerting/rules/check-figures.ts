import type { AlarmRuleDraft, Condition } from './alarm-rule.ts'
import { isLow } from './condition.ts'
import { type RuleFinding, type RuleSurroundings, refused, warning } from './rule-finding.ts'

type SetpointCondition = Extract<Condition, { setpoints: unknown }>

interface Range {
  readonly min: number
  readonly max: number
}

/** Set-points, grades and deadband: in order, within what the figure can be, within the clause. */
export function checkFigures(
  draft: AlarmRuleDraft,
  surroundings: RuleSurroundings,
): readonly RuleFinding[] {
  const { condition } = draft
  if (!('setpoints' in condition)) return []
  const figures = rangesOf(draft, condition, surroundings).flatMap(({ range, unit }) => [
    ...checkRange(condition, range, unit),
    ...checkDeadband(condition, range, unit),
  ])
  return unique([
    ...checkOrder(condition),
    ...checkOverlap(condition),
    ...figures,
    ...checkClauses(draft, condition, surroundings),
  ])
}

function checkOrder(condition: SetpointCondition): readonly RuleFinding[] {
  const findings: RuleFinding[] = []
  for (const [index, worse] of condition.setpoints.entries()) {
    const milder = condition.setpoints[index - 1]
    if (milder === undefined) continue
    const path = ['condition', 'setpoints', index]
    const rises = isLow(condition)
      ? worse.setpoint < milder.setpoint
      : worse.setpoint > milder.setpoint
    if (!rises) {
      const data = { milder: milder.setpoint, worse: worse.setpoint }
      findings.push(refused('setpoints_out_of_order', [...path, 'setpoint'], data))
    }
    if (worse.grade > milder.grade) {
      const data = { milder: milder.grade, worse: worse.grade }
      findings.push(refused('grades_out_of_order', [...path, 'grade'], data))
    }
  }
  return findings
}

/** What the figure can be on each profile; unbounded where the condition makes another figure of it. */
function rangesOf(
  { profileIds, point }: AlarmRuleDraft,
  condition: SetpointCondition,
  { profile }: RuleSurroundings,
): readonly { readonly range: Range; readonly unit: string }[] {
  const known = profileIds.flatMap((id) => profile(id)?.points.get(point) ?? [])
  return known.flatMap(({ range, unit, kind }) => {
    const ofPoint = range ?? (kind === 'boolean' ? { min: 0, max: 1 } : null)
    const possible = ofPoint === null ? null : possibleFigures(condition, ofPoint)
    return possible === null ? [] : [{ range: possible, unit: unit ?? '' }]
  })
}

function possibleFigures(condition: SetpointCondition, range: Range): Range | null {
  const width = range.max - range.min
  switch (condition.kind) {
    case 'limit':
    case 'count':
    case 'vote':
      return range
    case 'aggregate':
      if (condition.aggregate === 'sum') return null
      return condition.aggregate === 'count' ? { min: 0, max: Number.POSITIVE_INFINITY } : range
    case 'deviation':
      if (condition.relative)
        return {
          min: condition.side === 'either' ? 0 : Number.NEGATIVE_INFINITY,
          max: Number.POSITIVE_INFINITY,
        }
      return { min: condition.side === 'either' ? 0 : -width, max: width }
    case 'rate':
      return {
        min: condition.change === 'either' ? 0 : Number.NEGATIVE_INFINITY,
        max: Number.POSITIVE_INFINITY,
      }
    case 'forecast':
      return { min: 0, max: Number.POSITIVE_INFINITY }
    case 'season':
    case 'expression':
      return null
    default:
      return condition satisfies never
  }
}

function checkRange(
  condition: SetpointCondition,
  range: Range,
  unit: string,
): readonly RuleFinding[] {
  const { min, max } = range
  const findings = condition.setpoints.flatMap(({ setpoint }, index) =>
    setpoint >= min && setpoint <= max
      ? []
      : [
          refused('setpoint_outside_range', ['condition', 'setpoints', index, 'setpoint'], {
            setpoint,
            min,
            max,
            unit,
          }),
        ],
  )
  return findings
}

/** The figure must be able to come back beyond the deadband of the mildest set-point. */
function checkDeadband(
  condition: SetpointCondition,
  range: Range,
  unit: string,
): readonly RuleFinding[] {
  const mildest = condition.setpoints[0]?.setpoint ?? 0
  const { deadband } = condition
  const low = isLow(condition)
  const clearsAt = low ? mildest + deadband : mildest - deadband
  const canClear = low ? clearsAt < range.max : clearsAt > range.min
  if (canClear) return []
  const data = { deadband, clearsAt, limit: low ? range.max : range.min, unit }
  return [refused('deadband_never_clears', ['condition', 'deadband'], data)]
}

/** Between two set-points a level should be able to fall: L2 − deadband ≥ L1 is wanted. */
function checkOverlap({ setpoints, deadband }: SetpointCondition): readonly RuleFinding[] {
  const gaps = setpoints
    .slice(1)
    .map(({ setpoint }, index) => Math.abs(setpoint - (setpoints[index]?.setpoint ?? 0)))
  const narrowest = Math.min(...gaps)
  if (deadband <= narrowest) return []
  return [warning('deadband_overlaps', ['condition', 'deadband'], { deadband, gap: narrowest })]
}

function checkClauses(
  { profileIds, point }: AlarmRuleDraft,
  condition: SetpointCondition,
  { bounds }: RuleSurroundings,
): readonly RuleFinding[] {
  if (condition.kind !== 'limit' && condition.kind !== 'count' && condition.kind !== 'vote')
    return []
  const ofRule = bounds.filter(
    (bound) =>
      profileIds.includes(bound.profileId) &&
      bound.point === point &&
      bound.direction === condition.direction,
  )
  return ofRule.flatMap(({ level, bound, standard, clause, direction }) => {
    const at = condition.setpoints[level - 1]
    if (at === undefined) return []
    const isBeyond = direction === 'high' ? at.setpoint > bound : at.setpoint < bound
    if (!isBeyond) return []
    const path = ['condition', 'setpoints', level - 1, 'setpoint']
    return [
      warning('setpoint_beyond_clause', path, {
        setpoint: at.setpoint,
        bound,
        level,
        standard,
        clause,
      }),
    ]
  })
}

/** Several profiles may say the same. */
function unique(findings: readonly RuleFinding[]): readonly RuleFinding[] {
  const byText = new Map(findings.map((finding) => [JSON.stringify(finding), finding]))
  return [...byText.values()]
}
