import { Segmented, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Device, Profile, Rule } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { spanOfAlarm } from '../trend/alarm-marks.ts'
import { TrendPanel } from '../trend/trend-panel.tsx'
import { setpointsOfPoint } from './setpoints.ts'
import { mainPointOf } from './use-main-values.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Buckets so wide that a week is about a thousand points. */
const SPANS = {
  hour: { spanMs: HOUR_MS, bucket: null, stepMs: MINUTE_MS },
  day: { spanMs: 24 * HOUR_MS, bucket: { every: '1m', ms: MINUTE_MS }, stepMs: MINUTE_MS },
  week: {
    spanMs: 7 * 24 * HOUR_MS,
    bucket: { every: '10m', ms: 10 * MINUTE_MS },
    stepMs: 10 * MINUTE_MS,
  },
} as const
type SpanName = keyof typeof SPANS
const SPAN_NAMES = ['hour', 'day', 'week'] as const satisfies readonly SpanName[]

/** The right edge moves on in steps, so that the picture is not loaded anew each second. */
export function DeviceTrend(props: {
  readonly device: Device
  readonly profile: Profile
  readonly rules: readonly Rule[]
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { device, profile, rules } = props
  const [pointName, setPointName] = useState(mainPointOf(profile)?.name ?? '')
  const [spanName, setSpanName] = useState<SpanName>('hour')
  const point = profile.points.find(({ name }) => name === pointName)
  const request = useTrendRequest({ device, profile, pointName, spanName })
  const spans = useAlarmSpans(device.id, pointName, request)
  const setpoints = useMemo(() => setpointsOfPoint(rules, pointName), [rules, pointName])
  if (point === undefined) return null
  return (
    <section className="panel">
      <header className="panel-head">
        <h2>{t('device.trend')}</h2>
        <Select
          value={pointName}
          aria-label={t('detail.point')}
          className="point-select"
          options={profile.points.map(({ name, label }) => ({
            value: name,
            label: words.localized(label),
          }))}
          onChange={setPointName}
        />
        <Segmented<SpanName>
          value={spanName}
          options={SPAN_NAMES.map((name) => ({ value: name, label: t(`trend.${name}`) }))}
          onChange={setSpanName}
        />
        <Link to={`/history?s=${encodeURIComponent(`${device.id}/${pointName}`)}&last=${spanName}`}>
          {t('history.compare')}
        </Link>
      </header>
      <TrendPanel
        request={request}
        pointLabel={words.localized(point.label)}
        unit={point.unit}
        isBoolean={point.kind === 'boolean'}
        setpoints={setpoints}
        spans={spans}
      />
    </section>
  )
}

function useTrendRequest(options: {
  readonly device: Device
  readonly profile: Profile
  readonly pointName: string
  readonly spanName: SpanName
}) {
  const nowMs = useNow()
  const { spanMs, bucket, stepMs } = SPANS[options.spanName]
  const toMs = Math.ceil(nowMs / stepMs) * stepMs
  const { device, profile, pointName } = options
  return useMemo(
    () => ({
      deviceId: device.id,
      point: pointName,
      fromMs: toMs - spanMs,
      toMs,
      bucket,
      silentAfterMs: profile.silentAfterMs,
      isLive: bucket === null,
    }),
    [device.id, pointName, toMs, spanMs, bucket, profile.silentAfterMs],
  )
}

/** When this point was in alarm, within the picture. */
function useAlarmSpans(
  deviceId: string,
  pointName: string,
  range: { readonly fromMs: number; readonly toMs: number },
) {
  const { api } = useServices()
  const alarms = useResource(`alarms ${deviceId} ${range.fromMs}`, (signal) =>
    api.alarms({ deviceId }, signal),
  )
  const items = alarms.data?.items
  return useMemo(
    () =>
      (items ?? [])
        .filter((alarm) => alarm.point === pointName)
        .map((alarm) => spanOfAlarm(alarm, range.toMs))
        .filter((span) => span.toMs > range.fromMs && span.fromMs < range.toMs),
    [items, pointName, range.fromMs, range.toMs],
  )
}
