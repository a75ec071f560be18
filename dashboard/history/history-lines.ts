import type { HistorySeriesDto } from '../../gateway/contract.ts'
import {
  gapMsOf,
  type TrendBand,
  type TrendData,
  type TrendSample,
  trendOfReadings,
} from '../trend/trend-data.ts'

export interface HistoryLine extends TrendData {
  readonly key: string
  readonly name: string
  readonly unit: string | null
  readonly isBoolean: boolean
  readonly everyMs: number | null
}

/** How the readings of a series come out over the whole range. */
export interface HistorySummary {
  readonly total: number
  readonly usable: number
  readonly mean: number | null
  readonly min: number | null
  readonly max: number | null
  readonly last: number | null
}

/** Where nothing came the line has a hole; where values may not be trusted there is a mark, and no line. */
export function lineData(series: HistorySeriesDto, silentAfterMs: number | null): TrendData {
  const gapMs = gapMsOf(silentAfterMs, series.everyMs ?? 0)
  if (series.everyMs === null) {
    const { deviceId, point, unit, readings } = series
    return trendOfReadings({ deviceId, point, unit, items: readings, truncated: false }, gapMs)
  }
  const line: TrendSample[] = []
  const band: TrendBand[] = []
  const poor: TrendSample[] = []
  let lastMs: number | null = null
  for (const { ts, total, usable, mean, min, max } of series.buckets) {
    if (lastMs !== null && ts - lastMs > gapMs) {
      line.push({ atMs: lastMs + 1, value: null })
      band.push({ atMs: lastMs + 1, min: null, max: null })
    }
    lastMs = ts
    line.push({ atMs: ts, value: mean })
    band.push({ atMs: ts, min, max })
    if (usable < total && mean !== null) poor.push({ atMs: ts, value: mean })
  }
  return { line, band, poor, isTruncated: false }
}

/** Of what was loaded; of buckets exactly what the readings would give, since counts are known. */
export function summaryOf(series: HistorySeriesDto): HistorySummary {
  const parts =
    series.everyMs === null
      ? series.readings.map(({ value, quality }) => {
          const isUsable = quality === 'good' || quality === 'uncertain'
          const number = isUsable ? Number(value) : null
          return {
            total: 1,
            usable: isUsable ? 1 : 0,
            mean: number,
            min: number,
            max: number,
            last: number,
          }
        })
      : series.buckets
  let [total, usable, sum] = [0, 0, 0]
  let [min, max, last]: (number | null)[] = [null, null, null]
  for (const part of parts) {
    total += part.total
    usable += part.usable
    sum += (part.mean ?? 0) * part.usable
    if (part.min !== null) min = min == null ? part.min : Math.min(min, part.min)
    if (part.max !== null) max = max == null ? part.max : Math.max(max, part.max)
    last = part.last ?? last
  }
  return {
    total,
    usable,
    mean: usable === 0 ? null : sum / usable,
    min: min ?? null,
    max: max ?? null,
    last: last ?? null,
  }
}

/** Nothing but lines of one unit share an axis; what is yes or no has one of its own. */
export function panelsOf(lines: readonly HistoryLine[]): readonly (readonly HistoryLine[])[] {
  const groups = Map.groupBy(lines, ({ unit, isBoolean }) => (isBoolean ? ' yes/no' : (unit ?? '')))
  return [...groups.values()]
}
