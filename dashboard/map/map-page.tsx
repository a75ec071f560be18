import { Alert, Button, Empty, Segmented, Spin } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { MapBase, MapCluster, MapPlace, MapPlaces, RiskEntry } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { CirclePanel, type MapCircleChoice } from './circle-panel.tsx'
import type { MapCanvas, Viewport } from './map-canvas.ts'
import { type MapFilter, NO_FILTER } from './map-filter.ts'
import { MapLegend, RiskPatterns } from './map-legend.tsx'
import { MapList } from './map-list.tsx'
import { MapToolbar } from './map-toolbar.tsx'
import { MapView } from './map-view.tsx'
import { PlaceCard } from './place-card.tsx'
import { ReplayBar } from './replay-bar.tsx'
import { RiskPanel } from './risk-panel.tsx'
import { type MapData, useMapData } from './use-map-data.ts'

type SideName = 'list' | 'detail' | 'circle'
/** What the details are of. */
type Chosen =
  | { readonly kind: 'organization'; readonly id: string }
  | { readonly kind: 'place'; readonly place: MapPlace }
  | null

const CIRCLE_METRES = 500

/** Where everything is, what is wrong there, and how high the risk is, now and over the last weeks. */
export function MapPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const base = useResource('map base', (signal) => api.mapBase(signal))
  const [filter, setFilter] = useState<MapFilter>(NO_FILTER)
  return (
    <div className="page list-page map-page">
      <RiskPatterns />
      <MapToolbar
        filter={filter}
        onChange={(part) => setFilter((before) => ({ ...before, ...part }))}
      />
      {base.error !== null && <ErrorNote error={base.error} onRetry={base.reload} />}
      {base.data === null && base.isLoading && <Spin className="page-spin" />}
      {base.data !== null && <Notes base={base.data} />}
      {base.data !== null && base.data.bounds === null && base.data.outline === null && (
        <Empty
          className="nothing"
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{t('map.empty')}</strong>
              <p className="quiet">{t('map.emptyHint')}</p>
            </>
          }
        >
          <Link to="/enterprises">
            <Button type="primary">{t('map.addPosition')}</Button>
          </Link>
        </Empty>
      )}
      {base.data !== null && (base.data.bounds !== null || base.data.outline !== null) && (
        <MapDesk base={base.data} filter={filter} />
      )}
    </div>
  )
}

/** What the map cannot show, and what can be done about it. */
function Notes({ base }: { readonly base: MapBase }) {
  const { t } = useTranslation()
  const { sites, sources } = base.withoutPosition
  return (
    <>
      {base.outlineProblem !== null && (
        <Alert
          type="warning"
          className="map-note"
          title={t('map.outlineProblem', { problem: base.outlineProblem })}
        />
      )}
      {sites + sources > 0 && base.bounds !== null && (
        <p className="map-note quiet">
          {t('map.noPosition', { sites, sources })}{' '}
          <Link to="/enterprises">{t('map.addPosition')}</Link>
        </p>
      )}
    </>
  )
}

function MapDesk({ base, filter }: { readonly base: MapBase; readonly filter: MapFilter }) {
  const { t } = useTranslation()
  const canvas = useRef<MapCanvas | null>(null)
  const [view, setView] = useState<Viewport | null>(null)
  const [at, setAt] = useState<string | null>(null)
  const [side, setSide] = useState<SideName>('list')
  const [chosen, setChosen] = useState<Chosen>(null)
  const [circle, setCircle] = useState<MapCircleChoice>({ centre: null, metres: CIRCLE_METRES })
  const data = useMapData({ view, filter, at })
  const risk = data.risk.data
  const isRiskShown = filter.layers.includes('risk')
  const arePlacesShown = at === null && filter.layers.some((layer) => layer !== 'risk')
  const places = arePlacesShown ? data.places.data : null
  const drawn = useMemo(() => (isRiskShown ? (risk?.items ?? []) : null), [isRiskShown, risk])
  const choose = (next: NonNullable<Chosen>) => {
    setChosen(next)
    setSide('detail')
  }
  const nameOf = (mark: MapPlace | MapCluster) =>
    'name' in mark
      ? t('map.siteMark', { ...mark, enterprise: mark.organizationName })
      : t('map.clusterMark', { ...mark, count: mark.sites + mark.sources })
  return (
    <div className="map-desk">
      <div className="map-main">
        <MapView
          ref={canvas}
          label={t('map.canvas')}
          base={base}
          risk={drawn}
          places={places}
          circle={circle}
          onReady={setView}
          events={{
            onView: setView,
            onPlace: (place) => choose({ kind: 'place', place }),
            onOrganization: (id) => choose({ kind: 'organization', id }),
            onGround: (centre) => {
              if (side === 'circle') setCircle((before) => ({ ...before, centre }))
            },
            nameOf,
          }}
        />
        <MapButtons canvas={canvas} />
        <ReplayBar at={at} shownAt={risk?.at ?? null} onChange={setAt} />
        {at !== null && <p className="map-replay-note">{t('map.replayHides')}</p>}
      </div>
      <Side
        side={side}
        setSide={setSide}
        chosen={chosen}
        choose={choose}
        data={data}
        places={places}
        isLive={at === null}
        circle={circle}
        setCircle={setCircle}
        canvas={canvas}
      />
    </div>
  )
}

function Side(props: {
  readonly side: SideName
  readonly setSide: (side: SideName) => void
  readonly chosen: Chosen
  readonly choose: (chosen: NonNullable<Chosen>) => void
  readonly data: MapData
  readonly places: MapPlaces | null
  readonly isLive: boolean
  readonly circle: MapCircleChoice
  readonly setCircle: (circle: MapCircleChoice) => void
  readonly canvas: { readonly current: MapCanvas | null }
}) {
  const { t } = useTranslation()
  const { side, chosen, choose, data, places, isLive, circle, setCircle, canvas } = props
  const risk = data.risk.data
  return (
    <aside className="map-side">
      <Segmented
        block
        value={side}
        options={(['list', 'detail', 'circle'] as const).map((value) => ({
          value,
          label: t(`map.${value}`),
          disabled: value === 'detail' && chosen === null,
        }))}
        onChange={props.setSide}
      />
      <SideNotes data={data} />
      {side === 'list' && (
        <>
          <MapList
            risk={risk?.items ?? []}
            places={places}
            onOrganization={(id) => {
              choose({ kind: 'organization', id })
              const position = risk?.items.find((one) => one.organizationId === id)?.position
              if (position) canvas.current?.goTo(position)
            }}
            onPlace={(place) => {
              choose({ kind: 'place', place })
              canvas.current?.goTo(place.position)
            }}
          />
          <MapLegend bounds={risk?.bounds ?? null} />
        </>
      )}
      {side === 'detail' && (
        <Detail chosen={chosen} data={data} isLive={isLive} risk={risk?.items ?? []} />
      )}
      {side === 'circle' && (
        <CirclePanel
          circle={circle}
          onChange={setCircle}
          onHere={() => setCircle({ ...circle, centre: canvas.current?.centre() ?? null })}
          onPlace={(place) => choose({ kind: 'place', place })}
        />
      )}
    </aside>
  )
}

/** Its own buttons: with names, and reachable before the signs on the map. */
function MapButtons({ canvas }: { readonly canvas: { readonly current: MapCanvas | null } }) {
  const { t } = useTranslation()
  return (
    <div className="map-buttons">
      <Button aria-label={t('map.zoomIn')} onClick={() => canvas.current?.zoomBy(1)}>
        +
      </Button>
      <Button aria-label={t('map.zoomOut')} onClick={() => canvas.current?.zoomBy(-1)}>
        −
      </Button>
      <Button onClick={() => canvas.current?.showAll()}>{t('map.showAll')}</Button>
    </div>
  )
}

function SideNotes({ data }: { readonly data: MapData }) {
  const { t } = useTranslation()
  const failed = [data.risk, data.places].find(({ error }) => error !== null)
  if (failed === undefined) return null
  return (
    <>
      <ErrorNote error={failed.error} onRetry={failed.reload} />
      {failed.data !== null && <p className="quiet">{t('map.failedOld')}</p>}
    </>
  )
}

/** The place or organization as it is now, not as it was when it was chosen. */
function Detail(props: {
  readonly chosen: Chosen
  readonly data: MapData
  readonly risk: readonly RiskEntry[]
  readonly isLive: boolean
}) {
  const { chosen, data, risk } = props
  if (chosen === null) return null
  if (chosen.kind === 'place') {
    const { kind, id } = chosen.place
    const now = data.places.data?.places.find((place) => place.kind === kind && place.id === id)
    return <PlaceCard place={now ?? chosen.place} />
  }
  const entry = risk.find(({ organizationId }) => organizationId === chosen.id)
  return entry === undefined ? null : <RiskPanel entry={entry} isLive={props.isLive} />
}
