import type { AlarmCondition } from './rule-types.ts'

type Grade = 1 | 2 | 3 | 4

/** The grades a condition can annunciate, the most urgent first. */
export function gradesOf(condition: AlarmCondition): readonly Grade[] {
  const grades =
    'setpoints' in condition ? condition.setpoints.map(({ grade }) => grade) : [condition.grade]
  return [...new Set(grades)].sort()
}
