import { createHmac } from 'node:crypto'
import type { WebhookConfig } from '../notification/notification-channel.ts'
import type { Channel, DeliveryOutcome, OutboxEntry } from '../notification/outbox.ts'
import type { AddressPolicy } from './address-guard.ts'
import { attemptHttp } from './http-attempt.ts'

const SECRET_PREFIX = 'whsec_'

/** Standard Webhooks 1.0.0: the payload as JSON, signed with the time of this attempt. */
export class WebhookChannel implements Channel {
  readonly #config: WebhookConfig
  readonly #addresses: AddressPolicy

  constructor(config: WebhookConfig, addresses: AddressPolicy) {
    this.#config = config
    this.#addresses = addresses
  }

  async deliver(
    entry: OutboxEntry,
    { signal, nowMs }: { readonly signal: AbortSignal; readonly nowMs: number },
  ): Promise<DeliveryOutcome> {
    const { url, secret } = this.#config
    const body = JSON.stringify(entry.payload)
    const timestamp = Math.floor(nowMs / 1000)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': entry.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook({ id: entry.id, timestamp, body }, secret),
    }
    const attempt = { url, method: 'POST', headers, body, secrets: [secret] } as const
    return await attemptHttp(attempt, { signal, nowMs, addresses: this.#addresses })
  }
}

/** `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. */
export function signWebhook(
  message: { readonly id: string; readonly timestamp: number; readonly body: string },
  secret: string,
): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  const signed = `${message.id}.${message.timestamp}.${message.body}`
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}
