import { MARK, type Reading, type ReadingBatch } from '#alerting/reading.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import type { LatestReading } from '../timeseries/time-series.ts'
import { PointHistory } from './point-history.ts'

/** A value with the two times it came with. */
export interface TimedValue {
  /** A boolean is 0 or 1. */
  readonly value: number
  /** NaN: the device said nothing of the time, or nothing that is one (`isTimeInvalid`). */
  readonly sourceAtMs: number
  readonly isTimeInvalid: boolean
  readonly arrivedAtMs: number
}

export type SequenceVerdict =
  /** Taken before: same device, point, time and value. */
  | 'duplicate'
  /** More readings without a time of their own in one millisecond than can be told apart. */
  | 'too_fast'
  /** How it was taken stands in `SequenceCheck.taken`. */
  | 'taken'

export interface TakenValue {
  observedAtMs: number
  /** Bit set of `MARK`. */
  marks: number
  /** What the device's clock said, where it was not believed; else NaN. */
  sourceAtMs: number
}

/**
 * Repeats, order and clocks, a point at a time. The rules:
 *
 * - A device's time is plausible from `observedAtMsMin` on, at most `clockBehindMsMax` before and
 *   `clockAheadMsMax` after its arrival. Then the reading is observed at that time; `late` when that is
 *   more than `lateAfterMs` before the arrival; `outOfOrder` when a newer one was taken before.
 * - Any other time is wrong: observed on arrival, `clockSkewed`, what the device said kept beside.
 * - Without a time it is observed on arrival. Those of the same millisecond are put apart.
 * - The same plausible time with the same value is a repeat and is not taken again. With another value
 *   it is not, for a rise of gas must not pass for a repeat: a clock that counts in seconds is assumed,
 *   and the reading observed in the next free millisecond. When the newest time comes with another
 *   value more than `clockStandsStillAfterMs` after it came first, the clock stands still: from then on
 *   this time is wrong, as above, and nothing that bears it is a repeat.
 * - A clock that was set back would make all that follows out of order, and unjudged. When only older
 *   readings come, each newer than the one before, `clockStepReadingsMin` of them over
 *   `clockStepAfterMs`, they are the new order.
 *
 * Not at rest anywhere: after a restart it is seeded from the journal's tail and the latest readings.
 */
export class SequenceCheck {
  readonly #devices = new Map<string, Map<string, PointHistory>>()
  /** Of the value that was judged last, when it was taken. */
  readonly taken: TakenValue = { observedAtMs: 0, marks: MARK.none, sourceAtMs: Number.NaN }

  /** `history`: of the point whose value it is. */
  judge(history: PointHistory, timed: TimedValue): SequenceVerdict {
    const { sourceAtMs, arrivedAtMs } = timed
    if (Number.isNaN(sourceAtMs)) {
      return this.#takeOnArrival(history, timed, timed.isTimeInvalid ? MARK.clockSkewed : MARK.none)
    }
    if (sourceAtMs === history.stoodStillAtMs || !isPlausible(sourceAtMs, arrivedAtMs)) {
      return this.#takeOnArrival(history, timed, MARK.clockSkewed)
    }
    switch (history.find(sourceAtMs, timed.value)) {
      case 'same':
        return 'duplicate'
      case 'absent':
        return this.#takeAtSource(history, timed, sourceAtMs)
      case 'other':
        return this.#takeBesideOther(history, timed)
    }
  }

  /** After a restart: what the journal kept, then what the store knows as newest. */
  seed(batches: readonly ReadingBatch[], latest: readonly LatestReading[]): void {
    for (const { deviceId, point, observedAtMs, arrivedAtMs, marks } of latest) {
      if ((marks & MARK.clockSkewed) !== 0) continue
      const history = this.historyOf(deviceId, point)
      if (observedAtMs > history.newestSourceAtMs) history.setNewest(observedAtMs, arrivedAtMs)
    }
    for (const { readings } of batches) {
      for (const reading of readings) this.#remember(reading)
    }
  }

  /** Begins one with the first call; the same one until the device is forgotten. */
  historyOf(deviceId: string, point: string): PointHistory {
    let points = this.#devices.get(deviceId)
    if (points === undefined) {
      points = new Map()
      this.#devices.set(deviceId, points)
    }
    let history = points.get(point)
    if (history === undefined) {
      history = new PointHistory()
      points.set(point, history)
    }
    return history
  }

  /** A device that is no longer registered. */
  forget(deviceId: string): void {
    this.#devices.delete(deviceId)
  }

  #takeOnArrival(history: PointHistory, timed: TimedValue, marks: number): SequenceVerdict {
    const { arrivedAtMs, sourceAtMs, value } = timed
    const observedAtMs = history.instantOnArrival(arrivedAtMs)
    if (observedAtMs - arrivedAtMs > PAYLOAD_LIMITS.arrivalShiftMsMax) return 'too_fast'
    history.add(observedAtMs, value, { isSourceTime: false })
    return this.#take({ observedAtMs, marks, sourceAtMs })
  }

  /** Another value was taken at this time. */
  #takeBesideOther(history: PointHistory, timed: TimedValue): SequenceVerdict {
    const { sourceAtMs, arrivedAtMs } = timed
    const isNewest = history.freeInstantFrom(sourceAtMs) > history.newestSourceAtMs
    const stoodMs = arrivedAtMs - history.newestTakenAtMs
    if (isNewest && stoodMs > PAYLOAD_LIMITS.clockStandsStillAfterMs) {
      history.stoodStillAtMs = sourceAtMs
      return this.#takeOnArrival(history, timed, MARK.clockSkewed)
    }
    const observedAtMs = history.freeInstantFrom(sourceAtMs)
    if (observedAtMs - sourceAtMs > PAYLOAD_LIMITS.arrivalShiftMsMax) return 'too_fast'
    const { newestTakenAtMs } = history
    const verdict = this.#takeAtSource(history, timed, observedAtMs)
    // Since when the clock shows this time, not since its last reading.
    history.newestTakenAtMs = newestTakenAtMs
    return verdict
  }

  #takeAtSource(
    history: PointHistory,
    { arrivedAtMs, value }: TimedValue,
    observedAtMs: number,
  ): SequenceVerdict {
    history.add(observedAtMs, value, { isSourceTime: true })
    let marks: number = MARK.none
    if (arrivedAtMs - observedAtMs > PAYLOAD_LIMITS.lateAfterMs) marks |= MARK.late
    const isNewest = observedAtMs > history.newestSourceAtMs
    if (isNewest || wasClockSetBack(history, observedAtMs, arrivedAtMs)) {
      history.setNewest(observedAtMs, arrivedAtMs)
    } else {
      marks |= MARK.outOfOrder
    }
    return this.#take({ observedAtMs, marks, sourceAtMs: Number.NaN })
  }

  #take({ observedAtMs, marks, sourceAtMs }: TakenValue): 'taken' {
    this.taken.observedAtMs = observedAtMs
    this.taken.marks = marks
    this.taken.sourceAtMs = sourceAtMs
    return 'taken'
  }

  #remember(reading: Reading): void {
    const { deviceId, point, observedAtMs, arrivedAtMs, value, marks } = reading
    const history = this.historyOf(deviceId, point)
    const isSourceTime = (marks & MARK.clockSkewed) === 0
    history.add(observedAtMs, value, { isSourceTime })
    if (isSourceTime && observedAtMs > history.newestSourceAtMs) {
      history.setNewest(observedAtMs, arrivedAtMs)
    }
  }
}

function isPlausible(sourceAtMs: number, arrivedAtMs: number): boolean {
  return (
    sourceAtMs >= PAYLOAD_LIMITS.observedAtMsMin &&
    sourceAtMs >= arrivedAtMs - PAYLOAD_LIMITS.clockBehindMsMax &&
    sourceAtMs <= arrivedAtMs + PAYLOAD_LIMITS.clockAheadMsMax
  )
}

/** Counts the older readings that come in a row; true when they are the new order. */
function wasClockSetBack(history: PointHistory, sourceAtMs: number, arrivedAtMs: number): boolean {
  const { step } = history
  if (step === null || sourceAtMs <= step.lastSourceAtMs) {
    history.step = { beganAtMs: arrivedAtMs, lastSourceAtMs: sourceAtMs, readings: 1 }
    return false
  }
  const readings = step.readings + 1
  history.step = { ...step, lastSourceAtMs: sourceAtMs, readings }
  return (
    readings >= PAYLOAD_LIMITS.clockStepReadingsMin &&
    arrivedAtMs - step.beganAtMs >= PAYLOAD_LIMITS.clockStepAfterMs
  )
}
