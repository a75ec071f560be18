import type { Grade } from '../rules/alarm-rule.ts'

/** How an SMS gateway is called: a template of URL, headers and body (see `template.ts`). */
export interface SmsConfig {
  readonly url: string
  readonly method: 'POST' | 'GET'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly phones: readonly string[]
  readonly language: 'zh' | 'en'
  /** What the answer must say besides a status of 2xx; null or absent: the status is enough. */
  readonly expect?: AnswerExpectation | null | undefined
}

/** Where in a JSON answer (keys and indices with dots between) stands which of these values. */
export interface AnswerExpectation {
  readonly path: string
  readonly values: readonly string[]
}

export interface WebhookConfig {
  readonly url: string
  /** `whsec_` + base64 of 24–64 bytes. */
  readonly secret: string
}

interface ChannelBase {
  readonly id: string
  readonly enabled: boolean
  /** Tells of this grade and more urgent ones. */
  readonly gradeMax: Grade
  /** Tells of alarms of this organization and those below it; null: of all. */
  readonly organizationId: string | null
}

/** A way to tell people, as it was set up. */
export type NotificationChannel = ChannelBase &
  (
    | { readonly kind: 'sms'; readonly config: SmsConfig }
    | { readonly kind: 'webhook'; readonly config: WebhookConfig }
  )
