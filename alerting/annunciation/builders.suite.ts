import type { AlarmId } from '../alarms/alarm.ts'
import type { PlaceDirectory } from '../alarms/place-directory.ts'
import type { Clock } from '../clock.ts'
import { AlarmLoad, type AlarmLoadSettings } from './alarm-load.ts'
import type { Annunciation } from './annunciation.ts'
import { FakeIncidentStore } from './fake-incident-store.ts'

/** The figures of ISA-18.2: a flood is more than 10 in 10 minutes, until fewer than 5. */
export const LOAD_SETTINGS: AlarmLoadSettings = {
  flood: { windowMs: 600_000, startsAbove: 10, endsBelow: 5 },
  incident: { windowMs: 120_000, area: 'site' },
}

export function anAnnunciation(
  id: string,
  atMs: number,
  overrides: Partial<Annunciation> = {},
): Annunciation {
  return {
    alarmId: id as AlarmId,
    sequence: 1,
    atMs,
    grade: 3,
    organizationId: 'acme',
    siteId: 'plant',
    deviceId: `device-${id}`,
    point: 'lel',
    ruleId: 'gas-high',
    drill: false,
    isHidden: false,
    ...overrides,
  }
}

export function anAlarmLoad(options: {
  readonly clock: Clock
  readonly places: Pick<PlaceDirectory, 'placeOf'>
  readonly store?: FakeIncidentStore
  readonly settings?: AlarmLoadSettings
}): AlarmLoad {
  return new AlarmLoad({
    settings: LOAD_SETTINGS,
    store: new FakeIncidentStore(),
    onFailure: (error) => {
      throw error
    },
    ...options,
  })
}
