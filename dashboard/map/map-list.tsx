import { useTranslation } from 'react-i18next'
import type { MapPlace, MapPlaces, RiskEntry } from '../../gateway/contract.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { byRisk } from './risk-look.ts'
import { RiskMark } from './risk-panel.tsx'

/** More than a screen or two is found by the search. */
const SHOWN_MAX = 100

/** What the map shows, as a list that a keyboard and a reader of screens can walk. */
export function MapList(props: {
  readonly risk: readonly RiskEntry[]
  /** Null: nothing but the risk is shown. */
  readonly places: MapPlaces | null
  readonly onOrganization: (id: string) => void
  readonly onPlace: (place: MapPlace) => void
}) {
  const { t } = useTranslation()
  const { places } = props
  return (
    <>
      <RiskList entries={props.risk} onOrganization={props.onOrganization} />
      {places !== null && (
        <section className="map-card">
          <h3>{t('map.places')}</h3>
          {places.places.length + places.clusters.length === 0 && (
            <p className="quiet">{t('map.noPlaces')}</p>
          )}
          <ul className="map-rows">
            {places.places.slice(0, SHOWN_MAX).map((place) => (
              <li key={`${place.kind} ${place.id}`}>
                <button type="button" className="map-row" onClick={() => props.onPlace(place)}>
                  <span>
                    {place.name}
                    <span className="quiet"> {place.organizationName}</span>
                  </span>
                  {place.worstGrade !== null && <GradeMark grade={place.worstGrade} size={18} />}
                </button>
              </li>
            ))}
          </ul>
          <More count={places.places.length - SHOWN_MAX} />
          {places.clusters.length > 0 && (
            <p className="quiet">{t('map.moreClusters', { count: places.clusters.length })}</p>
          )}
        </section>
      )}
    </>
  )
}

function RiskList(props: {
  readonly entries: readonly RiskEntry[]
  readonly onOrganization: (id: string) => void
}) {
  const { t } = useTranslation()
  const above = props.entries.filter(({ kind }) => kind !== 'enterprise').sort(byRisk)
  const enterprises = props.entries.filter(({ kind }) => kind === 'enterprise').sort(byRisk)
  const shown = [...above.slice(0, SHOWN_MAX), ...enterprises.slice(0, SHOWN_MAX)]
  return (
    <section className="map-card">
      <h3>{t('map.organizations')}</h3>
      <ul className="map-rows">
        {shown.map((entry) => (
          <li key={entry.organizationId}>
            <button
              type="button"
              className="map-row"
              data-organization={entry.organizationId}
              onClick={() => props.onOrganization(entry.organizationId)}
            >
              <span>
                {entry.name}
                {entry.kind !== 'enterprise' && (
                  <span className="quiet"> {t(`organizationKind.${entry.kind}`)}</span>
                )}
              </span>
              <span className="map-row-risk">
                <RiskMark colour={entry.colour} isShort />
                <span className="number">{entry.points}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <More count={props.entries.length - shown.length} />
    </section>
  )
}

function More({ count }: { readonly count: number }) {
  const { t } = useTranslation()
  return count > 0 ? <p className="quiet">{t('map.more', { count })}</p> : null
}
