/** Identifier of a device: 1–64 of `A–Z a–z 0–9 . _ : -`. */
export type DeviceId = string & { readonly __brand: 'DeviceId' }

const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/

export function parseDeviceId(text: string): DeviceId | null {
  return DEVICE_ID.test(text) ? (text as DeviceId) : null
}

/** Name of a quantity of a device, e.g. `lel`: a letter, then letters, digits, `_`, `-`, `.`. */
const POINT_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/

export function isPointName(text: string): boolean {
  return POINT_NAME.test(text)
}

/**
 * How far a value may be trusted. `calibrating`: the detector is under calibration or maintenance;
 * stored, never judged as an alarm. `stale` is not stored: it is what a reader derives from age.
 */
export const QUALITIES = ['good', 'uncertain', 'bad', 'calibrating'] as const
export type Quality = (typeof QUALITIES)[number]

/**
 * What ingest noticed about the time of a reading; a bit set. The marks are journaled with the
 * reading, so that live judgement and replay see the same.
 */
export const MARK = {
  none: 0,
  /** Older than the limit on arrival: buffered, or a clock that is behind. */
  late: 1,
  /** Older than a reading of the same point that was accepted before it. */
  outOfOrder: 2,
  /** The device's time was impossible; `observedAtMs` is the time of arrival, `sourceAtMs` what it said. */
  clockSkewed: 4,
} as const

/** One observed value of one point. Immutable once accepted. */
export interface Reading {
  readonly deviceId: DeviceId
  readonly point: string
  /** UTC epoch ms, integer: the device's time where it is plausible, else the time of arrival. */
  readonly observedAtMs: number
  /** UTC epoch ms, integer. Never decreases along the journal. */
  readonly arrivedAtMs: number
  readonly value: number | boolean
  readonly quality: Quality
  /** Bit set of `MARK`. */
  readonly marks: number
  /** What the device's clock said, kept only when `MARK.clockSkewed` is set. */
  readonly sourceAtMs?: number
}

/**
 * What one group commit put on disk. `offset` counts batches from 1 without gaps; a consumer's own
 * offset is the next batch it has not handled.
 */
export interface ReadingBatch {
  readonly offset: number
  readonly readings: readonly Reading[]
}
