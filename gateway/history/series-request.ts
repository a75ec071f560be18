import { CodedError } from '#alerting/errors.ts'
import { HISTORY_LIMITS } from '#config/limits.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../timeseries/buckets.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** One point of one device, asked for as `deviceId/point`. An id holds no slash; a point may. */
export interface SeriesRequest {
  readonly deviceId: string
  readonly point: string
}

export function parseSeries(text: string): SeriesRequest | null {
  const slash = text.indexOf('/')
  const deviceId = text.slice(0, slash)
  const point = text.slice(slash + 1)
  return slash < 1 || point === '' ? null : { deviceId, point }
}

/** Widths that people read easily; the last ones are for years. */
const WIDTHS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 5, 10].map((days) => days * DAY_MS),
]

/** The narrowest easy width that makes no more than `bucketsMax` buckets of the span. */
export function widthFor({ fromMs, toMs }: Span, bucketsMax: number): number {
  // One more can come of ends that do not lie on a bucket's.
  const widest = WIDTHS_MS.at(-1) ?? DAY_MS
  const fits = (everyMs: number) => (toMs - fromMs) / everyMs + 1 <= bucketsMax
  return WIDTHS_MS.find(fits) ?? Math.ceil((toMs - fromMs) / (bucketsMax - 1) / widest) * widest
}

/** Ends moved outward to full buckets. */
export function aligned({ fromMs, toMs }: Span, everyMs: number): Span {
  return {
    fromMs: Math.floor(fromMs / everyMs) * everyMs,
    toMs: Math.ceil(toMs / everyMs) * everyMs,
  }
}

/** Throws `timeseries_question_too_large`, which says what the limit is. */
export function assertAsksNoMore(
  what: string,
  { asked, max, hint }: { readonly asked: number; readonly max: number; readonly hint: string },
): void {
  if (asked <= max) return
  throw new CodedError(
    'timeseries_question_too_large',
    `${Math.ceil(asked)} ${what} are asked for; at most ${max} are answered at once.`,
    { details: { what, asked: Math.ceil(asked), max }, hint },
  )
}

export function assertRange({ fromMs, toMs }: Span, daysMax: number = HISTORY_LIMITS.rangeDaysMax) {
  assertAsksNoMore('days', {
    asked: (toMs - fromMs) / DAY_MS,
    max: daysMax,
    hint: 'Ask for a shorter range, or for buckets instead of readings.',
  })
}
