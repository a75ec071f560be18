import { bump, ramp } from '../signals.ts'

/**
 * What the world does to a device, beside its own everyday signal: a leak, a fire, a failing sensor,
 * a broken line. Scenarios put influences on devices; the device models read how strong each is at
 * an instant. Several of one kind add up.
 */
export const BUMP_KINDS = [
  /** Escaping gas at the detector, in the unit of its main point. */
  'leak',
  /** Oxygen driven out of the air, %VOL. */
  'oxygen-loss',
  /** Smoke in the air, dB/m. */
  'smoulder',
  /** Current to earth through failing insulation, mA. */
  'insulation-fault',
  /** A joint with a bad contact, °C above the air. */
  'hot-joint',
  /** More load than the circuit is made for, A. */
  'overload',
  /** Liquid pumped in by mistake, % of the tank's height. */
  'overfill',
  /** Pressure building up in the vapour space, kPa. */
  'over-pressure',
] as const
export type BumpKind = (typeof BUMP_KINDS)[number]

export const STATE_KINDS = [
  /** The device has lost its supply: it says nothing and leaves the network without a word. */
  'silence',
  /** The device works on, but its line to the gateway is broken. */
  'link-drop',
  /** The device reports a fault of its own. */
  'fault',
  /** The device has been taken from its base or opened. */
  'tamper',
] as const
export type StateKind = (typeof STATE_KINDS)[number]

export type Influence =
  | {
      readonly kind: BumpKind
      readonly peak: number
      readonly riseMs: number
      readonly holdMs: number
      readonly decayMs: number
    }
  /** The zero of the sensor creeps away, in the unit of the main point. */
  | { readonly kind: 'drift'; readonly amount: number; readonly overMs: number }
  /** The battery goes down, in % of its capacity. */
  | { readonly kind: 'battery-drain'; readonly amount: number; readonly overMs: number }
  | { readonly kind: StateKind; readonly forMs: number }

interface Active {
  readonly influence: Influence
  readonly sinceMs: number
}

export class Influences {
  #active: Active[] = []

  add(influence: Influence, atMs: number): void {
    this.#active.push({ influence, sinceMs: atMs })
  }

  /** The world is as usual again: every influence ends. */
  clear(): void {
    this.#active = []
  }

  bumpOf(kind: BumpKind, atMs: number): number {
    let sum = 0
    for (const { influence, sinceMs } of this.#active) {
      if (influence.kind === kind && 'peak' in influence) sum += bump(atMs - sinceMs, influence)
    }
    return sum
  }

  rampOf(kind: 'drift' | 'battery-drain', atMs: number): number {
    let sum = 0
    for (const { influence, sinceMs } of this.#active) {
      if (influence.kind === kind && 'amount' in influence) sum += ramp(atMs - sinceMs, influence)
    }
    return sum
  }

  isUnder(kind: StateKind, atMs: number): boolean {
    return this.#active.some(
      ({ influence, sinceMs }) =>
        influence.kind === kind && 'forMs' in influence && atMs < sinceMs + influence.forMs,
    )
  }
}
