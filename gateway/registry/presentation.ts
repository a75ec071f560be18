import type { Alarm, TimelineEntry } from '#alerting/alarms/alarm.ts'
import type { IncidentPlace } from '#alerting/annunciation/incident-book.ts'
import type { CaseFile } from '#alerting/cases/case-file.ts'
import type { OutboxRecord } from '#alerting/notification/outbox.ts'
import type {
  AlarmDto,
  CaseFileDto,
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
import { hideSecrets } from './channel-secrets.ts'
import { channelKindOf, summaryOf } from './notification-summary.ts'
import type { PlantModel } from './plant-model.ts'
import type { RuleRow } from './rules.ts'
import type { ChannelRow, DeviceProfile, DeviceRow, OrganizationRow, SiteRow } from './types.ts'

/**
 * From what the gateway holds to what it shows (gateway/contract.ts), for the HTTP API and the live
 * feed alike. Names come from the plant model of today; what is no longer in it is shown by its id.
 */
export interface DevicePresence {
  readonly status: DeviceStatus
  readonly lastSeenAtMs: number | null
  readonly connected: boolean
  readonly rejectedMessages: number
}

/** `incident` null: it belongs to none, or nobody knows any more. */
export function presentAlarm(
  alarm: Alarm,
  model: PlantModel,
  incident: IncidentPlace | null,
): AlarmDto {
  const { organizationId, siteId, deviceId } = alarm
  return {
    id: alarm.id,
    grade: alarm.grade,
    state: alarm.state,
    deviceId,
    deviceName: model.device(deviceId)?.name ?? deviceId,
    point: alarm.point,
    siteId,
    siteName: model.site(siteId)?.name ?? siteId,
    organizationId,
    organizationName: model.organization(organizationId)?.name ?? organizationId,
    territory: [...model.territoryNames(organizationId)],
    ruleId: alarm.ruleId,
    ruleVersion: alarm.ruleVersion,
    title: alarm.title,
    value: alarm.value,
    setpoint: alarm.setpoint,
    unit: alarm.unit,
    latching: alarm.latching,
    shelvable: alarm.shelvable,
    occurrences: alarm.occurrences,
    raisedAt: instant(alarm.raisedAtMs),
    acknowledgedAt: instantOrNull(alarm.acknowledgedAtMs),
    returnedAt: instantOrNull(alarm.returnedAtMs),
    closedAt: instantOrNull(alarm.closedAtMs),
    shelvedUntil: instantOrNull(alarm.shelvedUntilMs),
    suppressedBy: alarm.suppressedBy,
    outOfServiceBy: alarm.outOfServiceBy,
    outOfServiceUntil: instantOrNull(alarm.outOfServiceUntilMs),
    assignee: alarm.assignee,
    drill: alarm.drill,
    incident: incident === null ? null : { id: incident.incidentId, ordinal: incident.ordinal },
    caseFile: presentCaseFile(alarm.caseFile),
    revision: alarm.revision,
  }
}

function presentCaseFile(file: CaseFile | null): CaseFileDto | null {
  if (file === null) return null
  return {
    openedAt: instant(file.openedAtMs),
    awaits: file.awaits,
    dueAt: instantOrNull(file.dueAtMs),
    overdueSince: instantOrNull(file.overdueSinceMs),
    overdueSteps: file.overdueSteps,
    dispatchedAt: instantOrNull(file.dispatchedAtMs),
    arrivedAt: instantOrNull(file.arrivedAtMs),
    disposedAt: instantOrNull(file.disposedAtMs),
    disposedBy: file.disposedBy,
    disposition: file.disposition,
    falseAlarmCode: file.falseAlarmCode,
    reviewedAt: instantOrNull(file.reviewedAtMs),
    closedAt: instantOrNull(file.closedAtMs),
  }
}

export function presentTimelineEntry(entry: TimelineEntry): TimelineEntryDto {
  const { sequence, kind, actor, note, state, value, grade } = entry
  return { sequence, at: instant(entry.atMs), kind, actor, note, state, value, grade }
}

export function presentOrganization(row: OrganizationRow): Organization {
  const { createdAtMs, ...shown } = row
  return { ...shown, createdAt: instant(createdAtMs) }
}

export function presentSite(row: SiteRow): Site {
  const { createdAtMs, ...shown } = row
  return { ...shown, createdAt: instant(createdAtMs) }
}

export function presentDevice(row: DeviceRow, presence: DevicePresence, model: PlantModel): Device {
  return {
    id: row.id,
    name: row.name,
    profileId: row.profileId,
    siteId: row.siteId,
    organizationId: model.organizationOfSite(row.siteId) ?? '',
    location: row.location,
    attachedTo: row.attachedTo,
    status: presence.status,
    lastSeenAt: instantOrNull(presence.lastSeenAtMs),
    connected: presence.connected,
    rejectedMessages: presence.rejectedMessages,
    createdAt: instant(row.createdAtMs),
  }
}

export function presentProfile(profile: DeviceProfile): Profile {
  return {
    id: profile.id,
    name: profile.name,
    family: profile.family,
    points: [...profile.points.values()],
    silentAfterMs: profile.silentAfterMs,
    builtIn: profile.builtIn,
  }
}

export function presentRule(row: RuleRow): Rule {
  const { rule, updatedAtMs, lookBack: _, ...shown } = row
  return { ...rule, ...shown, updatedAt: instant(updatedAtMs) }
}

export function presentChannel(row: ChannelRow): Channel {
  const { createdAtMs, config, ...shown } = row
  return { ...shown, config: hideSecrets(config), createdAt: instant(createdAtMs) }
}

/** `channel` null: it was removed since. */
export function presentNotification(
  record: OutboxRecord,
  channel: ChannelRow | null,
): NotificationDto {
  return {
    id: record.id,
    channelId: record.channelId,
    channelName: channel?.name ?? record.channelId,
    channelKind: channel?.kind ?? channelKindOf(record.payload),
    type: record.type,
    alarmId: record.alarmId,
    grade: record.grade,
    summary: summaryOf(record, channel),
    state: record.state,
    attempts: record.attempts,
    lastReason: record.lastReason,
    lastDetail: record.lastDetail,
    createdAt: instant(record.createdAtMs),
    nextAttemptAt: record.state === 'pending' ? instant(record.nextAttemptAtMs) : null,
    settledAt: instantOrNull(record.settledAtMs),
  }
}

export function presentRejectedMessage(row: RejectedMessageRow): RejectedMessage {
  const { receivedAtMs, payload, ...shown } = row
  return {
    ...shown,
    receivedAt: instant(receivedAtMs),
    payload: Buffer.from(payload).toString('base64'),
  }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}

function instantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : instant(atMs)
}
