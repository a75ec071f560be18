import type { Alarm, AlarmId, TimelineEntry, TimelineKind } from '../alarms/alarm.ts'
import { isOutOfService, isShelved } from '../alarms/alarm-update.ts'
import type { Grade } from '../rules/alarm-rule.ts'

/**
 * One move of an alarm to unacknowledged: what a person has to answer, and what ISA-18.2 counts. A
 * rise of grade counts when the milder grade had been answered; otherwise it is the same call, with
 * its worse grade.
 */
export interface Annunciation {
  readonly alarmId: AlarmId
  /** Of the time line entry. */
  readonly sequence: number
  readonly atMs: number
  readonly grade: Grade
  readonly organizationId: string
  readonly siteId: string
  readonly deviceId: string
  readonly point: string
  readonly ruleId: string
  readonly drill: boolean
  /** Shelved, suppressed by design or out of service: stands in lists of its own and counts nowhere. */
  readonly isHidden: boolean
}

/** What an entry of a time line does to the count. */
export type AnnunciationEffect = 'calls' | 'rises' | 'is-answered' | 'returns' | 'nothing'

const EFFECTS: Readonly<Record<TimelineKind, AnnunciationEffect>> = {
  raised: 'calls',
  reoccurred: 'calls',
  're-alarmed': 'calls',
  'grade-rose': 'rises',
  'grade-fell': 'nothing',
  returned: 'returns',
  acknowledged: 'is-answered',
  reset: 'nothing',
  closed: 'nothing',
  commented: 'nothing',
  assigned: 'nothing',
  shelved: 'nothing',
  suppressed: 'nothing',
  'removed-from-service': 'nothing',
  // Over a condition that stands, leaving an overlay is a call (ISA-18.2: shown as B, never as C).
  unshelved: 'calls',
  released: 'calls',
  'returned-to-service': 'calls',
  arrived: 'nothing',
  disposed: 'nothing',
  reviewed: 'nothing',
  'sent-back': 'nothing',
  'case-closed': 'nothing',
  'case-overdue': 'nothing',
  'photo-added': 'nothing',
  'evidence-frozen': 'nothing',
}

export function effectOf({ kind, state }: Pick<TimelineEntry, 'kind' | 'state'>) {
  const effect = EFFECTS[kind] ?? 'nothing'
  return effect === 'calls' && state !== 'unacknowledged' ? 'nothing' : effect
}

export function annunciationOf(alarm: Alarm, entry: TimelineEntry): Annunciation {
  return {
    alarmId: alarm.id,
    sequence: entry.sequence,
    atMs: entry.atMs,
    grade: entry.grade,
    organizationId: alarm.organizationId,
    siteId: alarm.siteId,
    deviceId: alarm.deviceId,
    point: alarm.point,
    ruleId: alarm.ruleId,
    drill: alarm.drill,
    isHidden: isHidden(alarm, entry.atMs),
  }
}

function isHidden(alarm: Alarm, atMs: number): boolean {
  return isShelved(alarm, atMs) || isOutOfService(alarm, atMs) || alarm.suppressedBy !== null
}

/** Tells the annunciations among the changes of alarms, in the order of the engine. */
export class Annunciator {
  readonly #answered = new Set<AlarmId>()

  /** The alarms that stand at the start. */
  constructor(open: Iterable<Alarm>) {
    for (const { id, state } of open) {
      if (state === 'acknowledged' || state === 'latched-acknowledged') this.#answered.add(id)
    }
  }

  hear(alarm: Alarm, entries: readonly TimelineEntry[]): readonly Annunciation[] {
    const heard: Annunciation[] = []
    for (const entry of entries) {
      const effect = effectOf(entry)
      if (effect === 'is-answered') this.#answered.add(alarm.id)
      const isCall = effect === 'calls' || (effect === 'rises' && this.#answered.has(alarm.id))
      if (!isCall) continue
      this.#answered.delete(alarm.id)
      heard.push(annunciationOf(alarm, entry))
    }
    if (alarm.state === 'normal') this.#answered.delete(alarm.id)
    return heard
  }
}
