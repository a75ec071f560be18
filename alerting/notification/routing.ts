import { createHash } from 'node:crypto'
import type { Alarm, TimelineEntry } from '../alarms/alarm.ts'
import type { Telling } from '../alarms/alarm-event.ts'
import type { Place } from '../alarms/place-directory.ts'
import { alarmBody, iso } from './alarm-body.ts'
import type { NotificationChannel } from './notification-channel.ts'
import type { AlarmNotificationType, NotificationType, OutboxEntry } from './outbox.ts'
import { type SmsValues, smsTestValues, smsValues } from './template.ts'

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

/** One entry of a time line and who is to hear of it. */
export interface Occasion {
  readonly alarm: Alarm
  readonly entry: TimelineEntry
  readonly telling: Telling
  /** Null: the device is not known any more. */
  readonly place: Place | null
}

/** Who is told what about it. Pure; the ids are the same when it is decided again. */
export function routeNotifications(
  occasion: Occasion,
  channels: readonly NotificationChannel[],
): readonly OutboxEntry[] {
  const { telling } = occasion
  if (telling.to === 'nobody') return []
  return channels
    .filter((channel) => isConcerned(channel, occasion))
    .filter(({ kind }) => kind === 'webhook' || telling.to === 'people')
    .flatMap((channel) => entriesFor(channel, { ...occasion, type: telling.type }))
}

function isConcerned(channel: NotificationChannel, { alarm, place }: Occasion): boolean {
  if (!channel.enabled || alarm.grade > channel.gradeMax) return false
  // That a channel is broken is told by the others.
  if (alarm.ruleId === CHANNEL_RULE_ID && alarm.point === channel.id) return false
  if (channel.organizationId === null) return true
  return (
    channel.organizationId === alarm.organizationId ||
    (place?.organizationPath.includes(channel.organizationId) ?? false)
  )
}

/** The gateway's own rule for a channel that does not deliver; its point is the channel's id. */
export const CHANNEL_RULE_ID = 'system-channel-failing'

function entriesFor(
  channel: NotificationChannel,
  occasion: Occasion & { readonly type: AlarmNotificationType },
): readonly OutboxEntry[] {
  const { alarm, entry, place, type } = occasion
  const common = {
    channelId: channel.id,
    type,
    alarmId: alarm.id,
    grade: alarm.grade,
    createdAtMs: entry.atMs,
  }
  const cause = [alarm.id, String(entry.sequence), channel.id]
  if (channel.kind === 'webhook') {
    const payload: WebhookPayload = {
      type,
      timestamp: iso(entry.atMs),
      data: alarmBody(alarm, place, entry),
    }
    return [{ ...common, id: messageId(cause), payload }]
  }
  const { phones, language } = channel.config
  return [...new Set(phones)].map((phone) => {
    const values = smsValues(alarm, place, { type, atMs: entry.atMs, phone, language })
    const payload: SmsPayload = { phone, text: values.text, values }
    return { ...common, id: messageId([...cause, phone]), payload }
  })
}

/** Messages that show whether a channel works, also when it is switched off. `nonce` tells two tests apart. */
export function testNotifications(
  channel: NotificationChannel,
  { nonce, nowMs }: { readonly nonce: string; readonly nowMs: number },
): readonly OutboxEntry[] {
  const common = {
    channelId: channel.id,
    type: 'test' as const,
    alarmId: null,
    grade: 4 as const,
    createdAtMs: nowMs,
  }
  const cause = ['test', nonce, channel.id]
  if (channel.kind === 'webhook') {
    const data = { message: 'A test message from Vigil. Nothing to do.' }
    const payload: WebhookPayload = { type: 'test', timestamp: iso(nowMs), data }
    return [{ ...common, id: messageId(cause), payload }]
  }
  const { phones, language } = channel.config
  return [...new Set(phones)].map((phone) => {
    const values = smsTestValues({ atMs: nowMs, phone, language })
    const payload: SmsPayload = { phone, text: values.text, values }
    return { ...common, id: messageId([...cause, phone]), payload }
  })
}

/** The same cause has the same id, however often it is decided. */
export function messageId(parts: readonly string[]): string {
  return `msg_${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)}`
}
