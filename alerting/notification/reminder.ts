import { iso } from './alarm-body.ts'
import { messagesTo } from './messages-to.ts'
import type { NotificationChannel } from './notification-channel.ts'
import type { OutboxEntry } from './outbox.ts'
import { robotReminderWords, smsReminderValues } from './template.ts'

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
  return messagesTo(channel, common, {
    cause: ['reminder', ...reminder.cause, channel.id],
    webhook: () => {
      const { title, dueAtMs, daysLeft, organizationId, subject, data } = reminder
      const due = { organizationId, subject, title, dueAt: iso(dueAtMs), daysLeft }
      return { type: 'reminder.due', timestamp: iso(nowMs), data: { ...data, ...due } }
    },
    sms: (phone, language) => smsReminderValues(reminder, { atMs: nowMs, phone, language }),
    robot: (language) => robotReminderWords(reminder, language),
  })
}
