import type { Quality } from '#alerting/reading.ts'
import { type DeviceReadings, packFlags } from '#alerting/reading-columns.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import type { DecodedValues } from '../decoders/decoder.ts'
import { type RejectedPart, RejectedParts, type RejectionReason } from '../decoders/rejection.ts'
import type { PointDefinition } from '../registry/types.ts'
import type { DeviceIntake, PointIntake } from './device-intake.ts'
import type { PointHistory } from './point-history.ts'
import type { SequenceCheck, TimedValue } from './sequence-check.ts'

/** Who is worked on: readings of that point are taken, and marked `calibrating`. */
export interface WorkDirectory {
  windowOf(at: { readonly deviceId: string; readonly point: string }, atMs: number): unknown
}

const NONE = [] as const
const READINGS_MAX = PAYLOAD_LIMITS.readingsPerPayloadMax

/**
 * The readings of one message as they are taken out of it, value by value. The next message uses the
 * same memory: what is to be kept is put into columns before.
 */
export class MessageReadings implements DeviceReadings {
  readonly series: PointIntake[] = []
  readonly observedAtMs = new Float64Array(READINGS_MAX)
  readonly values = new Float64Array(READINGS_MAX)
  readonly flags = new Uint32Array(READINGS_MAX)
  readonly sources = new Map<number, number>()
  length = 0
  duplicates = 0
  arrivedAtMs = 0
  readonly #sequence: SequenceCheck
  readonly #work: WorkDirectory | null
  /** Null: everything was taken, as nearly always. */
  #rejected: RejectedParts | null = null
  readonly #timed: { -readonly [Field in keyof TimedValue]: TimedValue[Field] } = {
    ...{ value: 0, sourceAtMs: Number.NaN, isTimeInvalid: false, arrivedAtMs: 0 },
  }

  constructor(context: { readonly sequence: SequenceCheck; readonly work: WorkDirectory | null }) {
    this.#sequence = context.sequence
    this.#work = context.work
  }

  begin(arrivedAtMs: number): void {
    this.arrivedAtMs = arrivedAtMs
    this.length = 0
    this.duplicates = 0
    this.#rejected = null
    if (this.sources.size > 0) this.sources.clear()
  }

  /** What was not taken, and why. */
  get rejected(): readonly RejectedPart[] {
    return this.#rejected?.parts ?? NONE
  }

  reject(reason: RejectionReason, detail: string, point?: string): void {
    this.#rejected ??= new RejectedParts()
    this.#rejected.add(reason, detail, point)
  }

  rejectAll(parts: readonly RejectedPart[]): void {
    if (parts.length === 0) return
    this.#rejected ??= new RejectedParts()
    this.#rejected.addAll(parts)
  }

  take(decoded: DecodedValues, device: DeviceIntake): void {
    const points = device.pointsOf(decoded)
    for (let index = 0; index < decoded.length; index += 1) {
      const point = points[index] as PointIntake | null
      if (point !== null) this.#takeValue(decoded, index, point)
      else {
        const name = decoded.points[index]
        this.reject('unknown_point', 'The profile has no such point.', name)
      }
    }
  }

  /** These were taken and then refused by the journal: they will come again and are no repeats then. */
  retract(): void {
    const instants = new Map<PointHistory, Set<number>>()
    for (let index = 0; index < this.length; index += 1) {
      const { history } = this.series[index] as PointIntake
      const ofPoint = instants.get(history) ?? new Set()
      instants.set(history, ofPoint.add(this.observedAtMs[index] as number))
    }
    for (const [history, known] of instants) history.remove(known)
  }

  #takeValue(decoded: DecodedValues, index: number, point: PointIntake): void {
    const { definition } = point
    const { name, kind } = definition
    const value = decoded.values[index] as number
    const isBoolean = decoded.areBoolean[index] === 1
    if (!isOfKind(value, isBoolean, kind)) {
      const said = isBoolean ? value === 1 : value
      this.reject('wrong_value_kind', `The point is a ${kind}, the value ${said}.`, name)
      return
    }
    const timed = this.#timed
    timed.value = value
    timed.sourceAtMs = decoded.sourceAtMs[index] as number
    timed.isTimeInvalid = decoded.areTimesInvalid[index] === 1
    timed.arrivedAtMs = this.arrivedAtMs
    switch (this.#sequence.judge(point.history, timed)) {
      case 'duplicate':
        this.duplicates += 1
        return
      case 'too_fast':
        this.reject('too_fast', 'Too many readings at one instant.', name)
        return
      case 'taken': {
        const isWorkedOn = this.#work?.windowOf(point.series, this.arrivedAtMs) != null
        // The mark stands in the journal with the value: live and replay judge it alike.
        const quality = isWorkedOn
          ? 'calibrating'
          : (decoded.qualities[index] ?? qualityOf(value, definition))
        this.#add(point, value, quality)
      }
    }
  }

  #add(point: PointIntake, value: number, quality: Quality): void {
    const { observedAtMs, marks, sourceAtMs } = this.#sequence.taken
    const index = this.length
    this.series[index] = point
    this.values[index] = value
    this.observedAtMs[index] = observedAtMs
    this.flags[index] = packFlags(point.definition.kind === 'boolean', quality, marks)
    if (!Number.isNaN(sourceAtMs)) this.sources.set(index, sourceAtMs)
    this.length = index + 1
  }
}

/** A boolean may come as exactly 0 or 1. */
function isOfKind(value: number, isBoolean: boolean, kind: PointDefinition['kind']): boolean {
  if (kind === 'number') return !isBoolean
  return isBoolean || value === 0 || value === 1
}

/** Beyond the range of the detector the number is doubtful, and more gas than it can measure all the same. */
function qualityOf(value: number, { range, kind }: PointDefinition): Quality {
  if (range === null || kind === 'boolean') return 'good'
  return value < range.min || value > range.max ? 'uncertain' : 'good'
}
