import assert from 'node:assert/strict'
import type { Condition, ConditionOf, Grade, LocalizedText } from './alarm-rule.ts'

/** What a level of a condition says about itself. */
export interface Level {
  readonly grade: Grade
  readonly label: LocalizedText
  /** In the unit of the point; null where the condition has none (`no-data`). */
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

/** Conditions that are judged by a value; `no-data` is judged by the clock. */
export type ValueCondition = ConditionOf<'limit' | 'boolean'>

/** Whether the value is of the kind the condition compares with. */
export function isJudgeable(condition: ValueCondition, value: number | boolean): boolean {
  return condition.kind === 'limit' ? Number.isFinite(value) : typeof value === 'boolean'
}

/** At or beyond the set-point of this level. */
export function isPassed(
  condition: ValueCondition,
  level: number,
  value: number | boolean,
): boolean {
  if (condition.kind === 'boolean') return value === condition.is
  const setpoint = setpointOf(condition, level)
  return condition.direction === 'high' ? Number(value) >= setpoint : Number(value) <= setpoint
}

/** Back from the set-point of this level by more than the deadband. */
export function isCleared(
  condition: ValueCondition,
  level: number,
  value: number | boolean,
): boolean {
  if (condition.kind === 'boolean') return value !== condition.is
  const setpoint = setpointOf(condition, level)
  return condition.direction === 'high'
    ? Number(value) < setpoint - condition.deadband
    : Number(value) > setpoint + condition.deadband
}

function setpointOf(condition: ConditionOf<'limit'>, level: number): number {
  const at = condition.setpoints[level - 1]
  assert(at, 'the level is one of the condition')
  return at.setpoint
}
