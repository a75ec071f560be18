import type { TankMedium, TankShape } from '../contract.ts'
import { heightOf, volumeAt } from './tank-volume.ts'

/** Units of a level gauge that can be turned into metres. */
export const LEVEL_UNITS = ['%', 'm', 'cm', 'mm'] as const
export type LevelUnit = (typeof LEVEL_UNITS)[number]

const METRES_PER_UNIT: Readonly<Record<Exclude<LevelUnit, '%'>, number>> = {
  m: 1,
  cm: 0.01,
  mm: 0.001,
}

export interface TankContents {
  readonly levelM: number
  readonly volumeM3: number
  /** Decimal text, to the gram: what the exact identification takes. */
  readonly tonnes: string
  readonly isBeyond: boolean
}

/** `temperatureC` null: not measured, the density counts as it is. */
export function contentsAt(
  tank: { readonly shape: TankShape; readonly medium: TankMedium },
  level: { readonly value: number; readonly unit: LevelUnit },
  temperatureC: number | null,
): TankContents {
  const levelM =
    level.unit === '%'
      ? (level.value / 100) * heightOf(tank.shape)
      : level.value * METRES_PER_UNIT[level.unit]
  const { volumeM3, isBeyond } = volumeAt(tank.shape, levelM)
  const kilograms = volumeM3 * densityAt(tank.medium, temperatureC)
  return { levelM, volumeM3, tonnes: (kilograms / 1_000).toFixed(6), isBeyond }
}

/** kg/m³. Linear in volume: ρ = ρ₀ / (1 + γ · (T − T₀)). */
export function densityAt(medium: TankMedium, temperatureC: number | null): number {
  const { densityKgM3, expansion } = medium
  if (expansion === null || temperatureC === null) return densityKgM3
  const growth = 1 + expansion.perKelvin * (temperatureC - expansion.referenceC)
  // Far outside of what the coefficient was meant for: rather the plain density than nonsense.
  return growth > 0.5 && growth < 2 ? densityKgM3 / growth : densityKgM3
}
