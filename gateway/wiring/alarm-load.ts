import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { AlarmLoad, type AlarmLoadSettings } from '#alerting/annunciation/alarm-load.ts'
import type { Settings } from '#config/schema.ts'
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
  await alarmLoad.start(alarms.openAlarms())
  stopping.push('alarm load', () => alarmLoad.stop())
  return { alarmLoad, incidentStore }
}

function alarmLoadSettings({ alarmManagement }: Settings): AlarmLoadSettings {
  const { flood, incident } = alarmManagement
  const { startsAbove, endsBelow } = flood
  return {
    flood: { windowMs: flood.windowSeconds * 1_000, startsAbove, endsBelow },
    incident: { windowMs: incident.windowSeconds * 1_000, area: incident.area },
  }
}
