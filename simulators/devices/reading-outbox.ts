import type { Values } from './device-model.ts'

/** One payload's worth of values with the time of the device's own clock. */
export interface TimedSample {
  readonly ts: number
  readonly values: Values
}

/** Two hours of a report every five seconds: the memory of a real device's buffer. */
const SAMPLES_MAX = 1_440

/**
 * What a device has measured and nobody has acknowledged yet, oldest first. When the buffer is full
 * the oldest sample goes, as in a real ring buffer, and is counted.
 */
export class ReadingOutbox {
  #samples: TimedSample[] = []
  #lost = 0

  get size(): number {
    return this.#samples.length
  }

  /** Samples that were overwritten before anybody acknowledged them. */
  get lost(): number {
    return this.#lost
  }

  add(sample: TimedSample): void {
    this.#samples.push(sample)
    if (this.#samples.length > SAMPLES_MAX) {
      this.#samples.shift()
      this.#lost += 1
    }
  }

  /** The oldest samples, which stay here until `acknowledged`. */
  peek(countMax: number): readonly TimedSample[] {
    return this.#samples.slice(0, countMax)
  }

  acknowledged(samples: readonly TimedSample[]): void {
    const done = new Set(samples)
    this.#samples = this.#samples.filter((sample) => !done.has(sample))
  }
}
