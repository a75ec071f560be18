import type { SeededRandom } from '../seeded-random.ts'
import { Noise, quantize, workload } from '../signals.ts'
import { type DeviceModel, Housekeeping, type Values } from './device-model.ts'
import type { Influences } from './influence.ts'

/** GB 4715-2024, 5.7, type B: the response threshold of the chamber. */
const RESPONSE_DB_PER_M = 0.15
/** The chamber must clear below this before the alarm ends. */
const CLEAR_DB_PER_M = 0.09

/** Photoelectric smoke alarm on a battery: obscuration in its chamber, and its own verdict on it. */
export class SmokeAlarm implements DeviceModel {
  readonly profileId = 'smoke'
  readonly reportEveryMs = 15_000
  readonly reportDeltas = { obscuration: 0.03 }
  readonly #dust: number
  readonly #noise: Noise
  readonly #wisps: Noise
  readonly #housekeeping: Housekeeping
  #smoke = false

  constructor(random: SeededRandom) {
    this.#dust = random.between(0.004, 0.02)
    this.#noise = new Noise(random.fork('noise'), { sigma: 0.002, correlationMs: 60_000 })
    this.#wisps = new Noise(random.fork('wisps'), { sigma: 0.12, correlationMs: 5_000 })
    this.#housekeeping = new Housekeeping(random.fork('housekeeping'))
  }

  sample(atMs: number, influences: Influences): Values {
    const smoke = influences.bumpOf('smoulder', atMs) * (1 + this.#wisps.at(atMs))
    const obscuration =
      this.#dust +
      0.008 * workload(atMs) +
      this.#noise.at(atMs) +
      influences.rampOf('drift', atMs) +
      smoke
    this.#smoke = obscuration >= (this.#smoke ? CLEAR_DB_PER_M : RESPONSE_DB_PER_M)
    return {
      smoke: this.#smoke,
      obscuration: quantize(obscuration, { step: 0.001, min: 0, max: 5 }),
      ...this.#housekeeping.sample(atMs, influences),
      fault: influences.isUnder('fault', atMs),
      tamper: influences.isUnder('tamper', atMs),
    }
  }
}
