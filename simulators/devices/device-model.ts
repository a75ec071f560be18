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

/** Strength of the radio signal, dBm: wanders slowly round the mean of its place. */
export class RadioSignal {
  readonly #mean: number
  readonly #fading: Noise

  constructor(random: SeededRandom) {
    this.#mean = random.between(-96, -63)
    this.#fading = new Noise(random.fork('fading'), { sigma: 2.5, correlationMs: 120_000 })
  }

  at(atMs: number): number {
    const strength = this.#mean + this.#fading.at(atMs)
    return quantize(strength, { step: 1, min: -120, max: -30 })
  }
}

/** What a radio device on a battery reports beside its measurement. */
export class Housekeeping {
  readonly #batteryAtStart: number
  readonly #radio: RadioSignal

  constructor(random: SeededRandom) {
    this.#batteryAtStart = random.between(62, 100)
    this.#radio = new RadioSignal(random.fork('radio'))
  }

  sample(atMs: number, influences: Influences): { battery: number; signal: number } {
    const charge = this.#batteryAtStart - influences.rampOf('battery-drain', atMs)
    return {
      battery: quantize(charge, { step: 1, min: 0, max: 100 }),
      signal: this.#radio.at(atMs),
    }
  }
}
