import { z } from 'zod'
import { TEXT_LIMITS } from '#config/limits.ts'
import { type AlarmRule, alarmRuleDraft, localizedText } from './alarm-rule.ts'

/** What a profile must say for its rules to be checked. */
export interface RuleTarget {
  readonly id: string
  readonly points: ReadonlyMap<
    string,
    {
      readonly kind: 'number' | 'boolean'
      readonly range: { readonly min: number; readonly max: number } | null
    }
  >
}

export interface RulePackProblem {
  /** `gas-combustible.yaml: rules.0.condition`. */
  readonly path: string
  readonly message: string
}

/** A file of rules for one family of devices, e.g. by one standard. */
const rulePack = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name: localizedText,
  /** What a person must know before relying on it. */
  remark: z.string().max(TEXT_LIMITS.noteLengthMax).optional(),
  rules: z.array(alarmRuleDraft).min(1),
})

/**
 * The rules of packs, each as version 1. Checks what one rule cannot know: that the points exist, are
 * of the kind the condition judges, that set-points lie within their range, that ids are used once.
 */
export function parseRulePacks(
  documents: readonly { readonly file: string; readonly content: unknown }[],
  targets: readonly RuleTarget[],
): { readonly rules: readonly AlarmRule[]; readonly problems: readonly RulePackProblem[] } {
  const problems: RulePackProblem[] = []
  const rules = new Map<string, AlarmRule>()
  const targetsById = new Map(targets.map((target) => [target.id, target]))
  for (const { file, content } of documents) {
    const result = rulePack.safeParse(content)
    if (!result.success) {
      for (const { path, message } of result.error.issues) {
        problems.push({ path: `${file}: ${path.join('.')}`, message })
      }
      continue
    }
    for (const [index, draft] of result.data.rules.entries()) {
      const path = `${file}: rules.${index}`
      if (rules.has(draft.id)) problems.push({ path, message: `${draft.id} is used twice` })
      for (const message of ruleProblems(draft, targetsById)) problems.push({ path, message })
      rules.set(draft.id, { ...draft, version: 1 })
    }
  }
  return { rules: [...rules.values()], problems }
}

/** What does not fit between a rule and the profiles it names; one sentence each. */
export function ruleProblems(
  { point, profileIds, condition }: Pick<AlarmRule, 'point' | 'profileIds' | 'condition'>,
  targets: ReadonlyMap<string, RuleTarget>,
): readonly string[] {
  return profileIds.flatMap((profileId) => {
    const target = targets.get(profileId)
    if (target === undefined) return [`there is no profile ${profileId}`]
    const found = target.points.get(point)
    if (found === undefined) return [`${profileId} has no point ${point}`]
    if (condition.kind === 'limit' && found.kind === 'boolean') {
      return [`${point} of ${profileId} is a boolean: it has no set-points`]
    }
    if (condition.kind === 'boolean' && found.kind === 'number') {
      return [`${point} of ${profileId} is a number: it needs set-points`]
    }
    const { range } = found
    if (condition.kind !== 'limit' || range === null) return []
    return condition.setpoints
      .filter(({ setpoint }) => setpoint < range.min || setpoint > range.max)
      .map(({ setpoint }) => `${setpoint} lies outside ${range.min} … ${range.max} of ${point}`)
  })
}
