import type { Alarm } from '#alerting/alarms/alarm.ts'
import { isOutOfService, isShelved } from '#alerting/alarms/alarm-update.ts'
import { STORM_LIMITS } from '#config/limits.ts'
import type { AlarmDto, HandoverSituation } from '../contract.ts'
import { presentAlarm } from '../registry/presentation.ts'
import { visibleOrganizationIds } from '../registry/territory.ts'
import type { Principal } from '../registry/types.ts'
import type { HttpServices } from './services.ts'

/** What there is to hand over now, of the part of the district that the principal sees. */
export function handoverSituation(services: HttpServices, principal: Principal): HandoverSituation {
  const { alarms, registry, clock, alarmLoad } = services
  const nowMs = clock.nowMs()
  const visible = visibleOrganizationIds(registry, principal)
  const open = [...alarms.openAlarms()]
    .filter(({ organizationId }) => visible === null || visible.has(organizationId))
    .sort((one, other) => one.grade - other.grade || one.raisedAtMs - other.raisedAtMs)
  const isAside = (alarm: Alarm) =>
    isShelved(alarm, nowMs) || isOutOfService(alarm, nowMs) || alarm.suppressedBy !== null
  const listed = (isMeant: (alarm: Alarm) => boolean): AlarmDto[] =>
    open
      .filter(isMeant)
      .slice(0, STORM_LIMITS.standingListedMax)
      .map((alarm) => presentAlarm(alarm, registry, alarmLoad.incidentOf(alarm.id)))
  const calling = open.filter((alarm) => !isAside(alarm))
  return {
    at: new Date(nowMs).toISOString(),
    openTotal: calling.length,
    unacknowledged: calling.filter(({ state }) => state.endsWith('unacknowledged')).length,
    open: listed((alarm) => !isAside(alarm)),
    notListed: Math.max(0, calling.length - STORM_LIMITS.standingListedMax),
    shelved: listed((alarm) => isShelved(alarm, nowMs)),
    suppressed: listed(({ suppressedBy }) => suppressedBy !== null),
    outOfService: listed((alarm) => isOutOfService(alarm, nowMs)),
    disabledRules: [...services.rules.all()]
      .filter(({ enabled }) => !enabled)
      .map(({ id, name }) => ({ id, name: { zh: name.zh, en: name.en } })),
    ...silentOf(services, visible),
  }
}

function silentOf({ registry, presence }: HttpServices, visible: ReadonlySet<string> | null) {
  const silent = [...registry.devices()].flatMap(({ id, name }) => {
    const organizationId = registry.organizationOfDevice(id) ?? ''
    if (visible !== null && !visible.has(organizationId)) return []
    const { status, lastSeenAtMs } = presence.statusOf(id)
    if (status !== 'silent' && status !== 'fault' && status !== 'never-seen') return []
    const place = registry.placeOf(id)
    const lastSeenAt = lastSeenAtMs === null ? null : new Date(lastSeenAtMs).toISOString()
    const where = [place?.organizationName, place?.siteName].filter(Boolean).join(' / ')
    return [{ id, name, place: where, status, lastSeenAt }]
  })
  return {
    silentDevices: silent.slice(0, STORM_LIMITS.standingListedMax),
    silentTotal: silent.length,
  }
}
