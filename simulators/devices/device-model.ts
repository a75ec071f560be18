import type { SeededRandom } from '../seeded-random.ts'
import { Noise, quantize } from '../signals.ts'
import type { Influences } from './influence.ts'

export type Values = Readonly<Record<string, number | boolean>>

/**
 * The physics of one kind of device: what it measures at an instant, given what the world does to
 * it. Sampled in order of time; says nothing about how readings travel.
 */
export interface DeviceModel {
  readonly profileId: string
  /** How often it reports when nothing happens. */
  readonly reportEveryMs: number
  /** A point that moved this far since its last report is reported at once. */
  readonly reportDeltas: Readonly<Record<string, number>>
  sample(atMs: number, influences: Influences): Values
}

/** What a radio device with a battery reports beside its measurement. */
export class Housekeeping {
  readonly #batteryAtStart: number
  readonly #signalStrength: Noise
  readonly #signalMean: number

  constructor(random: SeededRandom) {
    this.#batteryAtStart = random.between(62, 100)
    this.#signalMean = random.between(-96, -63)
    this.#signalStrength = new Noise(random.fork('signal'), { sigma: 2.5, correlationMs: 120_000 })
  }

  battery(atMs: number, influences: Influences): number {
    const charge = this.#batteryAtStart - influences.rampOf('battery-drain', atMs)
    return quantize(charge, { step: 1, min: 0, max: 100 })
  }

  /** dBm. */
  signal(atMs: number): number {
    const strength = this.#signalMean + this.#signalStrength.at(atMs)
    return quantize(strength, { step: 1, min: -120, max: -30 })
  }
}
