import { Button, Slider } from 'antd'
import { useTranslation } from 'react-i18next'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

/** The risk as it was: the last stop of the slider is now. */
export function ReplayBar(props: {
  readonly at: string | null
  /** When the risk that is shown was judged. */
  readonly shownAt: string | null
  readonly onChange: (at: string | null) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const words = useWords()
  const nowMs = useNow()
  const snapshots = useResource('risk snapshots', (signal) => api.riskSnapshots(signal))
  if (snapshots.error !== null) {
    return <ErrorNote error={snapshots.error} onRetry={snapshots.reload} />
  }
  const times = snapshots.data?.items ?? []
  const { at, shownAt, onChange } = props
  const index = at === null ? times.length : times.indexOf(at)
  const timeOf = (stop: number) => {
    const time = times[stop]
    return time === undefined ? t('map.live') : words.instant(time, nowMs)
  }
  return (
    <div className="map-replay">
      <span>{t('map.replay')}</span>
      {times.length === 0 ? (
        <span className="quiet">
          {t('map.noSnapshots', { days: snapshots.data?.keptDays ?? 30 })}
        </span>
      ) : (
        <Slider
          min={0}
          max={times.length}
          value={index}
          ariaLabelForHandle={t('map.replay')}
          ariaValueTextFormatterForHandle={timeOf}
          tooltip={{ formatter: (stop) => timeOf(stop ?? 0) }}
          onChange={(stop) => onChange(times[stop] ?? null)}
        />
      )}
      <span className="map-replay-time">
        {at === null
          ? t('map.live')
          : t('map.replayAt', { time: words.instant(shownAt ?? at, nowMs) })}
      </span>
      <Button
        size="small"
        disabled={at === null}
        onClick={() => {
          snapshots.reload()
          onChange(null)
        }}
      >
        {t('map.live')}
      </Button>
    </div>
  )
}
