import type { Alarm } from '#alerting/alarms/alarm.ts'
import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { AlarmLoad, type AlarmLoadSettings } from '#alerting/annunciation/alarm-load.ts'
import { InhibitionKeeper } from '#alerting/annunciation/inhibition-keeper.ts'
import { CodedError } from '#alerting/errors.ts'
import { DigestKeeper } from '#alerting/notification/digest-keeper.ts'
import type { Settings } from '#config/schema.ts'
import { SqliteDigestStore } from '../database/digest-store.ts'
import { SqliteIncidentStore } from '../database/incident-store.ts'
import { failLoudly, type Ground } from './ground.ts'
import type { Plant } from './plant.ts'

/** What the alarms together are: incidents and floods. */
export async function openAlarmLoad(
  { clock, settings, stopping }: Ground,
  { database, registry }: Plant,
  alarms: AlarmService,
) {
  const incidentStore = new SqliteIncidentStore(database)
  const alarmLoad = new AlarmLoad({
    settings: alarmLoadSettings(settings),
    clock,
    places: registry,
    store: incidentStore,
    onFailure: failLoudly,
  })
  await alarmLoad.start(alarms.openAlarms(), alarms.allBefore)
  stopping.push('alarm load', () => alarmLoad.stop())
  return { alarmLoad, incidentStore }
}

/** Silence behind a device that is down. */
export function createInhibition(
  { clock, settings }: Ground,
  { registry, rules }: Plant,
): InhibitionKeeper {
  const { graceSeconds, outageRules } = settings.alarmManagement.inhibition
  const outages: ReadonlySet<string> = new Set(outageRules)
  const isSilence = ({ ruleId }: Alarm) => rules.rule(ruleId)?.rule.condition.kind === 'no-data'
  return new InhibitionKeeper({
    clock,
    graceMs: graceSeconds * 1_000,
    upstreamOf: (deviceId) => registry.upstreamOf(deviceId)[0] ?? null,
    downstreamOf: (deviceId) => registry.downstreamOf(deviceId),
    isSilence,
    isOutage: (alarm) => outages.has(alarm.ruleId) || isSilence(alarm),
    onFailure: failUnlessStopped,
  })
}

/** One message a number and period, instead of one an alarm, while a position is flooded. */
export function openDigests(
  { clock, settings }: Ground,
  { database, channels }: Plant,
  onDigest: () => void,
): DigestKeeper {
  return new DigestKeeper({
    clock,
    store: new SqliteDigestStore(database),
    channels: () => channels.notificationChannels(),
    periodMs: settings.alarmManagement.digestSeconds * 1_000,
    onDigest,
    onFailure: failLoudly,
  })
}

/** What the stop has cut off is done over after the next start. */
export function failUnlessStopped(error: unknown): void {
  if (!(error instanceof CodedError && error.code === 'alarms_stopped')) failLoudly(error)
}

function alarmLoadSettings({ alarmManagement }: Settings): AlarmLoadSettings {
  const { flood, incident } = alarmManagement
  const { startsAbove, endsBelow } = flood
  return {
    flood: { windowMs: flood.windowSeconds * 1_000, startsAbove, endsBelow },
    incident: { windowMs: incident.windowSeconds * 1_000, area: incident.area },
  }
}
