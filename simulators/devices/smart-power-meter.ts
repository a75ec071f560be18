import type { SeededRandom } from '../seeded-random.ts'
import { dailySwing, Noise, quantize, workload } from '../signals.ts'
import { type DeviceModel, RadioSignal, type Values } from './device-model.ts'
import type { Influences } from './influence.ts'

const HOUR_MS = 3_600_000
/** How fast a joint warms: it follows the load with this time constant. */
const JOINT_TIME_CONSTANT_MS = 90_000

/**
 * Electrical fire monitor at a distribution box: voltage that sags under load, current that follows
 * the working day, the heat of the joints behind it, the natural leakage of the circuit, and an
 * energy register that only ever counts up.
 */
export class SmartPowerMeter implements DeviceModel {
  readonly profileId = 'smart-power'
  readonly reportEveryMs = 5_000
  readonly reportDeltas = { residualCurrent: 25, temperature: 3, current: 12 }
  readonly #ratedCurrent: number
  readonly #powerFactor: number
  readonly #naturalLeakage: number
  readonly #mains: Noise
  readonly #load: Noise
  readonly #leakage: Noise
  readonly #radio: RadioSignal
  #jointRise: number | null = null
  #energyKwh: number
  #atMs: number | null = null

  constructor(random: SeededRandom) {
    this.#radio = new RadioSignal(random.fork('radio'))
    this.#ratedCurrent = random.pick([32, 40, 63, 80, 100])
    this.#powerFactor = random.between(0.86, 0.97)
    this.#naturalLeakage = random.between(18, 70)
    this.#energyKwh = random.between(2_000, 90_000)
    this.#mains = new Noise(random.fork('mains'), { sigma: 1.6, correlationMs: 90_000 })
    this.#load = new Noise(random.fork('load'), { sigma: 0.05, correlationMs: 45_000 })
    this.#leakage = new Noise(random.fork('leakage'), { sigma: 2.5, correlationMs: 15_000 })
  }

  sample(atMs: number, influences: Influences): Values {
    const elapsedMs = this.#atMs === null ? 0 : Math.max(0, atMs - this.#atMs)
    this.#atMs = atMs
    const share = Math.max(0.03, 0.62 * workload(atMs) + this.#load.at(atMs))
    const current = share * this.#ratedCurrent + influences.bumpOf('overload', atMs)
    const loading = current / this.#ratedCurrent
    const voltage = 226 + this.#mains.at(atMs) - 5 * loading
    const power = voltage * current * this.#powerFactor
    this.#energyKwh += (power / 1000) * (elapsedMs / HOUR_MS)

    const jointTarget = 14 * loading * loading
    const followed = 1 - Math.exp(-elapsedMs / JOINT_TIME_CONSTANT_MS)
    this.#jointRise =
      this.#jointRise === null
        ? jointTarget
        : this.#jointRise + (jointTarget - this.#jointRise) * followed
    const temperature =
      25 + 4 * dailySwing(atMs) + this.#jointRise + influences.bumpOf('hot-joint', atMs)
    const residual =
      this.#naturalLeakage * (0.7 + 0.4 * loading) +
      this.#leakage.at(atMs) +
      influences.rampOf('drift', atMs) +
      influences.bumpOf('insulation-fault', atMs)
    return {
      residualCurrent: quantize(residual, { step: 1, min: 0, max: 1_000 }),
      temperature: quantize(temperature, { step: 0.1, min: -20, max: 180 }),
      voltage: quantize(voltage, { step: 0.1, min: 0, max: 450 }),
      current: quantize(current, { step: 0.1, min: 0, max: 250 }),
      power: quantize(power, { step: 1, min: 0, max: 60_000 }),
      energy: quantize(this.#energyKwh, { step: 0.01, min: 0, max: 999_999 }),
      fault: influences.isUnder('fault', atMs),
      signal: this.#radio.at(atMs),
    }
  }
}
