/** What the page shows, as its address says it: a link shows another person the same. */
export interface HistoryState {
  readonly series: readonly SeriesKey[]
  readonly range: HistoryRange
}

export interface SeriesKey {
  readonly deviceId: string
  readonly point: string
}

/** `last`: up to now, moving with it. */
export type HistoryRange =
  | { readonly kind: 'last'; readonly spanMs: number }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number }

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** As many as one question may name. */
export const SERIES_MAX = 12
export const SPAN_MS_MIN = 10 * SECOND_MS
export const SPAN_MS_MAX = 3_660 * DAY_MS

export const LAST_SPANS = {
  hour: HOUR_MS,
  sixHours: 6 * HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  year: 365 * DAY_MS,
} as const

const DEFAULT_RANGE: HistoryRange = { kind: 'last', spanMs: LAST_SPANS.day }

export function keyOf({ deviceId, point }: SeriesKey): string {
  return `${deviceId}/${point}`
}

export function parseHistoryState(parameters: URLSearchParams): HistoryState {
  const series = parameters.getAll('s').flatMap((text): readonly SeriesKey[] => {
    const slash = text.indexOf('/')
    const point = text.slice(slash + 1)
    return slash < 1 || point === '' ? [] : [{ deviceId: text.slice(0, slash), point }]
  })
  const distinct = [...new Map(series.map((each) => [keyOf(each), each])).values()]
  return { series: distinct.slice(0, SERIES_MAX), range: parseRange(parameters) }
}

function parseRange(parameters: URLSearchParams): HistoryRange {
  const [from, to] = [Number(parameters.get('from')), Number(parameters.get('to'))]
  const isSpan = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from > 0
  if (isSpan && to - from >= SPAN_MS_MIN && to - from <= SPAN_MS_MAX) {
    return { kind: 'fixed', fromMs: from, toMs: to }
  }
  const name = parameters.get('last')
  const known = Object.entries(LAST_SPANS).find(([each]) => each === name)
  return known === undefined ? DEFAULT_RANGE : { kind: 'last', spanMs: known[1] }
}

export function writeHistoryState({ series, range }: HistoryState): URLSearchParams {
  const parameters = new URLSearchParams(series.map((each) => ['s', keyOf(each)]))
  if (range.kind === 'fixed') {
    parameters.set('from', String(range.fromMs))
    parameters.set('to', String(range.toMs))
  } else {
    const name = Object.entries(LAST_SPANS).find(([, spanMs]) => spanMs === range.spanMs)?.[0]
    if (name !== undefined) parameters.set('last', name)
  }
  return parameters
}

/** The edge of a moving range goes on in steps, so that the picture is not loaded anew each second. */
export function spanOf(range: HistoryRange, nowMs: number): Span {
  if (range.kind === 'fixed') return range
  const stepMs = Math.max(15 * SECOND_MS, range.spanMs / 240)
  const toMs = Math.ceil(nowMs / stepMs) * stepMs
  return { fromMs: toMs - range.spanMs, toMs }
}

/** `factor` below 1 zooms in; what lies at `aroundMs` stays where it is. */
export function zoomed({ fromMs, toMs }: Span, factor: number, aroundMs: number): Span {
  const spanMs = toMs - fromMs
  const wanted = Math.min(Math.max(spanMs * factor, SPAN_MS_MIN), SPAN_MS_MAX)
  const share = (aroundMs - fromMs) / spanMs
  const start = Math.max(1, Math.round(aroundMs - wanted * share))
  return { fromMs: start, toMs: Math.round(start + wanted) }
}

/** By a share of its length, backwards or forwards. */
export function shifted({ fromMs, toMs }: Span, share: number): Span {
  const byMs = Math.max(1 - fromMs, Math.round((toMs - fromMs) * share))
  return { fromMs: fromMs + byMs, toMs: toMs + byMs }
}
