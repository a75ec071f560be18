import { Button, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import type { MapPlace, MapPosition } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

export interface MapCircleChoice {
  readonly centre: MapPosition | null
  readonly metres: number
}

const METRES_MIN = 10
const METRES_MAX = 50_000

/** Who and what lies within so many metres of a point. */
export function CirclePanel(props: {
  readonly circle: MapCircleChoice
  readonly onChange: (circle: MapCircleChoice) => void
  readonly onHere: () => void
  readonly onPlace: (place: MapPlace) => void
}) {
  const { t } = useTranslation()
  const { circle, onChange } = props
  return (
    <section className="map-card">
      <h2>{t('map.circle')}</h2>
      <p className="quiet">{t('map.circleHint')}</p>
      <p className="buttons">
        <label className="map-radius" htmlFor="map-radius">
          {t('map.radius')}
          <InputNumber
            id="map-radius"
            value={circle.metres}
            min={METRES_MIN}
            max={METRES_MAX}
            step={100}
            onChange={(metres) => onChange({ ...circle, metres: metres ?? circle.metres })}
          />
        </label>
        <Button onClick={props.onHere}>{t('map.circleHere')}</Button>
        <Button
          disabled={circle.centre === null}
          onClick={() => onChange({ ...circle, centre: null })}
        >
          {t('map.circleClear')}
        </Button>
      </p>
      {circle.centre !== null && (
        <Within centre={circle.centre} metres={circle.metres} onPlace={props.onPlace} />
      )}
    </section>
  )
}

function Within(props: {
  readonly centre: MapPosition
  readonly metres: number
  readonly onPlace: (place: MapPlace) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const words = useWords()
  const { centre, metres } = props
  const found = useResource(`circle ${centre.latitude} ${centre.longitude} ${metres}`, (signal) =>
    api.mapCircle(centre, metres, signal),
  )
  if (found.error !== null) return <ErrorNote error={found.error} onRetry={found.reload} />
  if (found.data === null) return <p className="quiet">{t('common.loading')}</p>
  const { people, sourcesWithoutPeople, sites, sources, devices, alarms, items } = found.data
  return (
    <>
      <h3>{t('map.inCircle')}</h3>
      <p className="map-card-line">
        <span>{t('map.circlePeople')}</span>
        <strong className="value-figure">{words.number(people)}</strong>
      </p>
      {sourcesWithoutPeople > 0 && (
        <p>
          <strong>{t('map.circleUnknown', { count: sourcesWithoutPeople })}</strong>
        </p>
      )}
      <p>{t('map.circleCounts', { sites, sources, devices, alarms })}</p>
      <ul className="plain-list">
        {items.map(({ distanceMetres, ...place }) => (
          <li key={`${place.kind} ${place.id}`}>
            <button type="button" className="map-row" onClick={() => props.onPlace(place)}>
              <span>{place.name}</span>
              <span className="quiet number">
                {t('map.metres', { count: Math.round(distanceMetres) })}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="quiet">{t('map.circlePeopleNote')}</p>
    </>
  )
}
