import { Spin } from 'antd'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNote } from '../ui/error-note.tsx'
import type { TrendSetpoint, TrendSpan } from './trend-option.ts'
import { type TrendRequest, useTrend } from './use-trend.ts'

const TrendChart = lazy(async () => ({ default: (await import('./trend-chart.tsx')).TrendChart }))

/** One point over a span of time, with its set-points and when it was in alarm. */
export function TrendPanel(props: {
  readonly request: TrendRequest
  readonly pointLabel: string
  readonly unit: string | null
  readonly isBoolean: boolean
  readonly setpoints: readonly TrendSetpoint[]
  readonly spans: readonly TrendSpan[]
}) {
  const { t } = useTranslation()
  const trend = useTrend(props.request)
  const { data } = trend
  const isEmpty = data.line.length === 0 && data.poor.length === 0
  return (
    <div className="trend">
      {trend.error !== null && <ErrorNote error={trend.error} onRetry={trend.reload} />}
      <Suspense fallback={<div className="trend-chart" />}>
        <TrendChart
          data={data}
          fromMs={props.request.fromMs}
          toMs={props.request.toMs}
          unit={props.unit}
          isBoolean={props.isBoolean}
          setpoints={props.setpoints}
          spans={props.spans}
          label={t('trend.label', { point: props.pointLabel })}
        />
      </Suspense>
      {trend.isLoading && isEmpty && <Spin className="trend-note" />}
      {!trend.isLoading && isEmpty && trend.error === null && (
        <span className="trend-note quiet">{t('trend.noData')}</span>
      )}
      {data.isTruncated && <p className="quiet">{t('trend.truncated')}</p>}
    </div>
  )
}
