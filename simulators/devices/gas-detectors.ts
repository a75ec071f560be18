import type { SeededRandom } from '../seeded-random.ts'
import { dailySwing, Noise, quantize, warmUp } from '../signals.ts'
import { type DeviceModel, Housekeeping, type Values } from './device-model.ts'
import type { Influences } from './influence.ts'

/** A catalytic bead settles for this long after power-on. */
const WARM_UP_MS = 30_000

/** Fixed combustible gas detector with a catalytic sensor: %LEL, a little off zero, warm at first. */
export class CombustibleGasDetector implements DeviceModel {
  readonly profileId = 'gas-combustible'
  readonly reportEveryMs = 5_000
  readonly reportDeltas = { lel: 2 }
  readonly #noise: Noise
  readonly #turbulence: Noise
  readonly #zero: number
  readonly #housekeeping: Housekeeping
  readonly #warmUpHeight: number
  #switchedOnMs: number | null = null

  constructor(random: SeededRandom) {
    this.#noise = new Noise(random.fork('noise'), { sigma: 0.25, correlationMs: 20_000 })
    this.#turbulence = new Noise(random.fork('plume'), { sigma: 0.035, correlationMs: 4_000 })
    this.#housekeeping = new Housekeeping(random.fork('housekeeping'))
    this.#zero = random.between(0.3, 1.8)
    this.#warmUpHeight = random.between(2, 7)
  }

  sample(atMs: number, influences: Influences): Values {
    this.#switchedOnMs ??= atMs
    const plume = influences.bumpOf('leak', atMs) * (1 + this.#turbulence.at(atMs))
    const lel =
      this.#zero +
      0.3 * dailySwing(atMs) +
      this.#warmUpHeight * warmUp(atMs - this.#switchedOnMs, WARM_UP_MS) +
      this.#noise.at(atMs) +
      influences.rampOf('drift', atMs) +
      plume
    return {
      lel: quantize(lel, { step: 0.1, min: 0, max: 100 }),
      fault: influences.isUnder('fault', atMs),
      ...this.#housekeeping.sample(atMs, influences),
    }
  }
}

export const TOXIC_GASES = {
  /** mg/m³: background, noise, resolution and full scale of common electro-chemical cells. */
  co: { background: 1.2, sigma: 0.4, step: 0.1, max: 600, delta: 2 },
  h2s: { background: 0.2, sigma: 0.15, step: 0.1, max: 140, delta: 1 },
  nh3: { background: 1.6, sigma: 0.5, step: 0.1, max: 75, delta: 2 },
  cl2: { background: 0.02, sigma: 0.02, step: 0.01, max: 30, delta: 0.1 },
} as const
export type ToxicGas = keyof typeof TOXIC_GASES

/** Fixed toxic gas detector with an electro-chemical cell: mg/m³, slow, drifting with the day's warmth. */
export class ToxicGasDetector implements DeviceModel {
  readonly profileId: string
  readonly reportEveryMs = 5_000
  readonly reportDeltas: Readonly<Record<string, number>>
  readonly #gas: (typeof TOXIC_GASES)[ToxicGas]
  readonly #noise: Noise
  readonly #turbulence: Noise
  readonly #housekeeping: Housekeeping

  constructor(gas: ToxicGas, random: SeededRandom) {
    this.profileId = `gas-toxic-${gas}`
    this.#gas = TOXIC_GASES[gas]
    this.#housekeeping = new Housekeeping(random.fork('housekeeping'))
    this.reportDeltas = { concentration: this.#gas.delta }
    this.#noise = new Noise(random.fork('noise'), {
      sigma: this.#gas.sigma,
      correlationMs: 60_000,
    })
    this.#turbulence = new Noise(random.fork('plume'), { sigma: 0.05, correlationMs: 6_000 })
  }

  sample(atMs: number, influences: Influences): Values {
    const { background, step, max } = this.#gas
    const plume = influences.bumpOf('leak', atMs) * (1 + this.#turbulence.at(atMs))
    const concentration =
      background * (1 + 0.2 * dailySwing(atMs)) +
      this.#noise.at(atMs) +
      influences.rampOf('drift', atMs) +
      plume
    return {
      concentration: quantize(concentration, { step, min: 0, max }),
      fault: influences.isUnder('fault', atMs),
      ...this.#housekeeping.sample(atMs, influences),
    }
  }
}

/** Oxygen detector: 20.9 %VOL with a breath of noise; nitrogen or breathing people bring it down. */
export class OxygenDetector implements DeviceModel {
  readonly profileId = 'gas-oxygen'
  readonly reportEveryMs = 5_000
  readonly reportDeltas = { oxygen: 0.3 }
  readonly #noise: Noise
  readonly #housekeeping: Housekeeping

  constructor(random: SeededRandom) {
    this.#housekeeping = new Housekeeping(random.fork('housekeeping'))
    this.#noise = new Noise(random.fork('noise'), { sigma: 0.05, correlationMs: 30_000 })
  }

  sample(atMs: number, influences: Influences): Values {
    const oxygen =
      20.9 +
      this.#noise.at(atMs) +
      influences.rampOf('drift', atMs) -
      influences.bumpOf('oxygen-loss', atMs)
    return {
      oxygen: quantize(oxygen, { step: 0.1, min: 0, max: 30 }),
      fault: influences.isUnder('fault', atMs),
      ...this.#housekeeping.sample(atMs, influences),
    }
  }
}
