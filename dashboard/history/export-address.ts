import { keyOf, type SeriesKey, type Span } from './history-state.ts'

/** Where the file is: the browser itself loads it, so that it may be of any length. */
export function exportAddress(options: {
  readonly series: readonly SeriesKey[]
  readonly span: Span
  readonly format: 'csv' | 'xlsx'
  readonly every: string
  readonly language: string
}): string {
  const { series, span, format, every, language } = options
  const parameters = new URLSearchParams(series.map((each) => ['series', keyOf(each)]))
  parameters.set('from', String(span.fromMs))
  parameters.set('to', String(span.toMs))
  parameters.set('every', every)
  parameters.set('format', format)
  parameters.set('language', language.startsWith('zh') ? 'zh' : 'en')
  parameters.set('timeZone', Intl.DateTimeFormat().resolvedOptions().timeZone)
  return `/api/v1/readings/export?${parameters}`
}
