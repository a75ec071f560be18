import { Button, Dropdown, Empty, Spin } from 'antd'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { usePlant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { useIsNarrow } from '../ui/use-media.ts'
import { exportAddress } from './export-address.ts'
import type { HistoryLine } from './history-lines.ts'
import {
  type HistoryRange,
  parseHistoryState,
  type SeriesKey,
  type Span,
  spanOf,
  writeHistoryState,
} from './history-state.ts'
import { HistoryAlarmList, HistorySummaryTable } from './history-tables.tsx'
import { RangeBar } from './range-bar.tsx'
import { SeriesChips } from './series-chips.tsx'
import {
  useAlarmsWithin,
  useChosenDevices,
  useHistory,
  useLines,
  useSetpoints,
  useSettling,
} from './use-history.ts'

const HistoryChart = lazy(async () => ({
  default: (await import('./history-chart.tsx')).HistoryChart,
}))

const WHEEL_RESTS_MS = 350
/** About two pixels a bucket. */
const BUCKETS = { wide: 800, narrow: 240 }

/** Several points over any time: compare, zoom, see alarms beside them, take them along. */
export function HistoryPage() {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const text = parameters.toString()
  const state = useMemo(() => parseHistoryState(new URLSearchParams(text)), [text])
  const plant = usePlant()
  const nowMs = useNow()
  const { series, range } = state
  const change = (part: { series?: readonly SeriesKey[]; range?: HistoryRange }) =>
    setParameters(writeHistoryState({ ...state, ...part }))
  const fix = (span: Span) => change({ range: { kind: 'fixed', ...span } })
  const [turned, setTurned] = useSettling<Span>(WHEEL_RESTS_MS, fix)
  const { fromMs, toMs } = spanOf(range, nowMs)
  const loadedSpan = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs])
  const devices = useChosenDevices(series)
  return (
    <div className="page history-page">
      <header className="page-head">
        <h1>{t('nav.history')}</h1>
        <ExportMenu series={series} span={loadedSpan} />
      </header>
      <section className="panel">
        <SeriesChips
          series={series}
          devices={devices}
          plant={plant}
          onChange={(next) => change({ series: next })}
        />
        <RangeBar
          range={range}
          span={turned ?? loadedSpan}
          nowMs={nowMs}
          onChange={(next) => change({ range: next })}
        />
        {plant.error !== null && <ErrorNote error={plant.error} onRetry={plant.reload} />}
        {series.length === 0 ? (
          <Empty className="history-empty" description={t('history.empty')} />
        ) : (
          <HistoryBody
            series={series}
            span={loadedSpan}
            shownSpan={turned ?? loadedSpan}
            devices={devices}
            plant={plant}
            onZoom={setTurned}
            onSelect={fix}
          />
        )}
      </section>
    </div>
  )
}

function HistoryBody(props: {
  readonly series: readonly SeriesKey[]
  readonly span: Span
  readonly shownSpan: Span
  readonly devices: ReturnType<typeof useChosenDevices>
  readonly plant: ReturnType<typeof usePlant>
  readonly onZoom: (span: Span) => void
  readonly onSelect: (span: Span) => void
}) {
  const { t } = useTranslation()
  const isNarrow = useIsNarrow()
  const { series, span, shownSpan } = props
  const history = useHistory(series, span, isNarrow ? BUCKETS.narrow : BUCKETS.wide)
  const lines = useLines(history.data, series, props)
  const setpoints = useSetpoints(series)
  const { alarms, spans } = useAlarmsWithin(series, span)
  const isEmpty = lines.every(({ line, poor }) => line.length === 0 && poor.length === 0)
  const missing = history.data === null ? 0 : series.length - lines.length
  return (
    <>
      {history.error !== null && <ErrorNote error={history.error} onRetry={history.reload} />}
      <div className="history-box">
        <Suspense fallback={<Spin className="page-spin" />}>
          <HistoryChart
            lines={lines}
            fromMs={shownSpan.fromMs}
            toMs={shownSpan.toMs}
            setpoints={setpoints}
            spans={spans}
            label={t('nav.history')}
            onZoom={props.onZoom}
            onSelect={props.onSelect}
          />
        </Suspense>
        {history.isLoading && isEmpty && <Spin className="trend-note" />}
        {!history.isLoading && isEmpty && history.error === null && (
          <span className="trend-note quiet">{t('trend.noData')}</span>
        )}
      </div>
      <p className="quiet history-note">
        <SourceNote answer={history.data} lines={lines} />
        {missing > 0 && <span>{t('history.missing', { count: missing })}</span>}
        {!isNarrow && <span>{t('history.howToZoom')}</span>}
        {history.isLoading && !isEmpty && <span>{t('common.loading')}</span>}
      </p>
      {history.data !== null && lines.length > 0 && (
        <HistorySummaryTable answer={history.data} lines={lines} />
      )}
      <h2>{t('history.alarms')}</h2>
      <HistoryAlarmList alarms={alarms} />
    </>
  )
}

/** How fine the picture is, and what it was made of. */
function SourceNote(props: {
  readonly answer: ReturnType<typeof useHistory>['data']
  readonly lines: readonly HistoryLine[]
}) {
  const { t } = useTranslation()
  const words = useWords()
  if (props.answer === null || props.lines.length === 0) return null
  const everyMs = Math.max(...props.lines.map((line) => line.everyMs ?? 0))
  if (everyMs === 0) return <span>{t('history.asTheyCame')}</span>
  const used = new Set(
    props.answer.series.flatMap(({ sources }) => sources.map(({ resolution }) => resolution)),
  )
  const names = (['raw', 'minute', 'hour'] as const)
    .filter((name) => used.has(name))
    .map((name) => t(`resolution.${name}`))
    .join(' + ')
  return <span>{t('history.madeOf', { width: words.length(everyMs), names })}</span>
}

function ExportMenu(props: { readonly series: readonly SeriesKey[]; readonly span: Span }) {
  const { t, i18n } = useTranslation()
  const { series, span } = props
  const item = (format: 'csv' | 'xlsx', every: string, label: string) => ({
    key: `${format} ${every}`,
    label: (
      <a href={exportAddress({ series, span, format, every, language: i18n.language })} download>
        {label}
      </a>
    ),
  })
  const items = (['csv', 'xlsx'] as const).flatMap((format) =>
    (['raw', '1m', '1h'] as const).map((every) =>
      item(format, every, `${format.toUpperCase()} · ${t(`exportEvery.${every}`)}`),
    ),
  )
  return (
    <Dropdown menu={{ items }} trigger={['click']} disabled={series.length === 0}>
      <Button className="page-action">{t('history.export')}</Button>
    </Dropdown>
  )
}
