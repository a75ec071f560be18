import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useResource } from '../api/use-resource.ts'
import { useServices } from '../services.tsx'
import { EmergencyPanel } from './emergency-panel.tsx'

/** The hazard sources that stand where an alarm came from; nothing where there is none. */
export function AlarmEmergency(props: { readonly alarmId: string }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const found = useResource(`emergency ${props.alarmId}`, (signal) =>
    api.emergencyAtAlarm(props.alarmId, signal),
  )
  const sources = found.data?.items ?? []
  if (sources.length === 0) return null
  return (
    <section className="hazard-at-alarm">
      <h3>{t('hazard.atAlarm')}</h3>
      {sources.map((source) => (
        <div key={source.sourceId}>
          <p>
            <Link to={`/hazard-sources/${encodeURIComponent(source.sourceId)}?tab=emergency`}>
              {source.name === '' ? t('hazard.unnamed') : source.name}
            </Link>{' '}
            {source.hazardLevel !== null && t(`hazardLevelName.${source.hazardLevel}`)}{' '}
            {source.basis === 'draft' && <span className="quiet">{t('hazard.fromDraft')}</span>}
          </p>
          <EmergencyPanel information={source} />
        </div>
      ))}
    </section>
  )
}
