import type { Clock } from '#alerting/clock.ts'
import { type AlarmRuleDraft, alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { checkRule, clauseBoundsOf } from '#alerting/rules/check-rule.ts'
import type { ClauseBound } from '#alerting/rules/rule-finding.ts'
import type { CalendarBook } from './calendar-book.ts'
import { findingInWords } from './finding-words.ts'
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

/** Looks at a draft as it is written, against the plant and the calendars as they are today. */
export class RuleChecks {
  readonly #model: PlantModel
  readonly #clock: Clock
  readonly #bounds: readonly ClauseBound[]
  readonly #calendars: Pick<CalendarBook, 'knows'>

  constructor(options: {
    readonly model: PlantModel
    readonly clock: Clock
    /** The shipped rules: they carry the bounds of the standards' clauses. */
    readonly shipped: readonly AlarmRuleDraft[]
    readonly calendars: Pick<CalendarBook, 'knows'>
  }) {
    this.#model = options.model
    this.#clock = options.clock
    this.#bounds = clauseBoundsOf(options.shipped)
    this.#calendars = options.calendars
  }

  check(definition: unknown): CheckedRule {
    const parsed = alarmRuleDraft.safeParse(definition, { reportInput: true })
    if (parsed.success) return { rule: parsed.data, findings: this.#checkParsed(parsed.data) }
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

  #checkParsed(rule: AlarmRuleDraft): readonly RuleFinding[] {
    const model = this.#model
    const found = checkRule(rule, {
      nowMs: this.#clock.nowMs(),
      profile: (id) => model.profile(id),
      profileIdOf: (deviceId) => model.device(deviceId)?.profileId ?? null,
      siteExists: (id) => model.site(id) !== null,
      organizationExists: (id) => model.organization(id) !== null,
      bounds: this.#bounds,
      knowsCalendar: (calendar, year) => this.#calendars.knows(calendar, year),
    })
    return found.map(({ code, severity, path, data }) => ({
      severity: severity === 'refused' ? 'error' : 'warning',
      code,
      path: path.join('.'),
      message: findingInWords(code, data),
    }))
  }
}

export function hasErrors(findings: readonly RuleFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error')
}
