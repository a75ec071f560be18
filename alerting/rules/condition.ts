import assert from 'node:assert/strict'
import type { Condition, Grade, LocalizedText } from './alarm-rule.ts'
import type { Signal } from './signal.ts'

/** What a level of a condition says about itself. */
export interface Level {
  readonly grade: Grade
  readonly label: LocalizedText
  /** In the unit of what the condition measures; null where it has no set-point. */
  readonly setpoint: number | boolean | null
}

export function levelCount(condition: Condition): number {
  return 'setpoints' in condition ? condition.setpoints.length : 1
}

/** `level` counts from 1; one beyond the condition's last stands for its last (the rule was edited). */
export function levelOf(condition: Condition, level: number): Level {
  if ('setpoints' in condition) {
    const { setpoints } = condition
    const at = setpoints[Math.min(level, setpoints.length) - 1]
    assert(at, 'the schema asks for one set-point at least, and levels count from 1')
    return at
  }
  const { grade, label } = condition
  return { grade, label, setpoint: condition.kind === 'boolean' ? condition.is : null }
}

/** Conditions that compare a figure with set-points. */
type SetpointCondition = Extract<Condition, { setpoints: unknown }>

/** At or beyond the set-point of this level. */
export function isPassed(condition: Condition, level: number, signal: Signal): boolean {
  if (signal.kind === 'state') return level === 1 && signal.state === 'passed'
  if (signal.kind === 'unknown') return false
  const { at, isLow } = setpointOf(condition, level)
  return isLow ? signal.figure <= at : signal.figure >= at
}

/** Back from the set-point of this level by more than the deadband. */
export function isCleared(condition: Condition, level: number, signal: Signal): boolean {
  if (signal.kind === 'state') return signal.state === 'cleared'
  if (signal.kind === 'unknown') return false
  const { at, isLow, deadband } = setpointOf(condition, level)
  return isLow ? signal.figure > at + deadband : signal.figure < at - deadband
}

/** Whether small figures are the dangerous ones. */
export function isLow(condition: SetpointCondition): boolean {
  if (condition.kind === 'forecast') return true
  return 'direction' in condition && condition.direction === 'low'
}

function setpointOf(condition: Condition, level: number) {
  assert('setpoints' in condition, 'only conditions with set-points have figures')
  const at = condition.setpoints[level - 1]
  assert(at, 'the level is one of the condition')
  return { at: at.setpoint, isLow: isLow(condition), deadband: condition.deadband }
}

const RATE_UNITS = { second: 's', minute: 'min', hour: 'h' } as const

/**
 * What the figure and the set-points are counted in, where that is not the unit of the point;
 * `{unit}` stands for the point's. Null: a figure without a unit.
 */
export function figureUnitOf(condition: Condition): string | null | undefined {
  switch (condition.kind) {
    case 'rate':
      return `{unit}/${RATE_UNITS[condition.per]}`
    case 'deviation':
      return condition.relative ? '%' : undefined
    case 'aggregate':
      return condition.aggregate === 'count' ? null : undefined
    case 'forecast':
      return 'min'
    case 'season':
      return { ahead: undefined, day: '{unit}·h', band: 'σ' }[condition.judge]
    case 'expression':
      return null
    default:
      return undefined
  }
}
