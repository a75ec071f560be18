import type { ErrorCode } from '../errors.ts'
import { alarmProblems } from './problems/alarm.ts'
import { dataProblems } from './problems/data.ts'
import { hazardProblems } from './problems/hazard.ts'
import { plantProblems } from './problems/plant.ts'
import type { ProblemKind } from './problems/problem-kind.ts'
import { requestProblems } from './problems/request.ts'
import { ruleProblems } from './problems/rule.ts'
import { watchingProblems } from './problems/watching.ts'

/** The one map from our codes to HTTP, an area a file. A new code does not compile without a line there. */
export const PROBLEMS = {
  ...alarmProblems,
  ...dataProblems,
  ...hazardProblems,
  ...plantProblems,
  ...requestProblems,
  ...watchingProblems,
  ...ruleProblems,
} as const satisfies Record<ErrorCode, ProblemKind>
