import { type AlarmRuleDraft, alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { issueInWords } from './issue-words.ts'
import type { PlantModel } from './plant-model.ts'

/** Something about a rule that a person should know before it is in force, at the field it is about. */
export interface RuleFinding {
  /** `error`: cannot be judged; `warning`: can, and is probably not meant so. */
  readonly severity: 'error' | 'warning'
  readonly code: string
  /** E.g. `condition.setpoints.0.setpoint`; empty: the rule as a whole. */
  readonly path: string
  readonly message: { readonly zh: string; readonly en: string }
}

export interface CheckedRule {
  /** Null: it does not even have the shape of a rule. */
  readonly rule: AlarmRuleDraft | null
  readonly findings: readonly RuleFinding[]
}

/** Looks at a draft as it is written, against the plant as it is today. */
export class RuleChecks {
  readonly #model: PlantModel

  constructor(model: PlantModel) {
    this.#model = model
  }

  check(definition: unknown): CheckedRule {
    const parsed = alarmRuleDraft.safeParse(definition)
    if (parsed.success) return { rule: parsed.data, findings: this.#checkProfiles(parsed.data) }
    const findings = parsed.error.issues.map(
      (issue): RuleFinding => ({
        severity: 'error',
        code: 'shape',
        path: issue.path.join('.'),
        message: issueInWords(issue),
      }),
    )
    return { rule: null, findings }
  }

  #checkProfiles(rule: AlarmRuleDraft): readonly RuleFinding[] {
    return rule.profileIds.flatMap((profileId, index): RuleFinding[] => {
      const profile = this.#model.profile(profileId)
      if (profile === null) {
        const message = {
          zh: `没有 ${profileId} 这种设备类型。`,
          en: `There is no device type ${profileId}.`,
        }
        return [
          { severity: 'error', code: 'profile_unknown', path: `profileIds.${index}`, message },
        ]
      }
      if (profile.points.has(rule.point)) return []
      const message = {
        zh: `“${profile.name.zh}”没有 ${rule.point} 这个测点。`,
        en: `${profile.name.en} has no point ${rule.point}.`,
      }
      return [{ severity: 'error', code: 'point_unknown', path: 'point', message }]
    })
  }
}

export function hasErrors(findings: readonly RuleFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error')
}
