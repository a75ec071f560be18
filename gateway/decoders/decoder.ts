import type { Quality } from '#alerting/reading.ts'
import type { RejectedPart, RejectionReason } from './rejection.ts'

/** One value as a device sent it; whether the device has such a point is not known here. */
export interface DecodedValue {
  readonly point: string
  readonly value: number | boolean
  /** What the device says of it; null: nothing. */
  readonly quality: Quality | null
}

/** Values of one instant. */
export interface DecodedSample {
  /** UTC epoch ms, integer, as the device says, plausible or not; null: it says nothing. */
  readonly sourceAtMs: number | null
  /** It said something that is no time; `sourceAtMs` is null then. */
  readonly isTimeInvalid: boolean
  readonly values: readonly DecodedValue[]
}

export type Decoded =
  | {
      readonly ok: true
      readonly samples: readonly DecodedSample[]
      /** What of the payload was not taken; its neighbours were. */
      readonly rejected: readonly RejectedPart[]
    }
  | { readonly ok: false; readonly reason: RejectionReason; readonly detail: string }

/** Bytes of one payload to values. Pure, never throws, bounded by `PAYLOAD_LIMITS`. */
export type Decoder = (payload: Uint8Array) => Decoded
