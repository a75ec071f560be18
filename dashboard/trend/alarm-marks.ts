import type { AlarmDto, Rule } from '../../gateway/contract.ts'
import type { TrendSetpoint, TrendSpan } from './trend-option.ts'

/** The set-points of a rule, for its own point. */
export function setpointsOfRule(rule: Pick<Rule, 'condition'>): readonly TrendSetpoint[] {
  if (rule.condition.kind !== 'limit') return []
  return rule.condition.setpoints.map(({ setpoint, grade }) => ({ value: setpoint, grade }))
}

/** From the first moment until the condition was gone. */
export function spanOfAlarm(
  alarm: Pick<AlarmDto, 'raisedAt' | 'returnedAt' | 'closedAt' | 'grade'>,
  nowMs: number,
): TrendSpan {
  const end = alarm.returnedAt ?? alarm.closedAt
  return {
    fromMs: Date.parse(alarm.raisedAt),
    toMs: end === null ? nowMs : Date.parse(end),
    grade: alarm.grade,
  }
}
