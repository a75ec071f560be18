import { CodedError } from '#alerting/errors.ts'
import type { HazardIssueCode } from '../contract.ts'

/** What stands in the way of a calculation or a filing, and where. `message` is for programs' logs; people read `code` in their language. */
export interface HazardIssue {
  /** Dotted path of the field, e.g. `substances.0.quantity`. */
  readonly path: string
  readonly code: HazardIssueCode
  readonly message: string
}

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly issue: HazardIssue }

export function passed<Value>(value: Value): Checked<Value> {
  return { ok: true, value }
}

export function failed(
  path: string,
  code: HazardIssueCode,
  message: string,
): { readonly ok: false; readonly issue: HazardIssue } {
  return { ok: false, issue: { path, code, message } }
}

export function inputInvalid(issues: readonly HazardIssue[]): CodedError<'hazard_input_invalid'> {
  return new CodedError('hazard_input_invalid', issues[0]?.message ?? 'it cannot be calculated', {
    details: { issues: issues.map(({ path, message }) => ({ path, message })) },
  })
}
