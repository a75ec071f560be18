/** What may be wrong with a rule. Each code has a sentence in both languages at the edge. */
export const RULE_FINDINGS = [
  'profile_unknown',
  'point_unknown',
  'device_unknown',
  'site_unknown',
  'organization_unknown',
  'point_kind_mismatch',
  'setpoints_out_of_order',
  'grades_out_of_order',
  'setpoint_outside_range',
  'setpoint_beyond_clause',
  'deadband_never_clears',
  'deadband_overlaps',
  'refers_to_itself',
  'unit_mismatch',
  'division_by_zero',
  'division_may_be_zero',
  'expression_invalid',
  'expression_one_level',
  'vote_needs_one_device',
  'over_range_ignored',
  'on_delay_on_fire_or_gas',
  'gap_without_effect',
  'calendar_year_missing',
  'override_level_unknown',
  'override_place_unknown',
] as const
export type RuleFindingCode = (typeof RULE_FINDINGS)[number]

/** One thing to tell whoever saves the rule. */
export interface RuleFinding {
  readonly code: RuleFindingCode
  /** `refused`: the rule cannot be saved like this. `warning`: it can, and the person should know. */
  readonly severity: 'refused' | 'warning'
  /** Where in the rule, as zod gives paths. */
  readonly path: readonly (string | number)[]
  /** What the sentence is filled with. */
  readonly data: Readonly<Record<string, string | number>>
}

export interface KnownPoint {
  readonly kind: 'number' | 'boolean'
  readonly unit: string | null
  readonly range: { readonly min: number; readonly max: number } | null
}

export interface KnownProfile {
  readonly id: string
  readonly family: string
  readonly points: ReadonlyMap<string, KnownPoint>
}

/** The bound of a standard's clause on a set-point: `high` ones may not lie above it, `low` ones not below. */
export interface ClauseBound {
  readonly profileId: string
  readonly point: string
  readonly direction: 'high' | 'low'
  /** 1: the mildest set-point. */
  readonly level: number
  readonly bound: number
  readonly standard: string
  readonly clause: string
}

/** What is known around a rule when it is saved. */
export interface RuleSurroundings {
  readonly nowMs: number
  readonly profile: (id: string) => KnownProfile | null
  readonly profileIdOf: (deviceId: string) => string | null
  readonly siteExists: (id: string) => boolean
  readonly organizationExists: (id: string) => boolean
  readonly bounds: readonly ClauseBound[]
  /** Whether there is a file of the calendar for the year. */
  readonly knowsCalendar: (calendar: string, year: number) => boolean
}

/** Whether anything stands against saving it. */
export function isRefused(findings: readonly RuleFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'refused')
}

export function refused(
  code: RuleFindingCode,
  path: RuleFinding['path'],
  data: RuleFinding['data'] = {},
): RuleFinding {
  return { code, severity: 'refused', path, data }
}

export function warning(
  code: RuleFindingCode,
  path: RuleFinding['path'],
  data: RuleFinding['data'] = {},
): RuleFinding {
  return { code, severity: 'warning', path, data }
}
