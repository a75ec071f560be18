import type { Quality } from '#alerting/reading.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import type { RejectedPart, RejectionReason } from './rejection.ts'

const VALUES_MAX = PAYLOAD_LIMITS.readingsPerPayloadMax

/**
 * The values of one payload, side by side and in its order: with an object for each, the garbage
 * collector would have more to do than the decoder. Whether the device has such points is not known here.
 */
export class DecodedValues {
  #length = 0
  #stamped = 0
  readonly points: string[] = []
  /** A boolean is 0 or 1. */
  readonly values = new Float64Array(VALUES_MAX)
  /** 1: it was a boolean. */
  readonly areBoolean = new Uint8Array(VALUES_MAX)
  /** What the device says of each; null: nothing. */
  readonly qualities: (Quality | null)[] = []
  /** UTC epoch ms, integer, as the device says, plausible or not; NaN: it says nothing. */
  readonly sourceAtMs = new Float64Array(VALUES_MAX)
  /** 1: it said something that is no time; `sourceAtMs` is NaN then. */
  readonly areTimesInvalid = new Uint8Array(VALUES_MAX)
  /** Two payloads of the same form have the same points in the same order. 0: nothing is known of that. */
  form = 0

  get length(): number {
    return this.#length
  }

  get isFull(): boolean {
    return this.#length === VALUES_MAX
  }

  clear(): void {
    this.#length = 0
    this.#stamped = 0
    this.form = 0
  }

  add(point: string, value: number | boolean, quality: Quality | null): void {
    const index = this.#length
    this.points[index] = point
    this.values[index] = Number(value)
    this.areBoolean[index] = typeof value === 'boolean' ? 1 : 0
    this.qualities[index] = quality
    this.#length = index + 1
  }

  /** One whose time is known beforehand; NaN: it has none. */
  addStamped(
    point: string,
    {
      figure,
      isBoolean,
      sourceAtMs,
    }: { readonly figure: number; readonly isBoolean: boolean; readonly sourceAtMs: number },
  ): void {
    const index = this.#length
    // Nearly always the same as in the message before, and then there is nothing to write.
    if (this.points[index] !== point) this.points[index] = point
    this.values[index] = figure
    this.areBoolean[index] = isBoolean ? 1 : 0
    if (this.qualities[index] !== null) this.qualities[index] = null
    this.sourceAtMs[index] = sourceAtMs
    this.areTimesInvalid[index] = 0
    this.#length = index + 1
    this.#stamped = this.#length
  }

  /** The time of all that were added since the last call: values of one instant. */
  stamp(sourceAtMs: number | null, { isTimeInvalid }: { readonly isTimeInvalid: boolean }): void {
    for (let index = this.#stamped; index < this.#length; index += 1) {
      this.sourceAtMs[index] = sourceAtMs ?? Number.NaN
      this.areTimesInvalid[index] = isTimeInvalid ? 1 : 0
    }
    this.#stamped = this.#length
  }

  /** Whether this point was added since the last stamp. */
  hasUnstamped(point: string): boolean {
    for (let index = this.#stamped; index < this.#length; index += 1) {
      if (this.points[index] === point) return true
    }
    return false
  }

  get unstamped(): number {
    return this.#length - this.#stamped
  }
}

export type Decoded =
  | {
      readonly ok: true
      /** Good until the next payload is decoded. */
      readonly values: DecodedValues
      /** What of the payload was not taken; its neighbours were. */
      readonly rejected: readonly RejectedPart[]
    }
  | { readonly ok: false; readonly reason: RejectionReason; readonly detail: string }

/** Bytes of one payload to values. Never throws, bounded by `PAYLOAD_LIMITS`, keeps nothing but its memory. */
export type Decoder = (payload: Uint8Array) => Decoded
