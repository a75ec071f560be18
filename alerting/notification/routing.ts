import type { Alarm, TimelineEntry } from '../alarms/alarm.ts'
import type { Telling } from '../alarms/alarm-event.ts'
import type { Place } from '../alarms/place-directory.ts'
import { alarmBody, iso } from './alarm-body.ts'
import { messagesTo } from './messages-to.ts'
import type { NotificationChannel } from './notification-channel.ts'
import type { AlarmNotificationType, OutboxEntry } from './outbox.ts'
import { robotTestWords, robotWords, smsTestValues, smsValues } from './template.ts'

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
  return messagesTo(channel, common, {
    cause: [alarm.id, String(entry.sequence), channel.id],
    webhook: () => ({ type, timestamp: iso(entry.atMs), data: alarmBody(alarm, place, entry) }),
    sms: (phone, language) => smsValues(alarm, place, { type, atMs: entry.atMs, phone, language }),
    robot: (language) => robotWords(alarm, place, { type, atMs: entry.atMs, language }),
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
  return messagesTo(channel, common, {
    cause: ['test', nonce, channel.id],
    webhook: () => {
      const data = { message: 'A test message from Vigil. Nothing to do.' }
      return { type: 'test', timestamp: iso(nowMs), data }
    },
    sms: (phone, language) => smsTestValues({ atMs: nowMs, phone, language }),
    robot: (language) => robotTestWords({ atMs: nowMs, language }),
  })
}
