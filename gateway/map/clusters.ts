import { MAP_LIMITS } from '#config/limits.ts'
import type { MapCluster, MapPlace } from '../contract.ts'
import type { Position } from './coordinates.ts'
import { sumOf } from './map-places.ts'

/** Degrees; a rectangle whose west is greater than its east crosses the date line. */
export interface MapRectangle {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** Width of the whole world on the screen at zoom 0, in pixels (Web Mercator, EPSG:3857). */
const WORLD_PIXELS = 256
/** Web Mercator ends here. */
const LATITUDE_MAX = 85.051_128_78

/**
 * Places that would lie upon each other at this zoom become one cluster: those of one square of a
 * grid that is fixed to the earth, so that moving the map does not reshuffle them.
 */
export function clusterPlaces(
  places: readonly MapPlace[],
  zoom: number,
): { readonly places: MapPlace[]; readonly clusters: MapCluster[] } {
  if (zoom >= MAP_LIMITS.zoomAlone && places.length <= MAP_LIMITS.featuresMax) {
    return { places: [...places], clusters: [] }
  }
  let pixels: number = MAP_LIMITS.clusterPixels
  let squares = squaresOf(places, zoom, pixels)
  while (squares.length > MAP_LIMITS.featuresMax) {
    pixels *= 2
    squares = squaresOf(places, zoom, pixels)
  }
  const alone: MapPlace[] = []
  const clusters: MapCluster[] = []
  for (const square of squares) {
    const [only] = square
    if (square.length === 1 && only !== undefined) alone.push(only)
    else clusters.push(clusterOf(square))
  }
  return { places: alone, clusters }
}

export function isWithin(rectangle: MapRectangle, { latitude, longitude }: Position): boolean {
  const { west, south, east, north } = rectangle
  if (latitude < south || latitude > north) return false
  return west <= east
    ? longitude >= west && longitude <= east
    : longitude >= west || longitude <= east
}

/** Null for nothing. */
export function rectangleOf(positions: Iterable<Position>): MapRectangle | null {
  let found: { west: number; south: number; east: number; north: number } | null = null
  for (const { latitude, longitude } of positions) {
    found ??= { west: longitude, east: longitude, south: latitude, north: latitude }
    found.west = Math.min(found.west, longitude)
    found.east = Math.max(found.east, longitude)
    found.south = Math.min(found.south, latitude)
    found.north = Math.max(found.north, latitude)
  }
  return found
}

function squaresOf(
  places: readonly MapPlace[],
  zoom: number,
  pixels: number,
): readonly (readonly MapPlace[])[] {
  const squaresAcross = (WORLD_PIXELS * 2 ** zoom) / pixels
  const keyOf = ({ position }: MapPlace) => {
    const { x, y } = mercator(position)
    return `${Math.floor(x * squaresAcross)} ${Math.floor(y * squaresAcross)}`
  }
  return [...Map.groupBy(places, keyOf).values()]
}

/** From 0 to 1 over the whole world, from north-west. */
function mercator({ latitude, longitude }: Position): { x: number; y: number } {
  const bounded = Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, latitude))
  const sine = Math.sin((bounded * Math.PI) / 180)
  return {
    x: longitude / 360 + 0.5,
    y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI),
  }
}

function clusterOf(square: readonly MapPlace[]): MapCluster {
  const positions = square.map(({ position }) => position)
  const mean = (read: (position: Position) => number) =>
    positions.reduce((sum, position) => sum + read(position), 0) / positions.length
  const sites = square.filter(({ kind }) => kind === 'site')
  // The devices of a source are devices of a site too: they are counted once where its site is here.
  const tallied = sites.length > 0 ? sites : square
  const worst = sumOf(square).worstGrade
  return {
    position: {
      latitude: mean(({ latitude }) => latitude),
      longitude: mean(({ longitude }) => longitude),
    },
    bounds: rectangleOf(positions) ?? { west: 0, south: 0, east: 0, north: 0 },
    sites: sites.length,
    sources: square.length - sites.length,
    ...sumOf(tallied),
    worstGrade: worst,
  }
}
