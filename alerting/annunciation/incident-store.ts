import type { AlarmId } from '../alarms/alarm.ts'
import type { Annunciation } from './annunciation.ts'
import type { IncidentPlace, Membership } from './incident-book.ts'

/** An annunciation as it was stored with its alarm, and the place of that alarm if one was written. */
export interface StoredAnnunciation {
  /** Its place in the order of the engine. */
  readonly order: number
  readonly annunciation: Annunciation
  readonly place: IncidentPlace | null
}

/**
 * Port. Annunciations are stored with their alarms, by the alarm store; places in incidents follow a
 * moment later, and those that were not written before a crash are found again from the annunciations.
 */
export interface IncidentStore {
  /** Of the alarms that stand, and all since then; in the order of the engine. */
  load(sinceMs: number): Promise<readonly StoredAnnunciation[]>
  /** A place that stands already is left as it is. Rejects with `database_unavailable`. */
  add(memberships: readonly Membership[]): Promise<void>
  placesOf(ids: readonly string[]): Promise<ReadonlyMap<string, IncidentPlace>>
  /** In their order, the first-out first. */
  membersOf(incidentId: string): Promise<readonly AlarmId[]>
}
