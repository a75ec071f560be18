import type { TFunction } from 'i18next'
import { zh } from '../i18n/zh.ts'
import { ApiError } from './api-client.ts'

type ProblemCode = keyof typeof zh.problem

function isKnown(code: string): code is ProblemCode {
  return Object.hasOwn(zh.problem, code)
}

/** An error in the words of the person who looks at it; never a stack or a status alone. */
export function problemText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t('problem.internal_error')
  const issues = error.problem?.issues ?? []
  const detail =
    issues.length > 0
      ? issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')
      : (error.problem?.detail ?? '')
  if (isKnown(error.code)) return t(`problem.${error.code}`, { detail, code: error.code })
  // What fails inside the gateway is for its log; the person needs to know that it is not their fault.
  if (error.status === 500) return t('problem.internal_error')
  return t('problem.unknown', { detail, code: error.code })
}
