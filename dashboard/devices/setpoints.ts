import type { Rule } from '../../gateway/contract.ts'
import { setpointsOfRule } from '../trend/alarm-marks.ts'
import type { TrendSetpoint } from '../trend/trend-option.ts'

/** The set-points of all rules that judge this point; of two at one value, the more urgent. */
export function setpointsOfPoint(rules: readonly Rule[], point: string): readonly TrendSetpoint[] {
  const byValue = new Map<number, TrendSetpoint>()
  for (const rule of rules) {
    if (rule.point !== point || !rule.enabled) continue
    for (const setpoint of setpointsOfRule(rule)) {
      const known = byValue.get(setpoint.value)
      if (known === undefined || setpoint.grade < known.grade) byValue.set(setpoint.value, setpoint)
    }
  }
  return [...byValue.values()]
}
