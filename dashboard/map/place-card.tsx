import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { MapPlace } from '../../gateway/contract.ts'
import { alarmFilterParameters } from '../alarms/alarm-filter.ts'
import { compareUrgency } from '../alarms/alarm-state.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useLive, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

/** A place of the map: what it is, what is wrong there, and the ways to its pages. */
export function PlaceCard({ place }: { readonly place: MapPlace }) {
  const { t } = useTranslation()
  const { devices, silent, fault, position, people, hazardLevel } = place
  const isSource = place.kind === 'source'
  return (
    <section className="map-card">
      <h2>{place.name}</h2>
      <p className="quiet">{place.organizationName}</p>
      {isSource && (
        <p>
          {hazardLevel === null
            ? t('map.noLevel')
            : t('map.filterLevel', { level: t(`hazardLevelName.${hazardLevel}`) })}
          {' · '}
          {people === null ? t('map.peopleUnknown') : t('map.people', { count: people })}
        </p>
      )}
      <p>{t('map.devicesLine', { devices, silent, fault })}</p>
      <p className="quiet">
        {t('map.coordinates')} {position.latitude.toFixed(5)}, {position.longitude.toFixed(5)}
      </p>
      {isSource ? <SourceTanks sourceId={place.id} /> : <SiteAlarms siteId={place.id} />}
      <p className="buttons">
        {isSource ? (
          <Link to={`/hazard-sources/${encodeURIComponent(place.id)}`}>{t('map.toSource')}</Link>
        ) : (
          <Link to={`/devices?site=${encodeURIComponent(place.id)}`}>{t('map.toSite')}</Link>
        )}
      </p>
    </section>
  )
}

function SiteAlarms({ siteId }: { readonly siteId: string }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const open = useLive((state) => state.open)
  const alarms = [...open.values()].filter((alarm) => alarm.siteId === siteId).sort(compareUrgency)
  if (alarms.length === 0) return <p className="quiet">{t('map.noAlarms')}</p>
  return (
    <ul className="plain-list">
      {alarms.map((alarm) => {
        const filter = { tab: 'all', grades: [], text: '', selectedId: alarm.id } as const
        return (
          <li key={alarm.id}>
            <GradeMark grade={alarm.grade} />
            <Link to={`/alarms?${alarmFilterParameters(filter)}`}>
              {words.localized(alarm.title)} · {alarm.deviceName}
            </Link>
            <span className="number">{words.value(alarm.value, alarm.unit)}</span>
            <span className="quiet">
              {t('common.ago', { age: words.age(nowMs - Date.parse(alarm.raisedAt)) })}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function SourceTanks({ sourceId }: { readonly sourceId: string }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const words = useWords()
  const nowMs = useNow()
  const watch = useResource(`watch ${sourceId}`, (signal) => api.watchState(sourceId, signal))
  if (watch.error !== null) return <ErrorNote error={watch.error} onRetry={watch.reload} />
  const tanks = watch.data?.tanks ?? []
  if (tanks.length === 0) return null
  return (
    <>
      <h3>{t('map.tanks')}</h3>
      <ul className="plain-list">
        {tanks.map((tank) => (
          <li key={tank.id}>
            <Link to={`/devices/${encodeURIComponent(tank.deviceId)}`}>{tank.name}</Link>
            <span className="number">{words.value(tank.level, tank.levelUnit)}</span>
            {tank.tonnes !== null && (
              <span className="number">{words.number(Number(tank.tonnes))} t</span>
            )}
            <span className="quiet">
              {tank.at === null
                ? t('common.never')
                : t('common.ago', { age: words.age(nowMs - Date.parse(tank.at)) })}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
