import type { Socket } from 'socket.io'
import { LIVE_LIMITS } from '#config/limits.ts'
import type {
  AlarmDto,
  ClientToServerEvents,
  DeviceEvent,
  Heartbeat,
  LiveReading,
  ServerToClientEvents,
  Snapshot,
} from '../contract.ts'
import type { Principal } from '../registry/types.ts'
import type { ReadingWatcher } from './live-readings.ts'

export type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents>

/** A snapshot without the number that each connection gives it. */
export type SnapshotBody = Omit<Snapshot, 'sequence'>

export interface LiveConnectionOptions {
  readonly socket: LiveSocket
  readonly principal: Principal
  readonly nowMs: () => number
  /** Made at the moment it is sent, so that it holds everything that went before. */
  readonly snapshot: (principal: Principal) => SnapshotBody
}

/**
 * One screen. What it is to see is put in and leaves as fast as the screen takes it; nothing here
 * ever waits for it.
 *
 * - Alarm events wait in order, bounded; above the bound the screen is dropped and comes back for a
 *   snapshot. They are numbered as they leave, from one connection's first snapshot on without gaps,
 *   whatever part of the district the account sees: a gap means loss.
 * - Of device events and readings the latest of each device and point waits.
 * - A snapshot that is due is made when there is room and takes the place of the waiting alarm events.
 * - A screen whose socket has taken nothing for `clientStallMsMax` is dropped.
 */
export class LiveConnection implements ReadingWatcher {
  readonly socket: LiveSocket
  principal: Principal
  watchedDeviceIds: readonly string[] = []
  readonly #nowMs: () => number
  readonly #snapshot: (principal: Principal) => SnapshotBody
  #alarms: AlarmDto[] = []
  #nextAlarm = 0
  readonly #devices = new Map<string, DeviceEvent>()
  readonly #readings = new Map<string, LiveReading>()
  #sequence = 0
  #isSnapshotDue = false
  #snapshotSentAtMs = Number.NEGATIVE_INFINITY
  #stalledSinceMs: number | null = null
  #isSending = false
  #watchSecond = 0
  #watchesInSecond = 0

  constructor(options: LiveConnectionOptions) {
    this.socket = options.socket
    this.principal = options.principal
    this.#nowMs = options.nowMs
    this.#snapshot = options.snapshot
    this.socket.conn.on('drain', () => {
      this.#stalledSinceMs = null
      this.#send()
    })
  }

  showSnapshot(): void {
    this.#isSnapshotDue = true
    this.#send()
  }

  /** False: the screen is too far behind and must be dropped. */
  showAlarm(alarm: AlarmDto): boolean {
    this.#alarms.push(alarm)
    this.#send()
    return this.#alarms.length - this.#nextAlarm <= LIVE_LIMITS.clientBacklogAlarmsMax
  }

  showDevice(event: DeviceEvent): void {
    this.#devices.set(event.deviceId, event)
    this.#send()
  }

  showReadings(readings: readonly LiveReading[]): void {
    for (const reading of readings) {
      this.#readings.set(`${reading.deviceId}\n${reading.point}`, reading)
    }
    this.#send()
  }

  /** A sign of life is worth nothing late: it is sent now or not at all. */
  showHeartbeat(heartbeat: Heartbeat): void {
    this.#send()
    if (this.#hasRoom()) this.socket.emit('heartbeat', heartbeat)
  }

  /** A client may change its mind, but not a hundred times a second. */
  mayWatchNow(): boolean {
    const second = Math.floor(this.#nowMs() / 1_000)
    if (second !== this.#watchSecond) {
      this.#watchSecond = second
      this.#watchesInSecond = 0
    }
    this.#watchesInSecond += 1
    return this.#watchesInSecond <= LIVE_LIMITS.watchesPerSecondMax
  }

  isStalled(): boolean {
    return (
      this.#stalledSinceMs !== null &&
      this.#nowMs() - this.#stalledSinceMs >= LIVE_LIMITS.clientStallMsMax
    )
  }

  drop(): void {
    this.socket.disconnect(true)
  }

  /** `emit` may drain the socket at once and come back here, hence the guard. */
  #send(): void {
    if (this.#isSending) return
    this.#isSending = true
    try {
      while (this.#hasRoom() && this.#sendNext());
    } finally {
      this.#isSending = false
    }
    if (!this.#hasRoom()) this.#stalledSinceMs ??= this.#nowMs()
  }

  #hasRoom(): boolean {
    // engine.io keeps it private, and has no other way to tell how far behind a client is.
    const { writeBuffer } = this.socket.conn as unknown as { readonly writeBuffer: unknown[] }
    return writeBuffer.length < LIVE_LIMITS.clientBacklogPacketsMax
  }

  /** The most important thing that waits; false when nothing does. */
  #sendNext(): boolean {
    return this.#sendSnapshot() || this.#sendAlarm() || this.#sendDevice() || this.#sendReadings()
  }

  #sendSnapshot(): boolean {
    const nowMs = this.#nowMs()
    const isTooSoon = nowMs - this.#snapshotSentAtMs < LIVE_LIMITS.snapshotIntervalMs
    if (!this.#isSnapshotDue || isTooSoon) return false
    this.#isSnapshotDue = false
    this.#snapshotSentAtMs = nowMs
    this.#alarms = []
    this.#nextAlarm = 0
    this.socket.emit('snapshot', { sequence: this.#sequence, ...this.#snapshot(this.principal) })
    return true
  }

  #sendAlarm(): boolean {
    const alarm = this.#alarms[this.#nextAlarm]
    if (alarm === undefined) return false
    this.#nextAlarm += 1
    if (this.#nextAlarm === this.#alarms.length) {
      this.#alarms = []
      this.#nextAlarm = 0
    }
    this.#sequence += 1
    this.socket.emit('alarm', { ...alarm, sequence: this.#sequence })
    return true
  }

  #sendDevice(): boolean {
    const [event] = this.#devices.values()
    if (event === undefined) return false
    this.#devices.delete(event.deviceId)
    this.socket.emit('device', event)
    return true
  }

  #sendReadings(): boolean {
    if (this.#readings.size === 0) return false
    const batch = [...this.#readings.values()]
    this.#readings.clear()
    this.socket.emit('reading', batch)
    return true
  }
}
