import { iso } from './alarm-body.ts'
import type { NotificationChannel } from './notification-channel.ts'
import type { OutboxEntry } from './outbox.ts'
import { messageId, type SmsPayload, type WebhookPayload } from './routing.ts'
import { smsReminderValues } from './template.ts'

/** Something that falls due on a day and is told ahead of it. */
export interface Reminder {
  /** What is due and which step before the day it is: the same reminder has the same ids. */
  readonly cause: readonly string[]
  readonly organizationId: string
  /** The organization and those above it. */
  readonly organizationPath: readonly string[]
  readonly place: string
  readonly subject: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly dueAtMs: number
  /** Negative: overdue. */
  readonly daysLeft: number
  /** What a program gets beside that. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Who is reminded: every channel of the organization or above it, whatever grades of alarms it takes. */
export function reminderNotifications(
  reminder: Reminder,
  channels: readonly NotificationChannel[],
  nowMs: number,
): readonly OutboxEntry[] {
  return channels
    .filter(
      ({ enabled, organizationId }) =>
        enabled && (organizationId === null || reminder.organizationPath.includes(organizationId)),
    )
    .flatMap((channel) => entriesFor(reminder, channel, nowMs))
}

function entriesFor(
  reminder: Reminder,
  channel: NotificationChannel,
  nowMs: number,
): readonly OutboxEntry[] {
  const common = {
    channelId: channel.id,
    type: 'reminder.due' as const,
    alarmId: null,
    grade: 4 as const,
    createdAtMs: nowMs,
  }
  const cause = ['reminder', ...reminder.cause, channel.id]
  if (channel.kind === 'webhook') {
    const { title, dueAtMs, daysLeft, organizationId, subject, data } = reminder
    const payload: WebhookPayload = {
      type: 'reminder.due',
      timestamp: iso(nowMs),
      data: { ...data, organizationId, subject, title, dueAt: iso(dueAtMs), daysLeft },
    }
    return [{ ...common, id: messageId(cause), payload }]
  }
  const { phones, language } = channel.config
  return [...new Set(phones)].map((phone) => {
    const values = smsReminderValues(reminder, { atMs: nowMs, phone, language })
    const payload: SmsPayload = { phone, text: values.text, values }
    return { ...common, id: messageId([...cause, phone]), payload }
  })
}
