import type { DeviceId, Reading, ReadingBatch } from '#alerting/reading.ts'

/** So small that tails are sealed and blocks merged all the time. */
export const SMALL_LIMITS = {
  hotReadingsMax: 200,
  readingsPerBlockMax: 64,
  blocksPerMerge: 3,
  readingsPerMergeMax: 512,
  sealAgeMs: 5,
}

const START_MS = Date.UTC(2026, 10, 1)

/**
 * The batch that the journal would give at this offset, always the same: 30 readings of three
 * points, over a few hours a batch, some late, some repeated with another value.
 */
export function batchAt(offset: number): ReadingBatch {
  const readings = Array.from({ length: 30 }, (_, index): Reading => {
    const number = offset * 30 + index
    const isRepeat = number % 7 === 0
    const isLate = number % 11 === 0
    const slot = Math.max(0, isRepeat ? number - 90 : isLate ? number - 500 : number)
    return {
      deviceId: 'gas-1' as DeviceId,
      point: `p${slot % 3}`,
      observedAtMs: START_MS + slot * 60_000,
      arrivedAtMs: START_MS + number * 60_000,
      value: number,
      quality: 'good',
      marks: 0,
    }
  })
  return { offset, readings }
}

/** Value by point and time as it has to be after all batches before `nextOffset`: the first one wins. */
export function expectedBefore(nextOffset: number): ReadonlyMap<string, Map<number, number>> {
  const points = new Map<string, Map<number, number>>()
  for (let offset = 1; offset < nextOffset; offset++) {
    for (const { point, observedAtMs, value } of batchAt(offset).readings) {
      const values = points.get(point) ?? new Map<number, number>()
      points.set(point, values)
      if (!values.has(observedAtMs)) values.set(observedAtMs, Number(value))
    }
  }
  return points
}
