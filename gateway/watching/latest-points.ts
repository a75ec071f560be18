import { MARK, type Reading } from '#alerting/reading.ts'

export interface LatestPoint {
  readonly value: number | boolean
  readonly observedAtMs: number
}

/** A reading as it comes from the journal or, at the start, from the store of old ones. */
export type HeardReading = Pick<
  Reading,
  'point' | 'value' | 'quality' | 'marks' | 'observedAtMs'
> & { readonly deviceId: string }

/** The newest usable value of each point of watched devices. */
export class LatestPoints {
  readonly #points = new Map<string, LatestPoint>()

  /** `isWatched` is asked once a reading that is usable. */
  hear(readings: Iterable<HeardReading>, isWatched: (deviceId: string) => boolean): void {
    for (const { deviceId, point, value, quality, marks, observedAtMs } of readings) {
      // As the rules judge: what is bad, being calibrated or overtaken is no value of now.
      if (quality === 'bad' || quality === 'calibrating') continue
      if ((marks & MARK.outOfOrder) !== 0) continue
      if (!isWatched(deviceId)) continue
      const key = `${deviceId}/${point}`
      const present = this.#points.get(key)
      if (present !== undefined && present.observedAtMs > observedAtMs) continue
      this.#points.set(key, { value, observedAtMs })
    }
  }

  of(deviceId: string, point: string): LatestPoint | null {
    return this.#points.get(`${deviceId}/${point}`) ?? null
  }
}
