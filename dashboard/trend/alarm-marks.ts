import type { AlarmDto, Rule } from '../../gateway/contract.ts'
import type { TrendSetpoint, TrendSpan } from './trend-option.ts'

/** The set-points of a rule, for its own point; none where they are figures of something else than its values. */
export function setpointsOfRule({ condition }: Pick<Rule, 'condition'>): readonly TrendSetpoint[] {
  if (!isInOwnUnit(condition)) return []
  // While a rule is being written, a set-point may have no figure yet.
  const typed = condition.setpoints.filter(({ setpoint }) => typeof setpoint === 'number')
  return typed.map(({ setpoint, grade }) => ({ value: setpoint, grade }))
}

type OwnUnit = Extract<Rule['condition'], { kind: 'limit' | 'count' | 'vote' | 'aggregate' }>

function isInOwnUnit(condition: Rule['condition']): condition is OwnUnit {
  const { kind } = condition
  if (kind === 'aggregate') return !['sum', 'count'].includes(condition.aggregate)
  return kind === 'limit' || kind === 'count' || kind === 'vote'
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
