import type { TankShape } from '../contract.ts'

/**
 * How much is in a tank at a level: metres above the lowest point → m³. Plain geometry of the inside;
 * dead wood, tilt and the bottom's bulge are in a strapping table or nowhere.
 */
export interface TankVolume {
  readonly volumeM3: number
  /** The level lies below the bottom or above the top: taken as empty or full. */
  readonly isBeyond: boolean
}

/** Highest level the shape has, in metres. */
export function heightOf(shape: TankShape): number {
  switch (shape.kind) {
    case 'vertical-cylinder':
      return shape.heightM
    case 'horizontal-cylinder':
    case 'sphere':
      return shape.diameterM
    case 'table':
      return shape.rows.at(-1)?.levelM ?? 0
    default:
      return shape satisfies never
  }
}

/** Volume of the full tank, in m³. */
export function capacityOf(shape: TankShape): number {
  return volumeAt(shape, heightOf(shape)).volumeM3
}

export function volumeAt(shape: TankShape, levelM: number): TankVolume {
  const height = heightOf(shape)
  const level = Math.min(Math.max(levelM, 0), height)
  return { volumeM3: volumeWithin(shape, level), isBeyond: levelM < 0 || levelM > height }
}

function volumeWithin(shape: TankShape, level: number): number {
  switch (shape.kind) {
    case 'vertical-cylinder':
      return (Math.PI * shape.diameterM ** 2 * level) / 4
    case 'horizontal-cylinder':
      return lyingCylinder(shape.diameterM, level) * shape.lengthM + headsOf(shape, level)
    case 'sphere':
      return cap(shape.diameterM, level)
    case 'table':
      return interpolated(shape.rows, level)
    default:
      return shape satisfies never
  }
}

/** Area of a circle's segment up to `level`, in m². */
function lyingCylinder(diameter: number, level: number): number {
  const radius = diameter / 2
  const depth = radius - level
  const chord = Math.sqrt(Math.max(0, level * (diameter - level)))
  return radius ** 2 * Math.acos(depth / radius) - depth * chord
}

/** Two 2:1 elliptical heads are together an ellipsoid half as long as the sphere of their diameter. */
function headsOf(
  shape: { readonly heads: 'flat' | 'elliptical'; readonly diameterM: number },
  level: number,
): number {
  return shape.heads === 'flat' ? 0 : cap(shape.diameterM, level) / 2
}

/** Volume of a sphere up to `level`. */
function cap(diameter: number, level: number): number {
  return (Math.PI * level ** 2 * (1.5 * diameter - level)) / 3
}

/** Between the rows in a straight line; below the first one from the empty tank up. */
function interpolated(
  rows: readonly { readonly levelM: number; readonly volumeM3: number }[],
  level: number,
): number {
  let below = { levelM: 0, volumeM3: 0 }
  for (const row of rows) {
    if (level <= row.levelM) {
      const span = row.levelM - below.levelM
      const share = span === 0 ? 1 : (level - below.levelM) / span
      return below.volumeM3 + share * (row.volumeM3 - below.volumeM3)
    }
    below = row
  }
  return below.volumeM3
}
