import { useTranslation } from 'react-i18next'
import type { LatestReadingDto, Profile, ProfilePoint, Rule } from '../../gateway/contract.ts'
import { presentGrade } from '../alarms/grade.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import type { TrendSetpoint } from '../trend/trend-option.ts'
import { setpointsOfPoint } from './setpoints.ts'

/** Every point of the device: value, how far it may be trusted, and where it stands in its range. */
export function LiveValues(props: {
  readonly profile: Profile | undefined
  readonly rules: readonly Rule[]
  readonly latest: ReadonlyMap<string, LatestReadingDto>
}) {
  const { t } = useTranslation()
  const { profile, latest } = props
  if (profile === undefined || latest.size === 0) {
    return <p className="quiet">{t('device.noValues')}</p>
  }
  const primaryFirst = [...profile.points].sort((a, b) => Number(b.primary) - Number(a.primary))
  return (
    <ul className="values">
      {primaryFirst.map((point) => {
        const reading = latest.get(point.name)
        if (reading === undefined) return null
        return (
          <LiveValue
            key={point.name}
            point={point}
            reading={reading}
            setpoints={setpointsOfPoint(props.rules, point.name)}
            silentAfterMs={profile.silentAfterMs}
          />
        )
      })}
    </ul>
  )
}

function LiveValue(props: {
  readonly point: ProfilePoint
  readonly reading: LatestReadingDto
  readonly setpoints: readonly TrendSetpoint[]
  readonly silentAfterMs: number
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { point, reading } = props
  const isStale = nowMs - reading.ts > props.silentAfterMs
  const quality = isStale ? 'stale' : reading.quality
  return (
    <li className={quality === 'good' ? 'value' : 'value is-poor'} data-point={point.name}>
      <span className="value-label">{words.localized(point.label)}</span>
      <span className={point.primary ? 'value-figure is-primary' : 'value-figure'}>
        {words.value(reading.value, point.unit)}
      </span>
      <span className="value-quality">
        {t(`quality.${quality}`)} ·{' '}
        {t('device.readAt', { time: words.instant(new Date(reading.ts).toISOString(), nowMs) })}
      </span>
      {point.range !== null && typeof reading.value === 'number' && (
        <RangeBar range={point.range} value={reading.value} setpoints={props.setpoints} />
      )}
    </li>
  )
}

/** Where the value stands between the ends of its range, with the set-points as marks. */
function RangeBar(props: {
  readonly range: { readonly min: number; readonly max: number }
  readonly value: number
  readonly setpoints: readonly TrendSetpoint[]
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { min, max } = props.range
  const share = (value: number) =>
    `${Math.min(100, Math.max(0, ((value - min) / (max - min)) * 100))}%`
  const label = t('device.range', { min: words.number(min), max: words.number(max) })
  return (
    <span className="range" role="img" aria-label={label} title={label}>
      <span className="range-track">
        <span className="range-fill" style={{ width: share(props.value) }} />
        {props.setpoints.map((setpoint) => (
          <span
            key={setpoint.value}
            className="range-setpoint"
            style={{ left: share(setpoint.value), background: presentGrade(setpoint.grade).fill }}
          />
        ))}
      </span>
      <span className="range-ends">
        <span>{words.number(min)}</span>
        <span>{words.number(max)}</span>
      </span>
    </span>
  )
}
