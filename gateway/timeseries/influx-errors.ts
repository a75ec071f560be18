import { CodedError } from '#alerting/errors.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import type { InsertOutcome } from './influx-server.ts'

/** A request that did not succeed, as far as it got. */
export interface InfluxFailure {
  /** Null: there was no answer. */
  readonly status: number | null
  /** What InfluxDB said, or why there was no answer. */
  readonly text: string
  readonly retryAfter?: string | undefined
  readonly isTimeout?: boolean
}

/** What goes with an error: `said` is what InfluxDB, or the network, said of it. */
type ErrorDetails = Readonly<Record<string, unknown>> & { readonly said?: string }

/** Names that the server does not know (any more): made again before the next write. */
const GONE =
  /database not found|retention policy not found|bucket .* not found|organization .* not found/i

/** InfluxDB 2.0 answers a partial write with 500, later ones with 422, version 1 with 400. */
const PARTIAL_WRITE = /partial write/

/** What a failed write of readings means for them; throws what is not about them. */
export function insertOutcomeOf(failure: InfluxFailure, nowMs: number): InsertOutcome {
  const { status } = failure
  if (status === 413) return { kind: 'too_large' }
  const isAboutReadings = status === 400 || status === 422 || PARTIAL_WRITE.test(failure.text)
  if (status === null || !isAboutReadings) throw errorOf(failure, nowMs)
  const message = messageOf(failure.text)
  const dropped = /dropped=(\d+)/.exec(message)?.[1]
  return {
    kind: 'refused',
    dropped: dropped === undefined ? null : Number(dropped),
    reason: short(message),
  }
}

export function errorOf(failure: InfluxFailure, nowMs: number): CodedError {
  const { status, text } = failure
  const message = short(messageOf(text))
  if (status === null) {
    const reason = failure.isTimeout === true ? 'timeout' : 'unreachable'
    return unavailable(reason, `InfluxDB does not answer: ${message}.`, {
      said: message,
    })
  }
  if (GONE.test(message) || status === 404) {
    return refused('not_found', `InfluxDB does not know what it is asked for: ${message}.`, {
      status,
      said: message,
    })
  }
  if (status === 401 || status === 403) {
    return refused('auth', `InfluxDB refuses our credentials: ${message}.`, {
      status,
      said: message,
    })
  }
  if (status === 429 || status >= 500) {
    const retryAfterMs = retryAfterMsOf(failure.retryAfter, nowMs)
    const reason = status === 429 || status === 503 ? 'overloaded' : 'server'
    const details = { status, retryAfterMs, said: message }
    return unavailable(reason, `InfluxDB answers ${status}: ${message}.`, details)
  }
  return refused('client', `InfluxDB answers ${status}: ${message}.`, { status, said: message })
}

export function unavailable(
  reason: 'timeout' | 'unreachable' | 'overloaded' | 'server' | 'held' | 'stopped',
  message: string,
  details: ErrorDetails,
): CodedError {
  return new CodedError('timeseries_unavailable', message, { details: { reason, ...details } })
}

export function refused(
  reason: 'auth' | 'not_found' | 'schema' | 'client',
  message: string,
  details: ErrorDetails & { readonly status: number | null },
): CodedError {
  return new CodedError('timeseries_refused', message, { details: { reason, ...details } })
}

/** The error of a statement in an answer whose status was 200. */
export function statementError(text: string): CodedError {
  const message = short(text)
  if (GONE.test(text)) {
    return refused('not_found', `InfluxDB does not know what it is asked for: ${message}.`, {
      status: 200,
      said: message,
    })
  }
  if (/not authorized|requires admin|unable to parse auth/i.test(text)) {
    return refused('auth', `InfluxDB refuses our credentials: ${message}.`, {
      status: 200,
      said: message,
    })
  }
  return unavailable('server', `InfluxDB could not answer: ${message}.`, {
    status: 200,
    said: message,
  })
}

export function isNotFound(error: unknown): boolean {
  return error instanceof CodedError && error.details.reason === 'not_found'
}

/** Seconds or a date, as RFC 9110 §10.2.3 has it. */
function retryAfterMsOf(text: string | undefined, nowMs: number): number | null {
  if (text === undefined || text.trim() === '') return null
  const waitMs = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  if (Number.isNaN(waitMs)) return null
  return Math.min(Math.max(0, waitMs), INFLUX_LIMITS.retryAfterMsMax)
}

/** Version 1 says `{"error": …}`, version 2 `{"code": …, "message": …}`, a proxy in between anything. */
function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) {
      if ('message' in body && typeof body.message === 'string') return body.message
      if ('error' in body && typeof body.error === 'string') return body.error
    }
    return text
  } catch {
    // Not JSON: then the text itself is what there is to tell.
    return text
  }
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '')
  if (line === '') return 'no reason given'
  const { messageLengthMax } = INFLUX_LIMITS
  return line.length > messageLengthMax ? `${line.slice(0, messageLengthMax)}…` : line
}
