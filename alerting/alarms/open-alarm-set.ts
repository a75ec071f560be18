import { causeKey } from '../rules/condition-event.ts'
import { type Wake, WakeQueue } from '../rules/wake-queue.ts'
import type { Alarm, AlarmId } from './alarm.ts'

/** What happens by itself at an instant of its own. */
export interface AlarmEnd {
  readonly atMs: number
  readonly kind: 'shelving-ended' | 'return-to-service' | 'case-overdue'
}

/** What an alarm waits for, the earliest first; at one instant overlays end before a case is late. */
export function endsOf(alarm: Alarm): readonly AlarmEnd[] {
  const { shelvedUntilMs, outOfServiceUntilMs, caseFile } = alarm
  const dueAtMs = caseFile?.dueAtMs ?? null
  const ends: AlarmEnd[] = []
  if (shelvedUntilMs !== null) ends.push({ atMs: shelvedUntilMs, kind: 'shelving-ended' })
  if (outOfServiceUntilMs !== null) {
    ends.push({ atMs: outOfServiceUntilMs, kind: 'return-to-service' })
  }
  if (dueAtMs !== null) ends.push({ atMs: dueAtMs, kind: 'case-overdue' })
  return ends.sort((one, other) => one.atMs - other.atMs)
}

/**
 * The open alarms in memory: by id, by cause, by device, and by when something of them ends by itself.
 * Alarms that are over while a limit of their case still runs are kept aside.
 */
export class OpenAlarmSet {
  readonly #byId = new Map<AlarmId, Alarm>()
  readonly #byCause = new Map<string, Alarm>()
  readonly #byDevice = new Map<string, Map<AlarmId, Alarm>>()
  readonly #overWithCase = new Map<AlarmId, Alarm>()
  readonly #wakes = new WakeQueue()

  get(id: string): Alarm | undefined {
    return this.#byId.get(id as AlarmId)
  }

  /** Also one that is over, while a limit of its case runs. */
  find(id: string): Alarm | undefined {
    return this.get(id) ?? this.#overWithCase.get(id as AlarmId)
  }

  ofCause(key: string): Alarm | null {
    return this.#byCause.get(key) ?? null
  }

  ofDevice(deviceId: string): Iterable<Alarm> {
    return this.#byDevice.get(deviceId)?.values() ?? []
  }

  all(): Iterable<Alarm> {
    return this.#byId.values()
  }

  /** Puts the alarm as it stands now in the place of what was known of it; forgets it when it is over. */
  adopt(alarm: Alarm): void {
    if (alarm.state === 'normal') this.#drop(alarm)
    else this.#hold(alarm)
    const endAtMs = endsOf(alarm)[0]?.atMs
    if (endAtMs !== undefined) this.#wakes.push({ atMs: endAtMs, key: alarm.id })
  }

  /** When something ends next, or null. */
  nextEndAtMs(): number | null {
    return this.#nextWake()?.atMs ?? null
  }

  /** Takes out the alarms of which something has ended by now. */
  takeEnded(nowMs: number): readonly Alarm[] {
    const ended = new Map<AlarmId, Alarm>()
    for (
      let wake = this.#nextWake();
      wake !== null && wake.atMs <= nowMs;
      wake = this.#nextWake()
    ) {
      const alarm = this.find(wake.key)
      if (alarm !== undefined) ended.set(alarm.id, alarm)
      this.#wakes.pop()
    }
    return [...ended.values()]
  }

  #hold(alarm: Alarm): void {
    this.#byId.set(alarm.id, alarm)
    this.#byCause.set(causeKey(alarm), alarm)
    const siblings = this.#byDevice.get(alarm.deviceId) ?? new Map<AlarmId, Alarm>()
    this.#byDevice.set(alarm.deviceId, siblings.set(alarm.id, alarm))
  }

  #drop(alarm: Alarm): void {
    if (alarm.caseFile?.dueAtMs == null) this.#overWithCase.delete(alarm.id)
    else this.#overWithCase.set(alarm.id, alarm)
    // A new alarm of the same cause may stand by now.
    if (!this.#byId.delete(alarm.id)) return
    this.#byCause.delete(causeKey(alarm))
    const siblings = this.#byDevice.get(alarm.deviceId)
    siblings?.delete(alarm.id)
    if (siblings?.size === 0) this.#byDevice.delete(alarm.deviceId)
  }

  /** Wake-ups that were overtaken are passed over. */
  #nextWake(): Wake | null {
    for (let wake = this.#wakes.peek(); wake !== null; wake = this.#wakes.peek()) {
      const alarm = this.find(wake.key)
      if (alarm !== undefined && endsOf(alarm)[0]?.atMs === wake.atMs) return wake
      this.#wakes.pop()
    }
    return null
  }
}

/** Alarms as one step leaves them, before it stands on disk. */
export class StagedAlarms {
  readonly #open: OpenAlarmSet
  readonly #byCause = new Map<string, Alarm>()
  readonly #byDevice = new Map<string, Map<string, Alarm>>()

  constructor(open: OpenAlarmSet) {
    this.#open = open
  }

  /** The open alarm of a cause. */
  ofCause(key: string): Alarm | null {
    const staged = this.#byCause.get(key)
    if (staged === undefined) return this.#open.ofCause(key)
    return staged.state === 'normal' ? null : staged
  }

  ofDevice(deviceId: string): readonly Alarm[] {
    const staged = this.#byDevice.get(deviceId)
    const stood = [...this.#open.ofDevice(deviceId)]
    if (staged === undefined) return stood
    const kept = stood.filter((alarm) => !staged.has(causeKey(alarm)))
    return [...kept, ...staged.values()].filter(({ state }) => state !== 'normal')
  }

  stage(alarm: Alarm): void {
    const key = causeKey(alarm)
    this.#byCause.set(key, alarm)
    const siblings = this.#byDevice.get(alarm.deviceId) ?? new Map<string, Alarm>()
    this.#byDevice.set(alarm.deviceId, siblings.set(key, alarm))
  }
}
