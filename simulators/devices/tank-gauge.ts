import type { SeededRandom } from '../seeded-random.ts'
import { dailySwing, Noise, quantize } from '../signals.ts'
import { type DeviceModel, RadioSignal, type Values } from './device-model.ts'
import type { Influences } from './influence.ts'

/** A tank breathes in and out between deliveries over this time. */
const TURNOVER_MS = 6 * 3_600_000
const LEVEL_MIN = 30
const LEVEL_MAX = 72

/**
 * Instruments of a storage tank: the level wanders between deliveries and withdrawals, the vapour
 * pressure follows warmth and filling, the medium warms slowly with the day.
 */
export class TankGauge implements DeviceModel {
  readonly profileId = 'tank'
  readonly reportEveryMs = 5_000
  readonly reportDeltas = { level: 1, pressure: 1 }
  readonly #phase: number
  readonly #mediumMean: number
  readonly #ripple: Noise
  readonly #breathing: Noise
  readonly #radio: RadioSignal

  constructor(random: SeededRandom) {
    this.#radio = new RadioSignal(random.fork('radio'))
    this.#phase = random.next()
    this.#mediumMean = random.between(19, 25)
    this.#ripple = new Noise(random.fork('ripple'), { sigma: 0.05, correlationMs: 8_000 })
    this.#breathing = new Noise(random.fork('breathing'), { sigma: 0.15, correlationMs: 60_000 })
  }

  sample(atMs: number, influences: Influences): Values {
    const level =
      this.#stock(atMs) +
      this.#ripple.at(atMs) +
      influences.rampOf('drift', atMs) +
      influences.bumpOf('overfill', atMs)
    const warmth = dailySwing(atMs - 2 * 3_600_000)
    const pressure =
      5 +
      1.2 * warmth +
      0.02 * level +
      this.#breathing.at(atMs) +
      influences.bumpOf('over-pressure', atMs)
    return {
      level: quantize(level, { step: 0.1, min: 0, max: 100 }),
      pressure: quantize(pressure, { step: 0.01, min: -5, max: 2_500 }),
      temperature: quantize(this.#mediumMean + 1.5 * warmth, { step: 0.1, min: -50, max: 200 }),
      fault: influences.isUnder('fault', atMs),
      signal: this.#radio.at(atMs),
    }
  }

  /** Withdrawn slowly over most of the turnover, filled quickly at its end. */
  #stock(atMs: number): number {
    const part = (atMs / TURNOVER_MS + this.#phase) % 1
    const filled = part < 0.8 ? 1 - part / 0.8 : (part - 0.8) / 0.2
    return LEVEL_MIN + (LEVEL_MAX - LEVEL_MIN) * filled
  }
}
