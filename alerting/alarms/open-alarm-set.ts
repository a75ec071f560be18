import { causeKey } from '../rules/condition-event.ts'
import { type Wake, WakeQueue } from '../rules/wake-queue.ts'
import type { Alarm, AlarmId } from './alarm.ts'

/** What ends by itself at an instant of its own. */
export interface OverlayEnd {
  readonly atMs: number
  readonly kind: 'shelving-ended' | 'return-to-service'
}

/** The ends an alarm waits for, in order of time. */
export function endsOf({ shelvedUntilMs, outOfServiceUntilMs }: Alarm): readonly OverlayEnd[] {
  const ends: OverlayEnd[] = []
  if (shelvedUntilMs !== null) ends.push({ atMs: shelvedUntilMs, kind: 'shelving-ended' })
  if (outOfServiceUntilMs !== null) {
    ends.push({ atMs: outOfServiceUntilMs, kind: 'return-to-service' })
  }
  return ends.sort((one, other) => one.atMs - other.atMs)
}

/** The open alarms in memory: by id, by cause, by device, and by when something of them ends by itself. */
export class OpenAlarmSet {
  readonly #byId = new Map<AlarmId, Alarm>()
  readonly #byCause = new Map<string, Alarm>()
  readonly #byDevice = new Map<string, Map<AlarmId, Alarm>>()
  readonly #wakes = new WakeQueue()

  get(id: string): Alarm | undefined {
    return this.#byId.get(id as AlarmId)
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
      const alarm = this.get(wake.key)
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
    const endAtMs = endsOf(alarm)[0]?.atMs
    if (endAtMs !== undefined) this.#wakes.push({ atMs: endAtMs, key: alarm.id })
  }

  #drop(alarm: Alarm): void {
    this.#byId.delete(alarm.id)
    this.#byCause.delete(causeKey(alarm))
    const siblings = this.#byDevice.get(alarm.deviceId)
    siblings?.delete(alarm.id)
    if (siblings?.size === 0) this.#byDevice.delete(alarm.deviceId)
  }

  /** Wake-ups that were overtaken are passed over. */
  #nextWake(): Wake | null {
    for (let wake = this.#wakes.peek(); wake !== null; wake = this.#wakes.peek()) {
      const alarm = this.get(wake.key)
      if (alarm !== undefined && endsOf(alarm)[0]?.atMs === wake.atMs) return wake
      this.#wakes.pop()
    }
    return null
  }
}
