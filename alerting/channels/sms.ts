import { z } from 'zod'
import type { SmsConfig } from '../notification/notification-channel.ts'
import type { Channel, DeliveryOutcome, OutboxEntry } from '../notification/outbox.ts'
import {
  ESCAPES,
  fillTemplate,
  SMS_PLACEHOLDERS,
  type SmsValues,
} from '../notification/template.ts'
import type { AddressPolicy } from './address-guard.ts'
import { isAsExpected } from './answer-check.ts'
import { attemptHttp, type HttpAttempt } from './http-attempt.ts'

const smsPayload = z.object({ values: z.record(z.enum(SMS_PLACEHOLDERS), z.string()) })

/**
 * One message to one phone through an SMS gateway: URL, headers and body are templates. The message
 * id goes along as `idempotency-key`, for gateways that know repeats by it.
 */
export class SmsChannel implements Channel {
  readonly #config: SmsConfig
  readonly #addresses: AddressPolicy

  constructor(config: SmsConfig, addresses: AddressPolicy) {
    this.#config = config
    this.#addresses = addresses
  }

  async deliver(
    entry: OutboxEntry,
    { signal, nowMs }: { readonly signal: AbortSignal; readonly nowMs: number },
  ): Promise<DeliveryOutcome> {
    const payload = smsPayload.safeParse(entry.payload)
    if (!payload.success) return malformed('the message is not one for an SMS')
    const attempt = smsAttempt(this.#config, { id: entry.id, values: payload.data.values })
    if (attempt === null) return malformed('the template does not make a valid address')
    return await attemptHttp(attempt, { signal, nowMs, addresses: this.#addresses })
  }
}

/** The request a template makes of a message; null when its URL is none. */
export function smsAttempt(
  config: SmsConfig,
  { id, values }: { readonly id: string; readonly values: SmsValues },
): HttpAttempt | null {
  const url = fillTemplate(config.url, values, ESCAPES.url)
  if (!URL.canParse(url)) return null
  const headers: Record<string, string> = { 'idempotency-key': id }
  for (const [name, template] of Object.entries(config.headers)) {
    headers[name.toLowerCase()] = fillTemplate(template, values, ESCAPES.header)
  }
  const { method, expect } = config
  const refusalIn = expect
    ? (text: string) => (isAsExpected(text, expect) ? null : ({ reason: 'server' } as const))
    : undefined
  // Phone number and text of the message are the receiver's own; everything else in it is a secret.
  if (method === 'GET') return { url, method, headers, body: null, secrets: [], refusalIn }
  headers['content-type'] ??= guessedContentType(config.body)
  const body = fillTemplate(config.body, values, escapeFor(headers['content-type']))
  return { url, method, headers, body, secrets: [], refusalIn }
}

function guessedContentType(body: string): string {
  return /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain; charset=utf-8'
}

function escapeFor(contentType: string): (value: string) => string {
  if (/json/i.test(contentType)) return ESCAPES.json
  if (/x-www-form-urlencoded/i.test(contentType)) return ESCAPES.url
  if (/xml/i.test(contentType)) return ESCAPES.xml
  return ESCAPES.none
}

function malformed(detail: string): DeliveryOutcome {
  return { outcome: 'rejected', reason: 'client', detail }
}
