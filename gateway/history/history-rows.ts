import { HISTORY_LIMITS } from '#config/limits.ts'
import type { SpreadsheetCell, SpreadsheetColumn } from '../documents/spreadsheet.ts'
import { bucketValue } from '../timeseries/buckets.ts'
import type { ReadableStore } from './history-question.ts'
import { aligned, type SeriesRequest, type Span } from './series-request.ts'

export interface ExportSeries extends SeriesRequest {
  readonly deviceName: string
  readonly label: string
  readonly unit: string | null
}

export interface HistoryExport extends Span {
  readonly series: readonly ExportSeries[]
  /** Null: readings as they came. */
  readonly everyMs: number | null
  readonly language: 'zh' | 'en'
  /** IANA name; times are written as they are on the wall there. */
  readonly timeZone: string
}

const TITLES = {
  device: { zh: '设备编号', en: 'Device' },
  name: { zh: '设备名称', en: 'Name' },
  point: { zh: '测点', en: 'Point' },
  unit: { zh: '单位', en: 'Unit' },
  time: { zh: '时间', en: 'Time' },
  value: { zh: '数值', en: 'Value' },
  quality: { zh: '质量', en: 'Quality' },
  arrived: { zh: '到达时间', en: 'Arrived' },
  mean: { zh: '平均', en: 'Mean' },
  min: { zh: '最小', en: 'Min' },
  max: { zh: '最大', en: 'Max' },
  last: { zh: '最后', en: 'Last' },
  total: { zh: '读数个数', en: 'Readings' },
  unusable: { zh: '不可用个数', en: 'Not usable' },
} as const

const QUALITY = {
  zh: { good: '正常', uncertain: '存疑', bad: '异常', calibrating: '标定中' },
  en: { good: 'good', uncertain: 'uncertain', bad: 'bad', calibrating: 'calibrating' },
} as const

export function exportColumns({
  everyMs,
  language,
  timeZone,
}: HistoryExport): readonly SpreadsheetColumn[] {
  const column = (name: keyof typeof TITLES, width: number) => ({
    title: TITLES[name][language],
    width,
  })
  const time = { title: `${TITLES.time[language]} (${timeZone})`, width: 24 }
  const start = [column('device', 16), column('name', 24), column('point', 16), column('unit', 8)]
  const values = ['mean', 'min', 'max', 'last', 'total', 'unusable'] as const
  return everyMs === null
    ? [...start, time, column('value', 12), column('quality', 12), column('arrived', 24)]
    : [...start, time, ...values.map((name) => column(name, 12))]
}

/** Rows in order of series and time, fetched a page at a time while somebody reads them. */
export async function* exportRows(
  store: ReadableStore,
  asked: HistoryExport,
): AsyncGenerator<SpreadsheetCell[]> {
  const write = timeWriter(asked.timeZone)
  for (const series of asked.series) {
    const start = [series.deviceId, series.deviceName, series.label, series.unit ?? '']
    if (asked.everyMs === null) yield* readingRows(store, { series, asked, start, write })
    else yield* bucketRows(store, { series, asked, start, write }, asked.everyMs)
  }
}

interface RowParts {
  readonly series: ExportSeries
  readonly asked: HistoryExport
  readonly start: readonly SpreadsheetCell[]
  readonly write: (atMs: number) => string
}

async function* readingRows(
  store: ReadableStore,
  { series, asked, start, write }: RowParts,
): AsyncGenerator<SpreadsheetCell[]> {
  const { deviceId, point } = series
  const limit = HISTORY_LIMITS.exportRowsPerPage
  for (let { fromMs } = asked; fromMs < asked.toMs; ) {
    const page = await store.query({ deviceId, point, fromMs, toMs: asked.toMs, limit })
    for (const { observedAtMs, arrivedAtMs, value, quality } of page) {
      const told = QUALITY[asked.language][quality]
      yield [...start, write(observedAtMs), value, told, write(arrivedAtMs)]
    }
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return
    fromMs = last.observedAtMs + 1
  }
}

async function* bucketRows(
  store: ReadableStore,
  { series, asked, start, write }: RowParts,
  everyMs: number,
): AsyncGenerator<SpreadsheetCell[]> {
  const { deviceId, point } = series
  const span = aligned(asked, everyMs)
  const pageMs = everyMs * HISTORY_LIMITS.exportRowsPerPage
  for (let { fromMs } = span; fromMs < span.toMs; fromMs += pageMs) {
    const toMs = Math.min(span.toMs, fromMs + pageMs)
    const { buckets } = await store.aggregate({ deviceId, point, fromMs, toMs, everyMs })
    for (const bucket of buckets) {
      const values = (['mean', 'min', 'max', 'last'] as const).map((fn) => bucketValue(bucket, fn))
      const { total, usable } = bucket
      yield [...start, write(bucket.startMs), ...values, total, total - usable]
    }
  }
}

/** `2026-11-25 10:00:00.123`, as a spreadsheet understands it. */
function timeWriter(timeZone: string): (atMs: number) => string {
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (atMs) => {
    const ms = ((Math.floor(atMs) % 1000) + 1000) % 1000
    return `${format.format(atMs)}.${String(ms).padStart(3, '0')}`
  }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // An unknown name is the outcome asked for.
    return false
  }
}
