import { z } from 'zod'
import type { RobotConfig, RobotKind } from '../notification/notification-channel.ts'
import type { Channel, DeliveryOutcome, OutboxEntry } from '../notification/outbox.ts'
import type { RobotPayload } from '../notification/robot-message.ts'
import type { AddressPolicy } from './address-guard.ts'
import { attemptHttp, type Refusal } from './http-attempt.ts'
import { robotRequest } from './robot-request.ts'

/** What a kind of robot asks of those who speak to it. */
export interface RobotManners {
  /** Codes in the answer that say: too often. */
  readonly rateLimitCodes: readonly number[]
  /** Codes that say: signature, word or address is wrong, or there is no such robot. Somebody has to mend it. */
  readonly authCodes: readonly number[]
  /** After one of `rateLimitCodes` it is deaf for so long. */
  readonly blockedMs: number
}

const robotPayloadSchema = z.object({
  title: z.string(),
  lines: z.array(z.object({ grade: z.literal([1, 2, 3, 4]), text: z.string() })).min(1),
})

/** A message into a chat group. All three answer HTTP 200 also when they refuse: the code in the body decides. */
export class RobotChannel implements Channel {
  readonly #kind: RobotKind
  readonly #config: RobotConfig
  readonly #options: { readonly addresses: AddressPolicy; readonly manners: RobotManners }

  constructor(
    { kind, config }: { readonly kind: RobotKind; readonly config: RobotConfig },
    options: { readonly addresses: AddressPolicy; readonly manners: RobotManners },
  ) {
    this.#kind = kind
    this.#config = config
    this.#options = options
  }

  async deliver(
    entry: OutboxEntry,
    { signal, nowMs }: { readonly signal: AbortSignal; readonly nowMs: number },
  ): Promise<DeliveryOutcome> {
    if (!robotPayloadSchema.safeParse(entry.payload).success) {
      return { outcome: 'rejected', reason: 'client', detail: 'the message is not one for a robot' }
    }
    const payload = entry.payload as RobotPayload
    const { url, body } = robotRequest(this.#kind, { payload, config: this.#config, nowMs })
    const { addresses, manners } = this.#options
    const attempt = {
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      secrets: this.#config.secret ? [this.#config.secret] : [],
      refusalIn: (text: string) => robotRefusal(text, manners),
    } as const
    return await attemptHttp(attempt, { signal, nowMs, addresses })
  }
}

const answerSchema = z
  .object({ errcode: z.number(), errmsg: z.string() })
  .or(z.object({ code: z.number(), msg: z.string() }))
  .or(z.object({ StatusCode: z.number(), StatusMessage: z.string() }))

/** What the body of an answer of HTTP 200 refuses; null: it was taken. Codes not known here may pass, and are tried again. */
function robotRefusal(text: string, manners: RobotManners): Refusal | null {
  const answer = answerSchema.safeParse(parsed(text))
  if (!answer.success) return { reason: 'server' }
  const { code, said } = codeOf(answer.data)
  if (code === 0) return null
  if (manners.rateLimitCodes.includes(code) || /too (fast|many)|frequen|freq out/i.test(said)) {
    return { reason: 'rate_limited', retryAfterMs: manners.blockedMs }
  }
  return { reason: manners.authCodes.includes(code) ? 'auth' : 'server' }
}

function codeOf(answer: z.infer<typeof answerSchema>): {
  readonly code: number
  readonly said: string
} {
  if ('errcode' in answer) return { code: answer.errcode, said: answer.errmsg }
  if ('code' in answer) return { code: answer.code, said: answer.msg }
  return { code: answer.StatusCode, said: answer.StatusMessage }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON: it does not say that the message was taken.
    return null
  }
}
