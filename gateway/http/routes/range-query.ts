import { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'

const HOUR_MS = 3_600_000
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS } as const

/** An instant as people write it, or epoch milliseconds as `ts` of a reading. */
export const instantOrMs = z
  .union([z.iso.datetime({ offset: true }), z.string().regex(/^\d{1,15}$/)], {
    error:
      'must be an ISO 8601 instant with its zone, e.g. 2026-11-26T08:00:00Z, or epoch milliseconds',
  })
  .describe('ISO 8601 instant or epoch milliseconds')

const EVERY = /^[1-9]\d{0,8}(ms|s|m|h|d)$/
export const every = z.string().regex(EVERY, 'must be a number with ms, s, m, h or d, e.g. 1m')

export function durationMs(width: string): number {
  const unit = /[a-z]+$/.exec(width)?.[0] as keyof typeof UNIT_MS
  return Number.parseInt(width, 10) * UNIT_MS[unit]
}

export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** Without `to` until now, without `from` an hour. */
export function rangeOf(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
): Range {
  const toMs = query.to === undefined ? nowMs : parseInstant(query.to)
  const fromMs = query.from === undefined ? toMs - HOUR_MS : parseInstant(query.from)
  if (fromMs >= toMs) {
    throw new CodedError('invalid_request', 'The range is empty: `from` must lie before `to`.', {
      details: { issues: [{ path: 'from', message: 'must lie before `to`' }] },
    })
  }
  return { fromMs, toMs }
}

function parseInstant(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text)
}
