import { ROBOT_KINDS } from '#alerting/notification/notification-channel.ts'
import type { OutboxEntry } from '#alerting/notification/outbox.ts'
import type { ChannelRow } from './types.ts'

/**
 * One line about a message: to whom, and what it says. Payloads are data of their time (an old one
 * may lack what a new one has), so what cannot be read is left out and the type always stands.
 */
export function summaryOf(
  entry: Pick<OutboxEntry, 'payload' | 'type'>,
  channel: ChannelRow | null,
): string {
  const what = textOf(entry.payload) ?? entry.type
  const whom = receiverOf(entry.payload, channel)
  return whom === null ? what : `${whom}: ${what}`
}

/** Of a channel that was removed since: a robot's message names it, and only the body of a webhook carries the alarm as data. */
export function channelKindOf(payload: unknown): ChannelRow['kind'] {
  const robot = ROBOT_KINDS.find((kind) => kind === fieldOf(payload, 'robot'))
  if (robot !== undefined) return robot
  return fieldOf(payload, 'data') === undefined ? 'sms' : 'webhook'
}

function receiverOf(payload: unknown, channel: ChannelRow | null): string | null {
  const phone = fieldOf(payload, 'phone')
  if (typeof phone === 'string') return phone
  const phones = channel?.config.phones
  if (channel?.kind === 'sms' && Array.isArray(phones)) return phones.join(', ')
  const url = channel?.config.url
  return typeof url === 'string' ? (URL.parse(url)?.host ?? null) : null
}

/** The text of an SMS, or the title of the alarm in the body of a webhook. */
function textOf(payload: unknown): string | null {
  const text = fieldOf(payload, 'text')
  if (typeof text === 'string') return text
  const type = fieldOf(payload, 'type')
  const alarm = fieldOf(payload, 'data')
  const title = fieldOf(fieldOf(alarm, 'title'), 'zh')
  if (typeof title !== 'string') return null
  const place = fieldOf(alarm, 'deviceName') ?? fieldOf(alarm, 'deviceId')
  return [type, title, place].filter((part) => typeof part === 'string').join(' · ')
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
