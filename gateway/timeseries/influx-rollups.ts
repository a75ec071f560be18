import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { HOUR_MS } from './buckets.ts'
import { type Coverage, type Span, without } from './source-plan.ts'
import type { Horizons, RangeRequest } from './time-series.ts'

/** Full hours to be rolled up, of the devices named or of all. */
export interface RollupPiece extends Span {
  readonly deviceIds: readonly string[] | null
}

/** An hour whose roll-ups are older than its readings. */
interface StaleHour {
  /** Null: of any device. */
  devices: Set<string> | null
  /** Rises with every reading, so that one that comes while the hour is made is not overlooked. */
  marks: number
}

/**
 * Up to when roll-ups were made in an InfluxDB, and which hours before that got readings since. Kept in
 * the database in the same point as the progress of writing: what a batch made stale is known before the
 * batch counts as written.
 */
export class RollupState {
  readonly #stale = new Map<number, StaleHour>()
  #rolledBeforeMs = Number.NEGATIVE_INFINITY
  /** End of what is being made right now. */
  #underWayToMs = Number.NEGATIVE_INFINITY
  #staleDevices = 0

  get rolledBeforeMs(): number {
    return this.#rolledBeforeMs
  }

  /** Before the readings are written. `goneBeforeMs`: an hour that lost readings already is not made again. */
  mark(readings: readonly Reading[], goneBeforeMs: number): void {
    const beforeMs = Math.max(this.#rolledBeforeMs, this.#underWayToMs)
    for (const { observedAtMs, deviceId } of readings) {
      if (observedAtMs >= beforeMs) continue
      const hour = Math.floor(observedAtMs / HOUR_MS)
      if (hour * HOUR_MS >= goneBeforeMs) this.#markHour(hour, deviceId)
    }
    if (this.#stale.size > INFLUX_LIMITS.staleHoursMax) this.#goBack()
  }

  /** The oldest stale hour to be made, before `beforeMs`. */
  nextStale(beforeMs: number): RollupPiece | null {
    const hour = [...this.#stale.keys()].reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    const stale = this.#stale.get(hour)
    if (stale === undefined || (hour + 1) * HOUR_MS > beforeMs) return null
    const deviceIds = stale.devices === null ? null : [...stale.devices]
    return { fromMs: hour * HOUR_MS, toMs: (hour + 1) * HOUR_MS, deviceIds }
  }

  /** Returns what to call when the piece is made; without that call it is still to be made. */
  begin({ fromMs, toMs, deviceIds }: RollupPiece): () => void {
    if (deviceIds === null && fromMs >= this.#rolledBeforeMs) {
      this.#underWayToMs = toMs
      return () => {
        if (this.#rolledBeforeMs === fromMs) this.advance(toMs)
      }
    }
    const hour = fromMs / HOUR_MS
    const marks = this.#stale.get(hour)?.marks
    return () => {
      const stale = this.#stale.get(hour)
      if (stale === undefined || stale.marks !== marks) return
      this.#staleDevices -= stale.devices?.size ?? 0
      this.#stale.delete(hour)
    }
  }

  /** Nothing before that is not in the roll-ups or marked. */
  advance(toMs: number): void {
    this.#rolledBeforeMs = Math.max(this.#rolledBeforeMs, toMs)
  }

  /** Hours that lost their readings keep what was made of them. */
  forget(beforeMs: number): void {
    for (const [hour, { devices }] of this.#stale) {
      if (hour * HOUR_MS >= beforeMs) continue
      this.#staleDevices -= devices?.size ?? 0
      this.#stale.delete(hour)
    }
  }

  coverage({ deviceId, fromMs, toMs }: RangeRequest, goneBefore: Horizons): Coverage {
    const gaps = [...this.#stale]
      .filter(([, { devices }]) => devices === null || devices.has(deviceId))
      .map(([hour]) => ({ fromMs: hour * HOUR_MS, toMs: (hour + 1) * HOUR_MS }))
    const rolledToMs = Math.min(this.#rolledBeforeMs, Math.ceil(toMs / HOUR_MS) * HOUR_MS)
    const rolled = { fromMs: Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs: rolledToMs }
    return { rolled: without(rolled, gaps), goneBefore }
  }

  /** `null` before anything was rolled up. */
  toText(): string | null {
    if (!Number.isFinite(this.#rolledBeforeMs)) return null
    const stale = [...this.#stale].map(([hour, { devices }]) => [
      hour,
      devices === null ? null : [...devices],
    ])
    return JSON.stringify({ before: this.#rolledBeforeMs, stale })
  }

  /** Takes what `toText` said, in addition to what is known already. */
  add(text: string): void {
    const { before, stale } = JSON.parse(text) as {
      before: number
      stale: [number, string[] | null][]
    }
    this.advance(before)
    for (const [hour, devices] of stale) {
      if (devices === null) this.#markHour(hour, null)
      for (const deviceId of devices ?? []) this.#markHour(hour, deviceId)
    }
  }

  /** The database is another one: nothing is known of it. */
  clear(): void {
    this.#stale.clear()
    this.#staleDevices = 0
    this.#rolledBeforeMs = Number.NEGATIVE_INFINITY
    this.#underWayToMs = Number.NEGATIVE_INFINITY
  }

  #markHour(hour: number, deviceId: string | null): void {
    const known = this.#stale.get(hour)
    const stale = known ?? { devices: new Set<string>(), marks: 0 }
    if (known === undefined) this.#stale.set(hour, stale)
    stale.marks += 1
    if (stale.devices === null || (deviceId !== null && stale.devices.has(deviceId))) return
    if (deviceId === null || this.#staleDevices >= INFLUX_LIMITS.staleDevicesMax) {
      this.#staleDevices -= stale.devices.size
      stale.devices = null
      return
    }
    stale.devices.add(deviceId)
    this.#staleDevices += 1
  }

  /** Too many to list: everything from the oldest on is made again. */
  #goBack(): void {
    const oldest = [...this.#stale.keys()].reduce((a, b) => Math.min(a, b))
    this.#rolledBeforeMs = oldest * HOUR_MS
    this.#stale.clear()
    this.#staleDevices = 0
  }
}
