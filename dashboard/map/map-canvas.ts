import * as L from 'leaflet'
import 'leaflet/dist/leaflet.css'
import type {
  MapBase,
  MapCluster,
  MapPlace,
  MapPosition,
  RiskEntry,
} from '../../gateway/contract.ts'
import { type Datum, datumOf } from './datum.ts'
import { clusterMark, type Mark, placeMark } from './map-marks.ts'
import { fillOf, patternOf } from './risk-look.ts'

export interface Viewport {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
  readonly zoom: number
}

export interface MapCanvasEvents {
  readonly onView: (view: Viewport) => void
  readonly onPlace: (place: MapPlace) => void
  readonly onOrganization: (id: string) => void
  /** Somewhere on the ground, WGS 84. */
  readonly onGround: (position: MapPosition) => void
  /** What a sign is called, for those who hear the page. */
  readonly nameOf: (mark: MapPlace | MapCluster) => string
}

const ZOOM_MAX_PLAIN = 19
const ZOOM_OF_PLACE = 16
/** How far a name stands from the middle of its area towards its northern edge. */
const NAME_SHARE = 0.6
const CHINA: L.LatLngBoundsExpression = [
  [18, 73],
  [53, 135],
]

/**
 * Leaflet's map, drawn from what it is given. It moves when a person moves it, chooses a cluster or
 * asks for a place, and never by itself.
 */
export class MapCanvas {
  readonly #map: L.Map
  readonly #base: MapBase
  readonly #datum: Datum
  readonly #events: MapCanvasEvents
  readonly #risk = L.layerGroup()
  readonly #marks = L.layerGroup()
  readonly #circle = L.layerGroup()

  constructor(element: HTMLElement, base: MapBase, events: MapCanvasEvents) {
    this.#base = base
    this.#events = events
    this.#datum = datumOf(base.tiles)
    this.#map = L.map(element, {
      zoomControl: false,
      attributionControl: base.tiles !== null,
      maxZoom: base.tiles?.zoomMax ?? ZOOM_MAX_PLAIN,
      zoomSnap: 0.5,
    })
    this.#map.attributionControl?.setPrefix(false)
    if (base.tiles !== null) {
      const { url, attribution, zoomMax } = base.tiles
      L.tileLayer(url, { attribution: escaped(attribution), maxZoom: zoomMax }).addTo(this.#map)
    }
    // Names lie under the signs, which would be hidden by them; the circle over the towns.
    this.#map.getPane('tooltipPane')?.style.setProperty('z-index', '450')
    this.#map.createPane('circle').style.setProperty('z-index', '440')
    for (const layer of [this.#risk, this.#circle, this.#marks]) layer.addTo(this.#map)
    this.showAll()
    this.#map.on('moveend', () => events.onView(this.view()))
    this.#map.on('click', ({ latlng }) => events.onGround(this.#keptOf(latlng)))
  }

  destroy(): void {
    this.#map.remove()
  }

  /** The element has another size. */
  resized(): void {
    this.#map.invalidateSize({ animate: false })
  }

  view(): Viewport {
    const bounds = this.#map.getBounds()
    const southWest = this.#keptOf(bounds.getSouthWest())
    const northEast = this.#keptOf(bounds.getNorthEast())
    return {
      west: Math.max(-180, southWest.longitude),
      south: Math.max(-90, southWest.latitude),
      east: Math.min(180, northEast.longitude),
      north: Math.min(90, northEast.latitude),
      zoom: Math.round(this.#map.getZoom()),
    }
  }

  centre(): MapPosition {
    return this.#keptOf(this.#map.getCenter())
  }

  zoomBy(steps: number): void {
    this.#map.setZoom(this.#map.getZoom() + steps)
  }

  /** Everything that has a position, and the outline. */
  showAll(): void {
    const bounds = L.latLngBounds([])
    if (this.#base.bounds !== null) bounds.extend(this.#boundsOf(this.#base.bounds))
    if (this.#base.outline !== null) bounds.extend(this.#outlineBounds())
    this.#map.fitBounds(bounds.isValid() ? bounds : CHINA, {
      padding: [24, 24],
      maxZoom: ZOOM_OF_PLACE,
      animate: false,
    })
  }

  goTo(position: MapPosition): void {
    const zoom = Math.max(this.#map.getZoom(), ZOOM_OF_PLACE - 2)
    this.#map.setView(this.#at(position), zoom, { animate: false })
  }

  /** Towns filled by their risk; null: the outline alone. */
  drawRisk(entries: readonly RiskEntry[] | null): void {
    this.#risk.clearLayers()
    const byId = new Map(entries?.map((entry) => [entry.organizationId, entry]))
    for (const feature of this.#base.outline?.features ?? []) {
      const entry = byId.get(feature.properties.organizationId ?? '')
      this.#drawArea(feature, entry)
    }
    for (const entry of entries ?? []) this.#drawEnterprise(entry)
  }

  drawPlaces(places: readonly MapPlace[], clusters: readonly MapCluster[]): void {
    const hadFocus = document.activeElement?.getAttribute('data-key') ?? null
    this.#marks.clearLayers()
    for (const cluster of clusters) {
      const { latitude, longitude } = cluster.position
      this.#addMark(clusterMark(cluster), cluster, `${latitude} ${longitude}`, () =>
        this.#map.fitBounds(this.#boundsOf(cluster.bounds), { padding: [60, 60], animate: false }),
      )
    }
    for (const place of places) {
      this.#addMark(placeMark(place), place, `${place.kind} ${place.id}`, () =>
        this.#events.onPlace(place),
      )
    }
    if (hadFocus === null) return
    const again = this.#map.getPane('markerPane')?.querySelectorAll<HTMLElement>('[data-key]') ?? []
    for (const element of again) if (element.dataset.key === hadFocus) element.focus()
  }

  drawCircle(centre: MapPosition | null, metres: number): void {
    this.#circle.clearLayers()
    if (centre === null) return
    L.circle(this.#at(centre), {
      radius: metres,
      className: 'map-circle',
      pane: 'circle',
      fillOpacity: 0.12,
      weight: 2,
      interactive: false,
    }).addTo(this.#circle)
  }

  #addMark(mark: Mark, what: MapPlace | MapCluster, key: string, onChoose: () => void): void {
    const name = this.#events.nameOf(what)
    const marker = L.marker(this.#at(what.position), {
      icon: L.divIcon({
        className: 'map-mark',
        html: mark.html,
        iconSize: [mark.size, mark.size],
      }),
      title: name,
      riseOnHover: true,
      zIndexOffset: what.worstGrade === null ? 0 : (5 - what.worstGrade) * 1_000,
    })
    marker.on('click', onChoose)
    marker.on('keypress', ({ originalEvent }) => {
      if (originalEvent.key === 'Enter') onChoose()
    })
    marker.addTo(this.#marks)
    const element = marker.getElement()
    element?.setAttribute('aria-label', name)
    element?.setAttribute('data-key', key)
  }

  #drawArea(feature: NonNullable<MapBase['outline']>['features'][number], entry?: RiskEntry): void {
    const options: L.PathOptions = {
      className: 'map-area',
      weight: 1.5,
      fillColor: entry === undefined ? 'var(--map-land)' : patternOf(entry.colour),
      fillOpacity: entry === undefined ? 0.7 : 1,
    }
    for (const polygon of polygonsOf(feature.geometry)) {
      const rings = polygon.map((ring) => ring.map((pair) => this.#at(pairOf(pair))))
      const area = L.polygon(rings, options).addTo(this.#risk)
      this.#nameArea(area.getBounds(), feature.properties.name)
      const { organizationId } = feature.properties
      if (entry === undefined || organizationId === undefined) continue
      area.on('click', () => this.#events.onOrganization(organizationId))
    }
  }

  /** In the north of it, where fewer signs lie than in the middle. */
  #nameArea(bounds: L.LatLngBounds, name: string): void {
    const label = document.createElement('span')
    label.textContent = name
    const { lat, lng } = bounds.getCenter()
    const north = lat + (bounds.getNorth() - lat) * NAME_SHARE
    L.tooltip({ permanent: true, direction: 'center', className: 'map-town' })
      .setLatLng([north, lng])
      .setContent(label)
      .addTo(this.#risk)
  }

  /** Under its own sign: a ring in the colour of its risk; blue ones would only be noise. */
  #drawEnterprise({ kind, position, colour, organizationId }: RiskEntry): void {
    if (kind !== 'enterprise' || position === null || colour === 'blue') return
    L.circleMarker(this.#at(position), {
      radius: 22,
      color: fillOf(colour),
      weight: 4,
      fill: false,
    })
      .on('click', () => this.#events.onOrganization(organizationId))
      .addTo(this.#risk)
  }

  #outlineBounds(): L.LatLngBounds {
    const bounds = L.latLngBounds([])
    for (const { geometry } of this.#base.outline?.features ?? []) {
      for (const [ring] of polygonsOf(geometry)) {
        for (const pair of ring ?? []) bounds.extend(this.#at(pairOf(pair)))
      }
    }
    return bounds
  }

  #boundsOf({ west, south, east, north }: Omit<Viewport, 'zoom'>): L.LatLngBounds {
    return L.latLngBounds(
      this.#at({ latitude: south, longitude: west }),
      this.#at({ latitude: north, longitude: east }),
    )
  }

  #at(position: MapPosition): L.LatLng {
    const { latitude, longitude } = this.#datum.shown(position)
    return L.latLng(latitude, longitude)
  }

  #keptOf({ lat, lng }: L.LatLng): MapPosition {
    return this.#datum.kept({ latitude: lat, longitude: lng })
  }
}

type Geometry = NonNullable<MapBase['outline']>['features'][number]['geometry']

function polygonsOf(geometry: Geometry): readonly (readonly (readonly number[][])[])[] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
}

function pairOf([longitude = 0, latitude = 0]: readonly number[]): MapPosition {
  return { latitude, longitude }
}

/** Leaflet takes an attribution as HTML. */
function escaped(text: string): string {
  const element = document.createElement('span')
  element.textContent = text
  return element.innerHTML
}
