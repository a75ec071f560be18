import type { DecodedValues } from './decoder.ts'

/** What was decoded as objects that outlive the next payload, to be compared. */
export function copyOf(decoded: DecodedValues) {
  return Array.from({ length: decoded.length }, (_, index) => {
    const value = decoded.values[index] as number
    const sourceAtMs = decoded.sourceAtMs[index] as number
    return {
      point: decoded.points[index] as string,
      value: decoded.areBoolean[index] === 1 ? value === 1 : value,
      quality: decoded.qualities[index] as string | null,
      sourceAtMs: Number.isNaN(sourceAtMs) ? null : sourceAtMs,
      isTimeInvalid: decoded.areTimesInvalid[index] === 1,
    }
  })
}
