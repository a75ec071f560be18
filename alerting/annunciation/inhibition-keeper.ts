import type { Alarm, AlarmId } from '../alarms/alarm.ts'
import type { AlarmService } from '../alarms/alarm-service.ts'
import { isPresent } from '../alarms/alarm-transition.ts'
import type { Inhibition, OpenAlarms } from '../alarms/overlays.ts'
import type { Clock } from '../clock.ts'

/** A concentrator hangs on a switch, that on a meter: no plant is deeper, and a ring must not turn for ever. */
const STEPS_MAX = 8

export interface InhibitionOptions {
  readonly clock: Clock
  /** What a device is attached to (its concentrator, what feeds it); null: nothing. */
  readonly upstreamOf: (deviceId: string) => string | null
  /** Devices attached to it, at any distance. */
  readonly downstreamOf: (deviceId: string) => readonly string[]
  /** The alarm says that nothing is heard of its device. */
  readonly isSilence: (alarm: Alarm) => boolean
  /** The alarm explains why nothing is heard of what is attached: silence itself, or power that is gone. */
  readonly isOutage: (alarm: Alarm) => boolean
  /** When the cause has gone, what is attached has so long to be heard again. */
  readonly graceMs: number
  /** A release could not be made: the gateway is stopping, or a defect. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Silence behind a device that is down is explained by it: suppressed by design, listed and counted, and
 * nobody is called for it. Only ever silence: what a device still says — gas, fire — is never held back,
 * whatever is down above it.
 */
export class InhibitionKeeper implements Inhibition {
  readonly #options: InhibitionOptions
  /** Causes that have gone and still explain, and what ends that. */
  readonly #recovering = new Map<AlarmId, () => void>()
  readonly #recoveringOf = new Map<string, AlarmId>()
  #alarms: Pick<AlarmService, 'suppress' | 'release' | 'openOf' | 'openAlarms' | 'alarm'> | null =
    null

  constructor(options: InhibitionOptions) {
    this.#options = options
  }

  /** After the alarm service has started: what was suppressed by a cause that is no more gets its grace. */
  start(
    alarms: Pick<AlarmService, 'suppress' | 'release' | 'openOf' | 'openAlarms' | 'alarm'>,
  ): void {
    this.#alarms = alarms
    for (const { suppressedBy } of alarms.openAlarms()) {
      if (suppressedBy === null || this.#recovering.has(suppressedBy)) continue
      const cause = alarms.alarm(suppressedBy)
      if (cause === null || !isPresent(cause.state)) this.#recover(suppressedBy, cause?.deviceId)
    }
  }

  stop(): void {
    for (const cancel of this.#recovering.values()) cancel()
    this.#recovering.clear()
    this.#recoveringOf.clear()
  }

  causeOf(unborn: Alarm, open: OpenAlarms): AlarmId | null {
    if (!this.#options.isSilence(unborn)) return null
    let above = this.#options.upstreamOf(unborn.deviceId)
    for (let step = 0; above !== null && step < STEPS_MAX; step += 1) {
      const outage = open.of(above).find((alarm) => this.#stands(alarm))
      const cause = outage?.id ?? this.#recoveringOf.get(above)
      if (cause !== undefined) return cause
      above = this.#options.upstreamOf(above)
    }
    return null
  }

  /** After the commit. Resolves when what follows stands on disk. */
  async changed(alarm: Alarm): Promise<void> {
    if (this.#alarms === null || !this.#options.isOutage(alarm)) return
    const isRecovering = this.#recovering.has(alarm.id)
    if (isPresent(alarm.state)) {
      if (isRecovering) this.#endRecovery(alarm.id, alarm.deviceId)
      await this.#suppressBelow(alarm)
    } else if (!isRecovering && this.#explains(alarm.id)) {
      this.#recover(alarm.id, alarm.deviceId)
    }
  }

  #stands(alarm: Alarm): boolean {
    return this.#options.isOutage(alarm) && isPresent(alarm.state)
  }

  /** What fell silent before its cause was known. */
  async #suppressBelow(cause: Alarm): Promise<void> {
    const ids = this.#options
      .downstreamOf(cause.deviceId)
      .flatMap((deviceId) =>
        [...(this.#alarms?.openOf(deviceId) ?? [])]
          .filter((alarm) => alarm.suppressedBy === null && this.#options.isSilence(alarm))
          .map(({ id }) => id),
      )
    if (ids.length === 0) return
    await this.#alarms?.suppress(ids, { by: cause.id, note: cause.title.zh })
  }

  #explains(cause: AlarmId): boolean {
    for (const { suppressedBy } of this.#alarms?.openAlarms() ?? []) {
      if (suppressedBy === cause) return true
    }
    return false
  }

  #recover(cause: AlarmId, deviceId: string | undefined): void {
    const { clock, graceMs } = this.#options
    if (deviceId !== undefined) this.#recoveringOf.set(deviceId, cause)
    const cancel = clock.wakeAt(clock.nowMs() + graceMs, () => {
      this.#endRecovery(cause, deviceId)
      this.#release(cause).catch(this.#options.onFailure)
    })
    this.#recovering.set(cause, cancel)
  }

  #endRecovery(cause: AlarmId, deviceId: string | undefined): void {
    this.#recovering.get(cause)?.()
    this.#recovering.delete(cause)
    if (deviceId !== undefined) this.#recoveringOf.delete(deviceId)
  }

  /** What has not been heard since stands for itself from now on, or for another cause. */
  async #release(cause: AlarmId): Promise<void> {
    const alarms = this.#alarms
    if (alarms === null) return
    const left = [...alarms.openAlarms()].filter(({ suppressedBy }) => suppressedBy === cause)
    const open: OpenAlarms = { of: (deviceId) => [...alarms.openOf(deviceId)] }
    const free = left.filter((alarm) => this.causeOf(alarm, open) === null)
    if (free.length > 0) {
      await alarms.release(
        free.map(({ id }) => id),
        { note: 'nothing heard since its cause has gone' },
      )
    }
    // Something else is down above the others by now: they are looked at again.
    if (free.length < left.length) this.#recover(cause, undefined)
  }
}
