/** Why a condition cannot say anything at the moment. */
export type UnknownReason =
  | 'too_few_readings'
  | 'window_listening'
  | 'operand_missing'
  | 'division_by_zero'
  | 'expression_failed'
  | 'season_unknown'
  | 'value_kind_mismatch'

/**
 * What a condition makes of its readings: a figure to compare with set-points, a yes or no, or
 * nothing that can be judged: the level stays then, under a named reason.
 */
export type Signal =
  | { readonly kind: 'figure'; readonly figure: number }
  | {
      readonly kind: 'state'
      /** `between`: inside a deadband, nothing changes. */
      readonly state: 'passed' | 'cleared' | 'between'
      readonly value: number | boolean | null
    }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason; readonly detail?: string }

export function figure(value: number): Signal {
  return { kind: 'figure', figure: value }
}

export function unknown(reason: UnknownReason, detail?: string): Signal {
  return detail === undefined ? { kind: 'unknown', reason } : { kind: 'unknown', reason, detail }
}

/** A reading as a condition takes it in. */
export interface Sample {
  /** Which of the condition's points it is of; see `operandKey`. */
  readonly key: string
  readonly value: number | boolean
  readonly observedAtMs: number
}
