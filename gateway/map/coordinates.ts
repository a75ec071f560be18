/**
 * Coordinates are kept as WGS 84. CGCS2000 differs from it by centimetres, which no map of places
 * shows, and is taken as the same. GCJ-02, on which Chinese street tiles are drawn, shifts points in
 * mainland China by some hundred metres; it has no official formula, this is the published one.
 */
export interface Position {
  readonly latitude: number
  readonly longitude: number
}

/** Semi-major axis and squared eccentricity of the Krasovsky ellipsoid, as GCJ-02 uses them. */
const AXIS = 6_378_245
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
const DEGREES = 180 / Math.PI
/** Turning back is done by nearing; one step leaves millimetres. */
const STEPS_BACK = 3

export function wgs84ToGcj02(position: Position): Position {
  if (isOutsideChina(position)) return position
  const shift = shiftAt(position)
  return {
    latitude: position.latitude + shift.latitude,
    longitude: position.longitude + shift.longitude,
  }
}

/** Within a millimetre of the inverse. */
export function gcj02ToWgs84(position: Position): Position {
  if (isOutsideChina(position)) return position
  let guess = position
  for (let step = 0; step < STEPS_BACK; step += 1) {
    const there = wgs84ToGcj02(guess)
    guess = {
      latitude: guess.latitude + position.latitude - there.latitude,
      longitude: guess.longitude + position.longitude - there.longitude,
    }
  }
  return guess
}

/** The rectangle outside of which GCJ-02 does not shift. */
export function isOutsideChina({ latitude, longitude }: Position): boolean {
  return longitude < 72.004 || longitude > 137.8347 || latitude < 0.8293 || latitude > 55.8271
}

/** Latitude and longitude were exchanged: outside of China as they stand, inside the other way round. */
export function looksSwapped(position: Position): boolean {
  const swapped = { latitude: position.longitude, longitude: position.latitude }
  return isOutsideChina(position) && !isOutsideChina(swapped)
}

/** Great-circle distance in metres, on a sphere of the mean radius. */
export function distanceMetres(one: Position, other: Position): number {
  const half = (degrees: number) => Math.sin(degrees / DEGREES / 2) ** 2
  const chord =
    half(other.latitude - one.latitude) +
    Math.cos(one.latitude / DEGREES) *
      Math.cos(other.latitude / DEGREES) *
      half(other.longitude - one.longitude)
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(chord)))
}

function shiftAt({ latitude, longitude }: Position): Position {
  const x = longitude - 105
  const y = latitude - 35
  const radians = latitude / DEGREES
  const magic = 1 - ECCENTRICITY_SQUARED * Math.sin(radians) ** 2
  const root = Math.sqrt(magic)
  const meridian = (AXIS * (1 - ECCENTRICITY_SQUARED)) / (magic * root)
  return {
    latitude: (latitudeMetres(x, y) * DEGREES) / meridian,
    longitude: (longitudeMetres(x, y) * DEGREES) / ((AXIS / root) * Math.cos(radians)),
  }
}

function latitudeMetres(x: number, y: number): number {
  return (
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    ripple(x) +
    waves(y) +
    ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3
  )
}

function longitudeMetres(x: number, y: number): number {
  return (
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    ripple(x) +
    waves(x) +
    ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3
  )
}

function ripple(x: number): number {
  return ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3
}

function waves(along: number): number {
  return ((20 * Math.sin(along * Math.PI) + 40 * Math.sin((along / 3) * Math.PI)) * 2) / 3
}
