import type { Alarm, TimelineEntry } from '../alarms/alarm.ts'
import type { Place } from '../alarms/place-directory.ts'

/**
 * An alarm as it leaves the house: the fields of the public contract, with the names that go with
 * the ids, and the entry of its time line that is being told.
 */
export function alarmBody(alarm: Alarm, place: Place | null, entry: TimelineEntry) {
  return {
    id: alarm.id,
    grade: alarm.grade,
    state: alarm.state,
    deviceId: alarm.deviceId,
    deviceName: place?.deviceName ?? alarm.deviceId,
    point: alarm.point,
    siteId: alarm.siteId,
    siteName: place?.siteName ?? '',
    organizationId: alarm.organizationId,
    organizationName: place?.organizationName ?? '',
    territory: place?.territory ?? [],
    ruleId: alarm.ruleId,
    ruleVersion: alarm.ruleVersion,
    title: alarm.title,
    value: alarm.value,
    setpoint: alarm.setpoint,
    unit: alarm.unit,
    latching: alarm.latching,
    shelvable: alarm.shelvable,
    occurrences: alarm.occurrences,
    raisedAt: iso(alarm.raisedAtMs),
    acknowledgedAt: isoOrNull(alarm.acknowledgedAtMs),
    returnedAt: isoOrNull(alarm.returnedAtMs),
    closedAt: isoOrNull(alarm.closedAtMs),
    shelvedUntil: isoOrNull(alarm.shelvedUntilMs),
    suppressedBy: alarm.suppressedBy,
    outOfServiceBy: alarm.outOfServiceBy,
    outOfServiceUntil: isoOrNull(alarm.outOfServiceUntilMs),
    assignee: alarm.assignee,
    drill: alarm.drill,
    /** The step of the case that is awaited and when it is due; null: no case, or closed. */
    case:
      alarm.caseFile?.awaits == null
        ? null
        : { awaits: alarm.caseFile.awaits, dueAt: isoOrNull(alarm.caseFile.dueAtMs) },
    /** Orders the messages about one alarm: a receiver keeps the highest. */
    revision: alarm.revision,
    event: {
      sequence: entry.sequence,
      kind: entry.kind,
      at: iso(entry.atMs),
      actor: entry.actor,
      note: entry.note,
      value: entry.value,
      grade: entry.grade,
    },
  } as const
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs)
}
