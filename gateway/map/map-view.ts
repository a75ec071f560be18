import type { z } from 'zod'
import { MAP_LIMITS } from '#config/limits.ts'
import type { MapBase, MapCircle, MapPlace, MapPlaces, mapPlacesQuery } from '../contract.ts'
import { clusterPlaces, isWithin, rectangleOf } from './clusters.ts'
import { distanceMetres, type Position } from './coordinates.ts'
import type { MapPlaceBoard } from './map-places.ts'
import type { LoadedOutline } from './outline.ts'

type Visible = ReadonlySet<string> | null
type Query = z.output<typeof mapPlacesQuery>

/** The map as one account sees it; `visible` null: everything. Comes from `visibleOrganizationIds`. */
export class MapView {
  readonly #board: MapPlaceBoard
  readonly #base: LoadedOutline & Pick<MapBase, 'tiles'>

  constructor(board: MapPlaceBoard, base: LoadedOutline & Pick<MapBase, 'tiles'>) {
    this.#board = board
    this.#base = base
  }

  /** The one other host that a browser may fetch pictures from; null: none. */
  get tileOrigin(): string | null {
    return this.#base.tiles === null ? null : new URL(this.#base.tiles.url).origin
  }

  base(visible: Visible): MapBase {
    const { places, withoutPosition } = this.#board.now()
    const seen = places.filter(isVisible(visible)).map(({ position }) => position)
    const missing = withoutPosition.filter(isVisible(visible))
    const sites = missing.filter(({ kind }) => kind === 'site').length
    return {
      ...this.#base,
      bounds: rectangleOf(seen),
      withoutPosition: { sites, sources: missing.length - sites },
    }
  }

  places(query: Query, visible: Visible): MapPlaces {
    const { atMs, places } = this.#board.now()
    const isSeen = isVisible(visible)
    const isWanted = wantedBy(query)
    const shown = places.filter(
      (place) => isSeen(place) && isWithin(query, place.position) && isWanted(place),
    )
    return { at: new Date(atMs).toISOString(), ...clusterPlaces(shown, query.zoom) }
  }

  circle(centre: Position, metres: number, visible: Visible): MapCircle {
    const within = this.#board
      .now()
      .places.filter(isVisible(visible))
      .map((place) => ({ ...place, distanceMetres: distanceMetres(centre, place.position) }))
      .filter((place) => place.distanceMetres <= metres)
      .sort((one, other) => one.distanceMetres - other.distanceMetres)
    const sites = within.filter(({ kind }) => kind === 'site')
    const sources = within.filter(({ kind }) => kind === 'source')
    const sum = (read: (place: MapPlace) => number, of: readonly MapPlace[]) =>
      of.reduce((total, place) => total + read(place), 0)
    return {
      people: sum(({ people }) => people ?? 0, sources),
      sourcesWithoutPeople: sources.filter(({ people }) => people === null).length,
      sites: sites.length,
      sources: sources.length,
      devices: sum(({ devices }) => devices, sites),
      alarms: sum(({ alarms }) => alarms, sites),
      items: within.slice(0, MAP_LIMITS.circlePlacesMax),
    }
  }
}

function isVisible(visible: Visible): (place: { readonly organizationId: string }) => boolean {
  return ({ organizationId }) => visible === null || visible.has(organizationId)
}

function wantedBy({ layers, gradeMax, hazardLevel, abnormal, text }: Query) {
  const words = text?.toLowerCase() ?? ''
  const isOnLayer = (place: MapPlace) =>
    place.kind === 'source'
      ? layers.includes('sources')
      : layers.includes('devices') || (layers.includes('alarms') && place.alarms > 0)
  return (place: MapPlace): boolean =>
    isOnLayer(place) &&
    (gradeMax === undefined || (place.worstGrade !== null && place.worstGrade <= gradeMax)) &&
    (hazardLevel === undefined || place.hazardLevel === hazardLevel) &&
    (abnormal !== 'true' || place.alarms + place.silent + place.fault > 0) &&
    `${place.name}\n${place.organizationName}`.toLowerCase().includes(words)
}
