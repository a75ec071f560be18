/**
 * Every code that a `CodedError` of ours carries. A code is a promise: it is not renamed. What each
 * one means to a caller stands in `gateway/http/problem.ts` and, for people, in docs/errors.md; the
 * catalogue test holds the three together.
 */
export const ERROR_CODES = [
  'already_exists',
  'body_too_large',
  'credentials_wrong',
  'cursor_invalid',
  'database_damaged',
  'database_newer',
  'database_unavailable',
  'forbidden',
  'foreign_origin',
  'internal_error',
  'invalid_request',
  'journal_full',
  'journal_stopped',
  'last_administrator',
  'malformed_json',
  'not_found',
  'organization_cycle',
  'organization_has_children',
  'organization_has_sites',
  'organization_in_use',
  'organization_unknown',
  'point_unknown',
  'profile_unknown',
  'request_timeout',
  'rule_built_in',
  'scope_forbidden',
  'site_has_devices',
  'site_unknown',
  'too_many',
  'too_many_attempts',
  'unauthenticated',
  'unsupported_media_type',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]
