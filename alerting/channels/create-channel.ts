import type { NotificationChannel } from '../notification/notification-channel.ts'
import type { Channel } from '../notification/outbox.ts'
import type { AddressPolicy } from './address-guard.ts'
import { SmsChannel } from './sms.ts'
import { WebhookChannel } from './webhook.ts'

/** The way to tell people that a setup describes. */
export function createChannel(channel: NotificationChannel, addresses: AddressPolicy): Channel {
  switch (channel.kind) {
    case 'sms':
      return new SmsChannel(channel.config, addresses)
    case 'webhook':
      return new WebhookChannel(channel.config, addresses)
    default:
      return channel satisfies never
  }
}
