import { messageId } from './message-id.ts'
import type { NotificationChannel } from './notification-channel.ts'
import type { NotificationType, OutboxEntry } from './outbox.ts'
import { robotPayload } from './robot-message.ts'
import type { Language, SmsValues } from './template.ts'

/** What lies in the outbox for an SMS: one message to one number, ready to be put into a template. */
export interface SmsPayload {
  readonly phone: string
  readonly text: string
  readonly values: SmsValues
}

/** The body of a webhook, as Standard Webhooks has it. */
export interface WebhookPayload {
  readonly type: NotificationType
  readonly timestamp: string
  readonly data: unknown
}

/** A thing to tell in the words of each kind of channel. */
export interface Words {
  /** The ids derive from it. */
  readonly cause: readonly string[]
  readonly webhook: () => WebhookPayload
  readonly sms: (phone: string, language: Language) => SmsValues
  readonly robot: (language: Language) => { readonly title: string; readonly text: string }
}

/** The entries of one channel: one a phone number, otherwise one. */
export function messagesTo(
  channel: NotificationChannel,
  common: Omit<OutboxEntry, 'id' | 'payload'>,
  words: Words,
): readonly OutboxEntry[] {
  const { cause } = words
  switch (channel.kind) {
    case 'webhook':
      return [{ ...common, id: messageId(cause), payload: words.webhook() }]
    case 'sms': {
      const { phones, language } = channel.config
      return [...new Set(phones)].map((phone) => {
        const values = words.sms(phone, language)
        const payload: SmsPayload = { phone, text: values.text, values }
        return { ...common, id: messageId([...cause, phone]), payload }
      })
    }
    default: {
      const { language } = channel.config
      const { title, text } = words.robot(language)
      const line = { grade: common.grade, text }
      const payload = robotPayload(channel.kind, { language, title, line })
      return [{ ...common, id: messageId(cause), payload }]
    }
  }
}
