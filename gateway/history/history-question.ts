import { HISTORY_LIMITS } from '#config/limits.ts'
import { HOUR_MS, MINUTE_MS } from '../timeseries/buckets.ts'
import type {
  Bucket,
  SourceStretch,
  StoredReading,
  TimeSeriesStore,
} from '../timeseries/time-series.ts'
import { aligned, type SeriesRequest, type Span, widthFor } from './series-request.ts'

export type ReadableStore = Pick<TimeSeriesStore, 'query' | 'aggregate'>

/** `auto` finds what a screen can show; a number is a width in ms; `raw` is readings as they came. */
export type Fineness = 'auto' | 'raw' | number

export interface SeriesHistory {
  readonly readings: readonly StoredReading[]
  readonly buckets: readonly Bucket[]
  readonly everyMs: number | null
  readonly sources: readonly SourceStretch[]
  readonly isTruncated: boolean
}

export interface HistoryQuestion extends SeriesRequest, Span {
  readonly fineness: Fineness
  /** Of `auto`. */
  readonly bucketsMax: number
  /** Of `raw`, and of `auto` before it takes buckets instead. */
  readonly readingsMax: number
}

/** One series over a span, as fine as asked or, for `auto`, as fine as there is room and data for. */
export async function readHistory(
  store: ReadableStore,
  question: HistoryQuestion,
): Promise<SeriesHistory> {
  const { fineness } = question
  if (fineness === 'raw') return readRaw(store, question)
  if (fineness !== 'auto') return readBuckets(store, question, fineness)
  const everyMs = widthFor(question, question.bucketsMax)
  if (everyMs < HISTORY_LIMITS.bucketMsMin) {
    const raw = await readRaw(store, question)
    if (!raw.isTruncated && raw.readings.length > 0) return raw
    if (raw.isTruncated) return readBuckets(store, question, everyMs)
  }
  return readCoarsening(store, question, everyMs)
}

/** What is long ago is there in minutes, or in hours only: where a width finds nothing, a wider one may. */
async function readCoarsening(
  store: ReadableStore,
  question: HistoryQuestion,
  everyMs: number,
): Promise<SeriesHistory> {
  const wider = [MINUTE_MS, HOUR_MS].filter((lengthMs) => lengthMs > everyMs)
  const asked = await readBuckets(store, question, everyMs)
  if (asked.buckets.length > 0) return asked
  for (const lengthMs of wider) {
    const found = await readBuckets(store, question, lengthMs)
    if (found.buckets.length > 0) return found
  }
  return asked
}

async function readRaw(
  store: ReadableStore,
  { deviceId, point, fromMs, toMs, readingsMax }: HistoryQuestion,
): Promise<SeriesHistory> {
  const range = { deviceId, point, fromMs, toMs }
  const found = await store.query({ ...range, limit: readingsMax + 1 })
  return {
    readings: found.slice(0, readingsMax),
    buckets: [],
    everyMs: null,
    sources: [{ resolution: 'raw', fromMs, toMs }],
    isTruncated: found.length > readingsMax,
  }
}

async function readBuckets(
  store: ReadableStore,
  { deviceId, point, ...question }: HistoryQuestion,
  everyMs: number,
): Promise<SeriesHistory> {
  const span = aligned(question, everyMs)
  const { buckets, sources } = await store.aggregate({ deviceId, point, ...span, everyMs })
  return { readings: [], buckets, everyMs, sources, isTruncated: false }
}
