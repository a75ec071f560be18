import type { NotificationChannel, RobotKind } from '../notification/notification-channel.ts'
import type { Channel } from '../notification/outbox.ts'
import type { AddressPolicy } from './address-guard.ts'
import { RobotChannel, type RobotManners } from './robot.ts'
import { SmsChannel } from './sms.ts'
import { WebhookChannel } from './webhook.ts'

export interface ChannelSurroundings {
  readonly addresses: AddressPolicy
  readonly manners: Readonly<Record<RobotKind, RobotManners>>
}

/** The way to tell people that a setup describes. */
export function createChannel(
  channel: NotificationChannel,
  { addresses, manners }: ChannelSurroundings,
): Channel {
  switch (channel.kind) {
    case 'sms':
      return new SmsChannel(channel.config, addresses)
    case 'webhook':
      return new WebhookChannel(channel.config, addresses)
    default:
      return new RobotChannel(channel, { addresses, manners: manners[channel.kind] })
  }
}
