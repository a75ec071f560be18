import type { Clock } from '#alerting/clock.ts'
import { MARK, type Reading } from '#alerting/reading.ts'
import { isPlain, type ReadingColumns, readingAt, type Series } from '#alerting/reading-columns.ts'
import type { DeviceEvent, DeviceStatus } from '../contract.ts'
import type { LatestReading } from '../timeseries/time-series.ts'
import { Deadline, DeadlineList } from './deadline-list.ts'

export interface PresenceOfDevice {
  readonly status: DeviceStatus
  /** Arrival of the last reading. */
  readonly lastSeenAtMs: number | null
  /** Whether an MQTT connection stands; devices that speak HTTP never have one. */
  readonly connected: boolean
}

export interface DevicePresenceOptions {
  readonly clock: Clock
  /** From the device's profile; null for a device that does not exist (any more). */
  readonly silentAfterMsOf: (deviceId: string) => number | null
}

/** The point by which a detector says that it is broken; boolean in all shipped profiles. */
const FAULT_POINT = 'fault'

class Presence {
  readonly deviceId: string
  readonly silence: Deadline<Presence>
  readonly calibratingPoints = new Set<string>()
  heardAtMs: number | null = null
  connections = 0
  hasFault = false
  isSilent = false
  /** What listeners were told last. */
  announced: DeviceStatus = 'never-seen'

  constructor(deviceId: string) {
    this.deviceId = deviceId
    this.silence = new Deadline<Presence>(this)
  }

  status(): DeviceStatus {
    if (this.heardAtMs === null) return 'never-seen'
    if (this.isSilent) return 'silent'
    if (this.calibratingPoints.size > 0) return 'calibrating'
    return this.hasFault ? 'fault' : 'online'
  }
}

/**
 * Whether each device is heard. Heard means: a reading of it was committed to the journal, whatever
 * the way it came; a connection alone is no sign of life of a sensor. Silence is noticed by one timer
 * for all devices, at the instant `silentAfterMs` of the profile is over; a reading costs the same
 * whatever their number. Status is a view for people: alarms on silence come from `no-data` rules.
 *
 * Silence before fault before calibration would hide the worst news, so: silent (we know nothing),
 * then calibrating (what it says does not count), then fault, then online.
 */
export class DevicePresence {
  readonly #clock: Clock
  readonly #silentAfterMsOf: (deviceId: string) => number | null
  readonly #devices = new Map<string, Presence>()
  /** One list for each length of silence: in each, all wait equally long. */
  readonly #lists = new Map<number, DeadlineList<Presence>>()
  readonly #listeners = new Set<(event: DeviceEvent) => void>()
  #timer: { readonly atMs: number; readonly cancel: () => void } | null = null
  #isStopped = false

  constructor(options: DevicePresenceOptions) {
    this.#clock = options.clock
    this.#silentAfterMsOf = options.silentAfterMsOf
  }

  /**
   * Takes up what the time series knows. The gateway heard nobody while it was off, which is no
   * silence of theirs: who was not silent at the last reading of all gets the rest of its time from now.
   */
  restore(latest: readonly LatestReading[]): void {
    const nowMs = this.#clock.nowMs()
    let listenedUntilMs = 0
    for (const reading of latest) {
      const presence = this.#presenceOf(reading.deviceId)
      presence.heardAtMs = Math.max(presence.heardAtMs ?? 0, reading.arrivedAtMs)
      listenedUntilMs = Math.max(listenedUntilMs, reading.arrivedAtMs)
      this.#learn(presence, reading)
    }
    const inOrder = [...this.#devices.values()]
      .map((presence) => ({ presence, heardAtMs: presence.heardAtMs }))
      .filter(
        (entry): entry is { presence: Presence; heardAtMs: number } => entry.heardAtMs !== null,
      )
      .sort((a, b) => a.heardAtMs - b.heardAtMs)
    for (const { presence, heardAtMs } of inOrder) {
      const silentAfterMs = this.#silentAfterMsOf(presence.deviceId)
      if (silentAfterMs === null) continue
      const remainingMs = heardAtMs + silentAfterMs - listenedUntilMs
      presence.isSilent = remainingMs <= 0
      if (remainingMs > 0) this.#listFor(silentAfterMs).push(presence.silence, nowMs + remainingMs)
      presence.announced = presence.status()
    }
    this.#arm()
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
    this.#timer = null
  }

  /** Readings that are on disk, in the order of the journal. Listeners are told once what has come of all of them. */
  hear(columns: ReadingColumns): void {
    const { length, series, seriesOf, arrivedAtMs, flags, values } = columns
    const heard = this.#presencesOf(series)
    const tellFault = series.map(({ point }) => point === FAULT_POINT)
    const newest = new Uint32Array(series.length)
    for (let index = 0; index < length; index += 1) {
      const number = seriesOf[index] as number
      newest[number] = index
      const presence = heard[number] as Presence
      // Most readings tell nothing but that the device is there.
      const tellsNoFault =
        tellFault[number] === false || presence.hasFault === (values[index] === 1)
      const isUsual = isPlain(flags[index] as number) && tellsNoFault
      if (isUsual && presence.calibratingPoints.size === 0) continue
      this.#learn(presence, readingAt(columns, index))
    }
    for (let number = 0; number < heard.length; number += 1) {
      const presence = heard[number] as Presence
      // Arrival never decreases along the journal.
      const atMs = arrivedAtMs[newest[number] as number] as number
      if (presence.heardAtMs === null || atMs > presence.heardAtMs) this.#touch(presence, atMs)
      this.#announce(presence)
    }
    this.#arm()
  }

  connected(deviceId: string): void {
    this.#presenceOf(deviceId).connections += 1
  }

  disconnected(deviceId: string): void {
    const presence = this.#devices.get(deviceId)
    if (presence !== undefined && presence.connections > 0) presence.connections -= 1
  }

  /** The device was removed from the registry. */
  forget(deviceId: string): void {
    const presence = this.#devices.get(deviceId)
    if (presence === undefined) return
    presence.silence.list?.remove(presence.silence)
    this.#devices.delete(deviceId)
  }

  statusOf(deviceId: string): PresenceOfDevice {
    const presence = this.#devices.get(deviceId)
    if (presence === undefined) {
      return { status: 'never-seen', lastSeenAtMs: null, connected: false }
    }
    return {
      status: presence.status(),
      lastSeenAtMs: presence.heardAtMs,
      connected: presence.connections > 0,
    }
  }

  /** Calls back on every change of a device's status; the returned function ends it. */
  onChange(listener: (event: DeviceEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One for each series; those of one device mostly lie together. */
  #presencesOf(series: readonly Series[]): readonly Presence[] {
    let last: Presence | null = null
    return series.map(({ deviceId }) => {
      last = last?.deviceId === deviceId ? last : this.#presenceOf(deviceId)
      return last
    })
  }

  #presenceOf(deviceId: string): Presence {
    const known = this.#devices.get(deviceId)
    if (known !== undefined) return known
    const presence = new Presence(deviceId)
    this.#devices.set(deviceId, presence)
    return presence
  }

  #listFor(silentAfterMs: number): DeadlineList<Presence> {
    const known = this.#lists.get(silentAfterMs)
    if (known !== undefined) return known
    const list = new DeadlineList<Presence>()
    this.#lists.set(silentAfterMs, list)
    return list
  }

  #touch(presence: Presence, arrivedAtMs: number): void {
    presence.heardAtMs = arrivedAtMs
    const silentAfterMs = this.#silentAfterMsOf(presence.deviceId)
    if (silentAfterMs === null) return
    // After a pause of the process readings may be older than the silence allows already; the timer
    // is due at once then, and the next reading in the journal corrects it.
    presence.isSilent = false
    this.#listFor(silentAfterMs).push(presence.silence, arrivedAtMs + silentAfterMs)
  }

  #learn(
    presence: Presence,
    reading: Pick<Reading, 'point' | 'value' | 'quality' | 'marks'>,
  ): void {
    if ((reading.marks & MARK.outOfOrder) !== 0) return
    if (reading.quality === 'calibrating') presence.calibratingPoints.add(reading.point)
    else if (presence.calibratingPoints.size > 0) presence.calibratingPoints.delete(reading.point)
    if (reading.point === FAULT_POINT && reading.quality !== 'calibrating') {
      presence.hasFault = reading.value === true || reading.value === 1
    }
  }

  #announce(presence: Presence): void {
    const status = presence.status()
    if (status === presence.announced) return
    presence.announced = status
    const event = {
      deviceId: presence.deviceId,
      status,
      at: new Date(this.#clock.nowMs()).toISOString(),
    }
    for (const listener of this.#listeners) listener(event)
  }

  /** One timer for the earliest deadline; one that has been moved since is found not due and left. */
  #arm(): void {
    if (this.#isStopped) return
    let earliestMs: number | null = null
    for (const list of this.#lists.values()) {
      const dueAtMs = list.nextDueAtMs()
      if (dueAtMs !== null && (earliestMs === null || dueAtMs < earliestMs)) earliestMs = dueAtMs
    }
    if (earliestMs === null) return
    if (this.#timer !== null) {
      if (this.#timer.atMs <= earliestMs) return
      this.#timer.cancel()
    }
    const atMs = earliestMs
    this.#timer = { atMs, cancel: this.#clock.wakeAt(atMs, () => this.#walk()) }
  }

  #walk(): void {
    this.#timer = null
    const nowMs = this.#clock.nowMs()
    for (const list of this.#lists.values()) {
      for (let due = list.takeDue(nowMs); due !== null; due = list.takeDue(nowMs)) {
        due.isSilent = true
        this.#announce(due)
      }
    }
    this.#arm()
  }
}
