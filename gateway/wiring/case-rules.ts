import type { CaseLimits, CaseRules } from '#alerting/cases/case-file.ts'
import type { Settings } from '#config/schema.ts'

type StepSeconds = NonNullable<Settings['cases']['limitsSeconds']['red']>

/** The settings of the closed loop as the core takes them. */
export function caseRulesOf({ limitsSeconds, secondPersonGradeMax }: Settings['cases']): CaseRules {
  const { red, orange, yellow, blue } = limitsSeconds
  const limits: CaseLimits = { 1: inMs(red), 2: inMs(orange), 3: inMs(yellow), 4: inMs(blue) }
  return { limits, secondPersonGradeMax }
}

function inMs(seconds: StepSeconds | null): CaseLimits[1] {
  if (seconds === null) return null
  const ms = (step: keyof StepSeconds) => Math.round(seconds[step] * 1_000)
  return {
    acknowledge: ms('acknowledge'),
    dispatch: ms('dispatch'),
    arrive: ms('arrive'),
    dispose: ms('dispose'),
    review: ms('review'),
    close: ms('close'),
  }
}
