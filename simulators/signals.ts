import type { SeededRandom } from './seeded-random.ts'

/**
 * The pieces a believable sensor signal is made of. Each answers for an instant (UTC epoch ms) or
 * for the time since something began; what is random draws from a seeded source, so a run can be
 * told again.
 */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** The simulated district lies in China: no summer time, always UTC+8. */
const LOCAL_OFFSET_MS = 8 * HOUR_MS

/**
 * Noise that remembers (an Ornstein–Uhlenbeck process): neighbouring samples resemble each other,
 * as those of a real sensor do, and its spread does not depend on how often it is sampled.
 */
export class Noise {
  readonly #random: SeededRandom
  readonly #sigma: number
  readonly #correlationMs: number
  #value: number
  #atMs: number | null = null

  constructor(random: SeededRandom, options: { sigma: number; correlationMs: number }) {
    this.#random = random
    this.#sigma = options.sigma
    this.#correlationMs = options.correlationMs
    this.#value = random.gaussian() * options.sigma
  }

  at(atMs: number): number {
    const elapsedMs = this.#atMs === null ? 0 : Math.max(0, atMs - this.#atMs)
    const kept = Math.exp(-elapsedMs / this.#correlationMs)
    this.#value =
      this.#value * kept + this.#random.gaussian() * this.#sigma * Math.sqrt(1 - kept * kept)
    this.#atMs = atMs
    return this.#value
  }
}

/** How busy a works is, 0–1: low at night, a hump each morning and afternoon, quieter on Sunday. */
export function workload(atMs: number): number {
  const localMs = atMs + LOCAL_OFFSET_MS
  const hour = (localMs % DAY_MS) / HOUR_MS
  const morning = Math.exp(-(((hour - 10) / 2.2) ** 2))
  const afternoon = Math.exp(-(((hour - 15.5) / 2.6) ** 2))
  const evening = 0.35 * Math.exp(-(((hour - 20) / 1.6) ** 2))
  const isSunday = new Date(localMs).getUTCDay() === 0
  return Math.min(1, 0.12 + 0.85 * (morning + afternoon + evening) * (isSunday ? 0.4 : 1))
}

/** Daily swing between −1 (coldest, 05:00) and 1 (warmest, 15:00 or so). */
export function dailySwing(atMs: number): number {
  const hour = ((atMs + LOCAL_OFFSET_MS) % DAY_MS) / HOUR_MS
  return Math.sin(((hour - 10) / 24) * 2 * Math.PI)
}

/** What is left of the cold start after `elapsedMs`: 1 at switch-on, near 0 when warm. */
export function warmUp(elapsedMs: number, durationMs: number): number {
  return elapsedMs <= 0 ? 1 : Math.exp((-3 * elapsedMs) / durationMs)
}

export interface BumpShape {
  readonly peak: number
  readonly riseMs: number
  readonly holdMs: number
  readonly decayMs: number
}

/**
 * Growth, stand and decay of a plume, a fire or a fault: an S-shaped rise (a cloud builds up slowly,
 * then fast, then saturates), a plateau, and an exponential thinning out that is 0 after `decayMs`.
 */
export function bump(elapsedMs: number, shape: BumpShape): number {
  const { peak, riseMs, holdMs, decayMs } = shape
  if (elapsedMs <= 0) return 0
  if (elapsedMs < riseMs) {
    const part = elapsedMs / riseMs
    return peak * part * part * (3 - 2 * part)
  }
  if (elapsedMs <= riseMs + holdMs) return peak
  const part = (elapsedMs - riseMs - holdMs) / decayMs
  if (!(part < 1)) return 0
  const floor = Math.exp(-4)
  return (peak * (Math.exp(-4 * part) - floor)) / (1 - floor)
}

/** A straight way from 0 to `amount`, which then stays. */
export function ramp(elapsedMs: number, shape: { amount: number; overMs: number }): number {
  if (elapsedMs <= 0) return 0
  return shape.amount * Math.min(1, elapsedMs / shape.overMs)
}

/** What the converter of a real instrument does: whole steps, within its range. */
export function quantize(value: number, options: { step: number; min: number; max: number }) {
  const decimals = Math.max(0, -Math.floor(Math.log10(options.step)))
  const stepped = Math.round(value / options.step) * options.step
  return Number(Math.min(options.max, Math.max(options.min, stepped)).toFixed(decimals))
}
