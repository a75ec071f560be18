import type { FastifyError } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { CodedError } from '#alerting/errors.ts'
import type { Problem } from '../contract.ts'
import { ERROR_CODES, type ErrorCode } from '../errors.ts'
import { PROBLEMS } from './problem.ts'

/** What fastify calls its own refusals. Whatever else it says is judged by its status. */
const CODE_OF_FASTIFY: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_HANDLER_TIMEOUT: 'request_timeout',
  FST_ERR_NOT_FOUND: 'not_found',
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_attempts',
  503: 'request_timeout',
}

function isErrorCode(code: string): code is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(code)
}

function problemOf(
  code: ErrorCode,
  options: { readonly detail?: string; readonly issues?: Problem['issues'] } = {},
): Problem {
  const { status, title } = PROBLEMS[code]
  return {
    type: `/api/docs#error-${code}`,
    title,
    status,
    ...(options.detail === undefined ? {} : { detail: options.detail }),
    code,
    ...(options.issues === undefined ? {} : { issues: options.issues }),
  }
}

/**
 * What went wrong as the caller may see it: the sentence of our own errors, field by field what does
 * not fit, and of everything unforeseen nothing but that it happened.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof CodedError) return problemOfCoded(error)
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map((issue) => ({
      path: issue.instancePath.split('/').filter(Boolean).join('.'),
      message: issue.message ?? 'is not what was agreed',
    }))
    const part = PART_OF_REQUEST[error.validationContext ?? 'body'] ?? 'request'
    return problemOf('invalid_request', { detail: `The ${part} does not fit.`, issues })
  }
  const { code, statusCode, message } = error as Partial<FastifyError>
  const known = code === undefined ? undefined : CODE_OF_FASTIFY[code]
  if (known !== undefined) return problemOf(known, { detail: message ?? '' })
  const byStatus = statusCode === undefined ? undefined : CODE_OF_STATUS[statusCode]
  return problemOf(byStatus ?? 'internal_error')
}

const PART_OF_REQUEST: Readonly<Record<string, string>> = {
  body: 'body',
  params: 'path',
  querystring: 'query',
  headers: 'headers',
}

function problemOfCoded(error: CodedError): Problem {
  // A code that is missing in the map is caught by the catalogue test; in the field it stays a secret.
  if (!isErrorCode(error.code)) return problemOf('internal_error')
  const hint = error.hint === undefined ? '' : ` ${error.hint}`
  const issues = error.details.issues
  return problemOf(error.code, {
    detail: `${error.message}${hint}`,
    ...(isIssueList(issues) ? { issues } : {}),
  })
}

function isIssueList(value: unknown): value is { path: string; message: string }[] {
  return (
    Array.isArray(value) &&
    value.every((issue) => typeof issue?.path === 'string' && typeof issue?.message === 'string')
  )
}
