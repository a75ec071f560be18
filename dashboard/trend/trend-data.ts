import type { ReadingBucketDto, ReadingsAnswer, StoredReadingDto } from '../../gateway/contract.ts'

export interface TrendSample {
  readonly atMs: number
  /** Null breaks the line: nothing is known between its neighbours. */
  readonly value: number | null
}

export interface TrendBand {
  readonly atMs: number
  readonly min: number | null
  readonly max: number | null
}

export interface TrendData {
  readonly line: readonly TrendSample[]
  /** Extremes of each bucket: a mean alone would hide a short peak. */
  readonly band: readonly TrendBand[]
  /** Values that may not be trusted (bad, calibrating): shown apart, never as the line. */
  readonly poor: readonly TrendSample[]
  readonly isTruncated: boolean
}

export const NO_TREND: TrendData = { line: [], band: [], poor: [], isTruncated: false }

type StoredValue = number | boolean

function numberOf(value: StoredValue): number {
  return typeof value === 'number' ? value : Number(value)
}

function isStored(item: StoredReadingDto | ReadingBucketDto): item is StoredReadingDto {
  return 'quality' in item
}

export function isTrusted(quality: StoredReadingDto['quality']): boolean {
  return quality === 'good' || quality === 'uncertain'
}

/** Readings as they came. Where none came for longer than `gapMs`, the line has a hole. */
export function trendOfReadings(answer: ReadingsAnswer, gapMs: number): TrendData {
  let trend: TrendData = { ...NO_TREND, isTruncated: answer.truncated }
  const line: TrendSample[] = []
  const poor: TrendSample[] = []
  for (const item of answer.items) {
    if (isStored(item)) append({ line, poor }, item, gapMs)
  }
  trend = { ...trend, line, poor }
  return trend
}

/** A reading that has just come goes on at the end; older ones are left to the next loading. */
export function withLiveReading(
  trend: TrendData,
  reading: Pick<StoredReadingDto, 'ts' | 'value' | 'quality'>,
  gapMs: number,
): TrendData {
  const last = trend.line.at(-1)
  if (last !== undefined && reading.ts <= last.atMs) return trend
  const line = [...trend.line]
  const poor = [...trend.poor]
  append({ line, poor }, reading, gapMs)
  return { ...trend, line, poor }
}

function append(
  into: { readonly line: TrendSample[]; readonly poor: TrendSample[] },
  item: Pick<StoredReadingDto, 'ts' | 'value' | 'quality'>,
  gapMs: number,
): void {
  const last = into.line.at(-1)
  if (!isTrusted(item.quality)) {
    into.poor.push({ atMs: item.ts, value: numberOf(item.value) })
    if (last !== undefined && last.value !== null) into.line.push({ atMs: item.ts, value: null })
    return
  }
  if (last !== undefined && last.value !== null && item.ts - last.atMs > gapMs) {
    into.line.push({ atMs: last.atMs + 1, value: null })
  }
  into.line.push({ atMs: item.ts, value: numberOf(item.value) })
}

/** Mean with the extremes around it, from three answers over the same buckets. */
export function trendOfBuckets(
  answers: {
    readonly mean: ReadingsAnswer
    readonly min: ReadingsAnswer
    readonly max: ReadingsAnswer
  },
  gapMs: number,
): TrendData {
  const minAt = valuesByTime(answers.min)
  const maxAt = valuesByTime(answers.max)
  const line: TrendSample[] = []
  const band: TrendBand[] = []
  let lastMs: number | null = null
  for (const item of answers.mean.items) {
    if (lastMs !== null && item.ts - lastMs > gapMs) {
      line.push({ atMs: lastMs + 1, value: null })
      band.push({ atMs: lastMs + 1, min: null, max: null })
    }
    lastMs = item.ts
    line.push({ atMs: item.ts, value: numberOf(item.value) })
    band.push({ atMs: item.ts, min: minAt.get(item.ts) ?? null, max: maxAt.get(item.ts) ?? null })
  }
  const isTruncated = answers.mean.truncated || answers.min.truncated || answers.max.truncated
  return { line, band, poor: [], isTruncated }
}

function valuesByTime(answer: ReadingsAnswer): ReadonlyMap<number, number> {
  return new Map(answer.items.map((item) => [item.ts, numberOf(item.value)]))
}

/**
 * How long a hole is before it is shown. A device that reports on change only is not silent until
 * its profile says so; buckets can miss one at their edges.
 */
export function gapMsOf(silentAfterMs: number | null, bucketMs: number): number {
  return Math.max(silentAfterMs ?? 60_000, bucketMs * 1.5)
}
