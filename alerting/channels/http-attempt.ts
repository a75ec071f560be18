import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { OUTBOX_LIMITS } from '#config/limits.ts'
import type { DeliveryOutcome, DeliveryReason } from '../notification/outbox.ts'
import {
  type AddressPolicy,
  AddressRefusedError,
  assertAllowedHost,
  guardedLookup,
} from './address-guard.ts'

export interface HttpAttempt {
  readonly url: string
  readonly method: 'POST' | 'GET'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** What must not show up in an outcome, whoever repeats it. */
  readonly secrets: readonly string[]
  /** What the body of an answer of 2xx refuses; null: it was done. Absent: the status is enough. */
  readonly refusalIn?: ((text: string) => Refusal | null) | undefined
}

/** Such refusals may pass (a rate, a balance that is topped up); one that stays is buried in a day. */
export interface Refusal {
  readonly reason: DeliveryReason
  readonly retryAfterMs?: number
}

/**
 * One request to a receiver that people named, and what it came to. Redirects are not followed, the
 * answer is read up to a bound, the connection goes to a checked address only, and the outcome says
 * no more than status, error code and the beginning of the answer without secrets. Never throws.
 */
export async function attemptHttp(
  attempt: HttpAttempt,
  options: {
    readonly signal: AbortSignal
    readonly nowMs: number
    readonly addresses: AddressPolicy
  },
): Promise<DeliveryOutcome> {
  try {
    const answer = await send(attempt, options)
    const { refusalIn } = attempt
    return outcomeOf(answer, { nowMs: options.nowMs, secrets: secretsOf(attempt), refusalIn })
  } catch (error) {
    return outcomeOfError(error, options.signal)
  }
}

interface HttpAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
}

async function send(
  attempt: HttpAttempt,
  { signal, addresses }: { readonly signal: AbortSignal; readonly addresses: AddressPolicy },
): Promise<HttpAnswer> {
  const url = new URL(attempt.url)
  assertAllowedHost(url.hostname, addresses)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: attempt.method,
    headers: {
      'user-agent': 'Vigil',
      ...attempt.headers,
      ...(attempt.body === null ? {} : { 'content-length': Buffer.byteLength(attempt.body) }),
    },
    // A connection of its own: one kept open would have been checked for another name's sake.
    agent: false,
    lookup: guardedLookup(addresses),
    signal,
  })
  request.on('response', resolve)
  request.on('error', reject)
  request.end(attempt.body ?? undefined)
  const response = await promise
  try {
    return {
      status: response.statusCode ?? 0,
      retryAfter: response.headers['retry-after'],
      text: await readBounded(response),
    }
  } finally {
    request.destroy()
  }
}

/** What there is of the answer; a receiver that breaks off after its status has answered all the same. */
async function readBounded(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer)
      bytes += (chunk as Buffer).length
      if (bytes >= OUTBOX_LIMITS.responseBytesMax) break
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
  }
  return Buffer.concat(chunks).subarray(0, OUTBOX_LIMITS.responseBytesMax).toString('utf8')
}

/** Statuses after which the same request would be refused for ever. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([
  400, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451, 501, 505,
])

function outcomeOf(
  { status, retryAfter, text }: HttpAnswer,
  {
    nowMs,
    secrets,
    refusalIn = () => null,
  }: {
    readonly nowMs: number
    readonly secrets: readonly string[]
    readonly refusalIn: HttpAttempt['refusalIn']
  },
): DeliveryOutcome {
  const said = withoutSecrets(text, secrets).replace(/\s+/g, ' ').trim()
  const detail = `HTTP ${status}${said === '' ? '' : `: ${said}`}`.slice(
    0,
    OUTBOX_LIMITS.detailLengthMax,
  )
  if (status >= 200 && status < 300) {
    const refusal = refusalIn(text)
    return refusal === null
      ? { outcome: 'delivered', detail }
      : { outcome: 'retry', ...refusal, detail }
  }
  const reason = reasonOfStatus(status)
  if (status === 410) return { outcome: 'rejected', reason, detail, isGone: true }
  if (FINAL_STATUSES.has(status)) return { outcome: 'rejected', reason, detail }
  const retryAfterMs = parseRetryAfter(retryAfter, nowMs)
  const wish = retryAfterMs === null ? {} : { retryAfterMs }
  return { outcome: 'retry', reason, detail, ...wish }
}

function reasonOfStatus(status: number): DeliveryReason {
  if (status === 401 || status === 403 || status === 407) return 'auth'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status === 504) return 'timeout'
  // A redirect counts as the caller's mistake: the address that was set up is not the right one.
  return status >= 500 ? 'server' : 'client'
}

/** Seconds or an HTTP date; null when absent, past or nonsense. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : null
}

/** Codes of Node for a request that it would not even begin. */
const UNMAKEABLE = /^ERR_(INVALID_|HTTP_|UNESCAPED_)/

function outcomeOfError(error: unknown, signal: AbortSignal): DeliveryOutcome {
  if (signal.aborted) return { outcome: 'retry', reason: 'cancelled', detail: 'broken off' }
  if (error instanceof AddressRefusedError) {
    return { outcome: 'rejected', reason: 'client', detail: error.message }
  }
  // Messages of Node name addresses and sometimes header values; its codes are safe.
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return UNMAKEABLE.test(code)
    ? { outcome: 'rejected', reason: 'client', detail: `the request cannot be made: ${code}` }
    : { outcome: 'retry', reason: 'unreachable', detail: code }
}

/** Shorter ones are words that occur by chance. */
const SECRET_LENGTH_MIN = 6

/** Everything people put into an address or a header may be a key; these are not. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  'content-type',
  'idempotency-key',
  'webhook-id',
  'webhook-timestamp',
])

function secretsOf({ url, headers, secrets }: HttpAttempt): readonly string[] {
  const { username, password, searchParams, pathname } = new URL(url)
  const values = Object.entries(headers).filter(([name]) => !PLAIN_HEADERS.has(name))
  return [
    ...secrets,
    ...[username, password, pathname, ...searchParams.values()],
    ...values.flatMap(([, value]) => [value, ...value.split(' ')]),
  ]
    .flatMap((secret) => [secret, decoded(secret)])
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    .sort((one, other) => other.length - one.length)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not an encoded text: it is its own plain form.
    return text
  }
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((kept, secret) => kept.replaceAll(secret, '***'), text)
}
