import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useLive } from '../services.tsx'

/** How near this desk is to more alarms than a person can read; the gateway counts. */
export function FloodMeter() {
  const { t } = useTranslation()
  const flood = useLive((state) => state.flood)
  if (flood === null) return null
  const { recent, startsAbove, since, windowSeconds } = flood
  const words = t('flood.meter', { recent, startsAbove, minutes: windowSeconds / 60 })
  const share = Math.min(1, recent / (startsAbove + 1))
  return (
    <Link
      className={since === null ? 'flood-meter' : 'flood-meter is-flooded'}
      to="/alarms"
      title={words}
      aria-label={words}
      data-testid="flood-meter"
    >
      <span className="flood-bar">
        <span style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
      <span className="flood-count">
        {recent}
        <span className="quiet">
          {' '}
          / {windowSeconds / 60} {t('unit.minute')}
        </span>
      </span>
    </Link>
  )
}
