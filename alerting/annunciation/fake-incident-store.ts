import type { AlarmId } from '../alarms/alarm.ts'
import { CodedError } from '../errors.ts'
import type { Annunciation } from './annunciation.ts'
import type { IncidentPlace, Membership } from './incident-book.ts'
import type { IncidentStore, StoredAnnunciation } from './incident-store.ts'

/** An `IncidentStore` in memory. `annunciations` is what the alarm store would have written. */
export class FakeIncidentStore implements IncidentStore {
  readonly annunciations: Annunciation[] = []
  readonly members = new Map<string, Membership>()
  isRefusing = false

  async load(sinceMs: number): Promise<readonly StoredAnnunciation[]> {
    await Promise.resolve()
    return this.annunciations
      .map((annunciation, index) => ({ annunciation, order: index + 1 }))
      .filter(({ annunciation }) => annunciation.atMs >= sinceMs)
      .map(({ annunciation, order }) => ({
        order,
        annunciation,
        place: this.members.get(annunciation.alarmId) ?? null,
      }))
  }

  async add(memberships: readonly Membership[]): Promise<void> {
    await Promise.resolve()
    if (this.isRefusing) throw new CodedError('database_unavailable', 'The disk is full.')
    for (const member of memberships) {
      if (!this.members.has(member.alarmId)) this.members.set(member.alarmId, member)
    }
  }

  async placesOf(ids: readonly string[]): Promise<ReadonlyMap<string, IncidentPlace>> {
    await Promise.resolve()
    return new Map(
      ids.flatMap((id) => {
        const member = this.members.get(id)
        return member === undefined ? [] : [[id, member] as const]
      }),
    )
  }

  async membersOf(incidentId: string): Promise<readonly AlarmId[]> {
    await Promise.resolve()
    return [...this.members.values()]
      .filter((member) => member.incidentId === incidentId)
      .sort((one, other) => one.ordinal - other.ordinal)
      .map(({ alarmId }) => alarmId)
  }
}
