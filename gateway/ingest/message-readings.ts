import type { DeviceId, Quality, Reading } from '#alerting/reading.ts'
import type { DecodedSample, DecodedValue } from '../decoders/decoder.ts'
import { type RejectedPart, RejectedParts } from '../decoders/rejection.ts'
import type { PointDefinition } from '../registry/types.ts'
import type { SequenceCheck } from './sequence-check.ts'

/** Who is worked on: readings of that point are taken, and marked `calibrating`. */
export interface WorkDirectory {
  windowOf(at: { readonly deviceId: string; readonly point: string }, atMs: number): unknown
}

const NONE = [] as const

/** The readings of one message as they are taken out of it, value by value. */
export class MessageReadings {
  readonly readings: Reading[] = []
  duplicates = 0
  readonly #deviceId: DeviceId
  readonly #points: ReadonlyMap<string, PointDefinition>
  readonly #arrivedAtMs: number
  readonly #sequence: SequenceCheck
  readonly #work: WorkDirectory | null
  /** Null: everything was taken, as nearly always. */
  #rejected: RejectedParts | null = null

  constructor(context: {
    readonly work: WorkDirectory | null
    readonly deviceId: DeviceId
    readonly points: ReadonlyMap<string, PointDefinition>
    readonly arrivedAtMs: number
    readonly sequence: SequenceCheck
  }) {
    this.#deviceId = context.deviceId
    this.#points = context.points
    this.#arrivedAtMs = context.arrivedAtMs
    this.#sequence = context.sequence
    this.#work = context.work
  }

  /** What was not taken, and why. */
  get rejected(): readonly RejectedPart[] {
    return this.#rejected?.parts ?? NONE
  }

  reject(parts: readonly RejectedPart[]): void {
    this.#refused().addAll(parts)
  }

  take(sample: DecodedSample): void {
    for (const decoded of sample.values) this.#takeValue(sample, decoded)
  }

  #takeValue({ sourceAtMs, isTimeInvalid }: DecodedSample, decoded: DecodedValue): void {
    const definition = this.#points.get(decoded.point)
    if (definition === undefined) {
      this.#refused().add('unknown_point', 'The profile has no such point.', decoded.point)
      return
    }
    const { name: point } = definition
    const value = valueOfKind(decoded.value, definition.kind)
    if (value === null) {
      const detail = `The point is a ${definition.kind}, the value ${decoded.value}.`
      this.#refused().add('wrong_value_kind', detail, point)
      return
    }
    const arrivedAtMs = this.#arrivedAtMs
    const deviceId = this.#deviceId
    const timed = { deviceId, point, value, sourceAtMs, isTimeInvalid, arrivedAtMs }
    const verdict = this.#sequence.judge(timed)
    switch (verdict.kind) {
      case 'duplicate':
        this.duplicates += 1
        return
      case 'too_fast':
        this.#refused().add('too_fast', 'Too many readings at one instant.', point)
        return
      case 'taken': {
        const { observedAtMs, marks, sourceAtMs: said } = verdict
        const isWorkedOn = this.#work?.windowOf(timed, arrivedAtMs) != null
        // The mark stands in the journal with the value: live and replay judge it alike.
        const quality = isWorkedOn
          ? 'calibrating'
          : (decoded.quality ?? qualityOf(value, definition))
        const reading = { deviceId, point, observedAtMs, arrivedAtMs, value, quality, marks }
        this.readings.push(said === undefined ? reading : { ...reading, sourceAtMs: said })
        return
      }
      default:
        verdict satisfies never
    }
  }

  #refused(): RejectedParts {
    this.#rejected ??= new RejectedParts()
    return this.#rejected
  }
}

/** Null when the value is not of this kind. A boolean may come as exactly 0 or 1. */
function valueOfKind(
  value: number | boolean,
  kind: PointDefinition['kind'],
): number | boolean | null {
  if (kind === 'number') return typeof value === 'number' ? value : null
  if (typeof value === 'boolean') return value
  return value === 0 ? false : value === 1 ? true : null
}

/** Beyond the range of the detector the number is doubtful, and more gas than it can measure all the same. */
function qualityOf(value: number | boolean, { range }: PointDefinition): Quality {
  if (range === null || typeof value === 'boolean') return 'good'
  return value < range.min || value > range.max ? 'uncertain' : 'good'
}
