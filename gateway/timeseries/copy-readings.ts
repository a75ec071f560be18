import type { DeviceId, Reading } from '#alerting/reading.ts'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import { DAY_MS } from './buckets.ts'
import type { RangeRequest, TimeSeriesStore } from './time-series.ts'

/** By name of the series: what was observed before is in the other store, durably. */
export type CopyMarks = Readonly<Record<string, number>>

export interface CopyOptions {
  readonly from: Pick<TimeSeriesStore, 'latest' | 'query' | 'aggregate'>
  readonly to: Pick<TimeSeriesStore, 'backfill' | 'aggregate'>
  /** What was observed before is left behind. */
  readonly sinceMs: number
  /** Of an earlier run that did not come to its end. */
  readonly marks: CopyMarks
  /** Called when readings are durable in the other store; what it keeps is given to the next run. */
  readonly keep: (marks: CopyMarks) => void
  readonly onProgress: (progress: CopyProgress) => void
  /** When it is aborted, the page under way is finished. */
  readonly signal: AbortSignal
}

export interface CopyProgress {
  readonly phase: 'counting' | 'copying' | 'verifying'
  /** Readings, while copying; series, while counting and verifying. */
  readonly done: number
  readonly total: number
}

export interface CopyOutcome {
  readonly isComplete: boolean
  readonly series: number
  readonly readings: number
  /** Series that hold fewer readings in the other store than here. */
  readonly short: readonly {
    readonly name: string
    readonly expected: number
    readonly found: number
  }[]
}

interface CountedSeries extends RangeRequest {
  readonly name: string
  readonly count: number
}

/**
 * Copies every reading of one store into another and counts them there. Readings have an identity, so
 * what is copied twice is there once: a run that was killed is simply begun again, and goes on at its marks.
 */
export async function copyReadings(options: CopyOptions): Promise<CopyOutcome> {
  const counted = await countAll(options)
  const readings = counted.reduce((sum, { count }) => sum + count, 0)
  const done = { isComplete: false, series: counted.length, readings, short: [] }
  if (options.signal.aborted) return done
  if (!(await copyAll(counted, options))) return done
  return { ...done, isComplete: true, short: await compare(counted, options) }
}

async function countAll({ from, sinceMs, onProgress, signal }: CopyOptions) {
  const counted: CountedSeries[] = []
  const all = await from.latest()
  for (const [index, { deviceId, point, observedAtMs }] of all.entries()) {
    if (signal.aborted) break
    const range = { deviceId, point, fromMs: sinceMs, toMs: observedAtMs + 1 }
    const count = range.fromMs < range.toMs ? await countOf(from, range) : 0
    if (count > 0) counted.push({ ...range, name: JSON.stringify([deviceId, point]), count })
    onProgress({ phase: 'counting', done: index + 1, total: all.length })
  }
  return counted
}

/** Buckets of no roll-up's length: what is counted is the readings themselves. */
async function countOf(
  store: Pick<TimeSeriesStore, 'aggregate'>,
  range: RangeRequest,
): Promise<number> {
  const { buckets } = await store.aggregate({ ...range, everyMs: 30 * DAY_MS + 1 })
  return buckets.reduce((sum, { total }) => sum + total, 0)
}

/** False when it was stopped. Small series go together, so that each write is worth its fsync. */
async function copyAll(counted: readonly CountedSeries[], options: CopyOptions): Promise<boolean> {
  const { to, onProgress, signal } = options
  const total = counted.reduce((sum, { count }) => sum + count, 0)
  const { readingsPerCopyMax } = TIME_SERIES_LIMITS
  let marks = { ...options.marks }
  let pending: Reading[] = []
  let pendingMarks: Record<string, number> = {}
  let done = 0
  const flush = async () => {
    if (pending.length > 0) await to.backfill(pending)
    marks = { ...marks, ...pendingMarks }
    options.keep(marks)
    done += pending.length
    pending = []
    pendingMarks = {}
    onProgress({ phase: 'copying', done, total })
  }
  for (const series of counted) {
    const fromMs = Math.max(series.fromMs, marks[series.name] ?? series.fromMs)
    if (fromMs > series.fromMs) {
      done += await countOf(options.from, { ...series, toMs: Math.min(fromMs, series.toMs) })
    }
    for await (const page of pagesOf(options.from, { ...series, fromMs })) {
      pending.push(...page)
      pendingMarks[series.name] = (page.at(-1)?.observedAtMs ?? fromMs) + 1
      if (pending.length >= readingsPerCopyMax) await flush()
      if (signal.aborted) return false
    }
  }
  await flush()
  return true
}

async function* pagesOf(
  store: Pick<TimeSeriesStore, 'query'>,
  range: RangeRequest,
): AsyncGenerator<readonly Reading[]> {
  const limit = TIME_SERIES_LIMITS.readingsPerCopyMax
  const { deviceId, point } = range
  for (let { fromMs } = range; fromMs < range.toMs; ) {
    const found = await store.query({ ...range, fromMs, limit })
    // The name comes from a store, which took it from ingest.
    yield found.map((reading) => ({ ...reading, deviceId: deviceId as DeviceId, point }))
    const last = found.at(-1)
    if (last === undefined || found.length < limit) return
    fromMs = last.observedAtMs + 1
  }
}

async function compare(counted: readonly CountedSeries[], { to, onProgress }: CopyOptions) {
  const short: CopyOutcome['short'][number][] = []
  for (const [index, series] of counted.entries()) {
    const found = await countOf(to, series)
    if (found < series.count) short.push({ name: series.name, expected: series.count, found })
    onProgress({ phase: 'verifying', done: index + 1, total: counted.length })
  }
  return short
}
