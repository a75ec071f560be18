import type { Clock } from '#alerting/clock.ts'
import { MARK, type Reading } from '#alerting/reading.ts'
import { LIVE_LIMITS } from '#config/limits.ts'
import type { LiveReading } from '../contract.ts'

/** Somebody who watches; takes what it is given at once and never makes us wait. */
export interface ReadingWatcher {
  showReadings(readings: readonly LiveReading[]): void
}

interface WatchedPoint {
  reading: LiveReading
  sentAtMs: number
}

interface WatchedDevice {
  readonly watchers: Set<ReadingWatcher>
  readonly points: Map<string, WatchedPoint>
}

/**
 * The newest reading of each watched point, shown at most once a second: a reading that comes after a
 * quiet second is shown at the next tick, one that comes too early waits, and of those that wait the
 * latest wins. A device that nobody watches costs one look-up.
 */
export class LiveReadings {
  readonly #clock: Clock
  readonly #devices = new Map<string, WatchedDevice>()
  readonly #watchedBy = new Map<ReadingWatcher, ReadonlySet<string>>()
  readonly #dirty = new Set<WatchedPoint>()
  #cancelTick: (() => void) | null = null

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock
  }

  stop(): void {
    this.#cancelTick?.()
    this.#cancelTick = null
    this.#dirty.clear()
  }

  /** Replaces what the watcher watched before. */
  watch(watcher: ReadingWatcher, deviceIds: readonly string[]): void {
    this.unwatch(watcher)
    const wanted = new Set(deviceIds)
    this.#watchedBy.set(watcher, wanted)
    for (const deviceId of wanted) {
      const device = this.#devices.get(deviceId)
      if (device === undefined) {
        this.#devices.set(deviceId, { watchers: new Set([watcher]), points: new Map() })
      } else {
        device.watchers.add(watcher)
      }
    }
  }

  unwatch(watcher: ReadingWatcher): void {
    for (const deviceId of this.#watchedBy.get(watcher) ?? []) {
      const device = this.#devices.get(deviceId)
      if (device === undefined) continue
      device.watchers.delete(watcher)
      if (device.watchers.size > 0) continue
      this.#devices.delete(deviceId)
      for (const point of device.points.values()) this.#dirty.delete(point)
    }
    this.#watchedBy.delete(watcher)
  }

  isWatched(deviceId: string): boolean {
    return this.#devices.has(deviceId)
  }

  /** Readings that are on disk, in the order of the journal. */
  hear(readings: readonly Reading[]): void {
    for (const reading of readings) {
      const device = this.#devices.get(reading.deviceId)
      if (device === undefined || (reading.marks & MARK.outOfOrder) !== 0) continue
      const shown = {
        deviceId: reading.deviceId,
        point: reading.point,
        ts: reading.observedAtMs,
        value: reading.value,
        quality: reading.quality,
      }
      const point = device.points.get(reading.point)
      if (point === undefined) {
        const fresh = { reading: shown, sentAtMs: Number.NEGATIVE_INFINITY }
        device.points.set(reading.point, fresh)
        this.#dirty.add(fresh)
      } else {
        point.reading = shown
        this.#dirty.add(point)
      }
    }
    this.#arm()
  }

  #arm(): void {
    if (this.#dirty.size === 0 || this.#cancelTick !== null) return
    const atMs = this.#clock.nowMs() + LIVE_LIMITS.readingTickMs
    this.#cancelTick = this.#clock.wakeAt(atMs, () => this.#tick())
  }

  #tick(): void {
    this.#cancelTick = null
    const nowMs = this.#clock.nowMs()
    const batches = new Map<ReadingWatcher, LiveReading[]>()
    for (const point of this.#dirty) {
      if (nowMs - point.sentAtMs < LIVE_LIMITS.readingIntervalMs) continue
      this.#dirty.delete(point)
      point.sentAtMs = nowMs
      for (const watcher of this.#devices.get(point.reading.deviceId)?.watchers ?? []) {
        const batch = batches.get(watcher)
        if (batch === undefined) batches.set(watcher, [point.reading])
        else batch.push(point.reading)
      }
    }
    for (const [watcher, batch] of batches) watcher.showReadings(batch)
    this.#arm()
  }
}
