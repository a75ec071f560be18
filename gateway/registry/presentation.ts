import type { Alarm, TimelineEntry } from '#alerting/alarms/alarm.ts'
import type { OutboxRecord } from '#alerting/notification/outbox.ts'
import type {
  AlarmDto,
  Channel,
  Device,
  DeviceStatus,
  NotificationDto,
  Organization,
  Profile,
  RejectedMessage,
  Rule,
  Site,
  TimelineEntryDto,
} from '../contract.ts'
import type { RejectedMessageRow } from '../database/rejected-message-store.ts'
import type { Registry } from './registry.ts'
import type { RuleRow } from './rules.ts'
import type { ChannelRow, DeviceProfile, DeviceRow, OrganizationRow, SiteRow } from './types.ts'

export interface DevicePresence {
  readonly status: DeviceStatus
  readonly lastSeenAtMs: number | null
  readonly connected: boolean
  readonly rejectedMessages: number
}

export function presentAlarm(_alarm: Alarm, _registry: Registry): AlarmDto {
  throw new Error('being built')
}
export function presentTimelineEntry(_entry: TimelineEntry): TimelineEntryDto {
  throw new Error('being built')
}
export function presentOrganization(_row: OrganizationRow): Organization {
  throw new Error('being built')
}
export function presentSite(_row: SiteRow): Site {
  throw new Error('being built')
}
export function presentDevice(
  _row: DeviceRow,
  _presence: DevicePresence,
  _registry: Registry,
): Device {
  throw new Error('being built')
}
export function presentProfile(_profile: DeviceProfile): Profile {
  throw new Error('being built')
}
export function presentRule(_row: RuleRow): Rule {
  throw new Error('being built')
}
export function presentChannel(_row: ChannelRow): Channel {
  throw new Error('being built')
}
export function presentNotification(
  _record: OutboxRecord,
  _channel: ChannelRow | null,
): NotificationDto {
  throw new Error('being built')
}
export function presentRejectedMessage(_row: RejectedMessageRow): RejectedMessage {
  throw new Error('being built')
}
