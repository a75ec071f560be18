import type { LiveSubstance, LiveUnit } from '../contract.ts'
import { evaluate, type SubstanceQuantity } from '../hazards/identification.ts'
import { Rational } from '../hazards/rational.ts'
import type { WatchedSource, WatchedSubstance, WatchedUnit } from './watched-source.ts'

/** What a bound tank says of its substance. `tonnes` null: it has not said anything yet. */
export interface TankQuantity {
  readonly unitId: string
  readonly substanceId: string
  readonly tonnes: string | null
  /** Its gauge is silent: the last known quantity stands for it. */
  readonly isStale: boolean
}

/**
 * S, R and level of a unit by what is in its tanks now, by the same exact identification as the
 * registration (GB 18218 4.2, 4.3). A substance without a bound tank counts with its registered
 * design maximum: what nobody measures is not taken for absent.
 */
export function liveUnits(
  source: Pick<WatchedSource, 'units' | 'exposedPopulation'>,
  tanks: readonly TankQuantity[],
): readonly LiveUnit[] {
  return source.units.map((unit) => {
    const ofUnit = tanks.filter(({ unitId }) => unitId === unit.id)
    return liveUnitOf(unit, ofUnit, source.exposedPopulation.people)
  })
}

function liveUnitOf(
  unit: WatchedUnit,
  tanks: readonly TankQuantity[],
  people: number | null,
): LiveUnit {
  const substances = unit.substances.map((substance) =>
    liveSubstanceOf(
      substance,
      tanks.filter(({ substanceId }) => substanceId === substance.id),
    ),
  )
  const now = identifiedNow(unit, substances, people)
  return {
    id: unit.id,
    name: unit.name,
    s: { now: now.s, registered: unit.s },
    r: { now: now.r, registered: unit.r },
    hazardLevel: { now: now.hazardLevel, registered: unit.hazardLevel },
    substances,
  }
}

function liveSubstanceOf(
  substance: WatchedSubstance,
  tanks: readonly TankQuantity[],
): LiveSubstance {
  const { id, name, designMaximum } = substance
  const said = tanks.flatMap(({ tonnes }) => tonnes ?? [])
  const isMeasured = tanks.length > 0 && said.length === tanks.length
  // A tank that has never spoken leaves the sum unknown, and the design maximum is the cautious figure.
  if (!isMeasured) {
    const basis = tanks.length === 0 ? 'registered' : 'stale'
    return { id, name, basis, now: designMaximum, registered: designMaximum, isExceeded: false }
  }
  const sum = said.reduce((total, tonnes) => total.plus(rational(tonnes)), Rational.zero)
  const registered = designMaximum === null ? null : rational(designMaximum)
  return {
    id,
    name,
    basis: tanks.some(({ isStale }) => isStale) ? 'stale' : 'measured',
    now: sum.toDecimal().text,
    registered: designMaximum,
    isExceeded: registered !== null && !registered.isAtLeast(sum),
  }
}

const UNKNOWN = { s: null, r: null, hazardLevel: null } as const
const EMPTY = { s: '0', r: null, hazardLevel: null } as const

function identifiedNow(
  unit: WatchedUnit,
  substances: readonly LiveSubstance[],
  people: number | null,
) {
  const quantities: SubstanceQuantity[] = []
  for (const [index, substance] of unit.substances.entries()) {
    const now = substances[index]?.now ?? null
    if (now === null) return UNKNOWN
    // An empty tank adds nothing; the identification takes only what is there.
    if (rational(now).isAtLeast(LEAST)) quantities.push(quantityOf(substance, now))
  }
  if (quantities.length === 0) return EMPTY
  // A registration that cannot be calculated (a draft) has no figures of now either.
  const { s, r, hazardLevel } = evaluate({ substances: quantities, exposedPopulation: people })
  return { s, r, hazardLevel }
}

/** A gram. */
const LEAST = rational('0.000001')

function quantityOf(substance: WatchedSubstance, quantityTonnes: string): SubstanceQuantity {
  const { row, categories, beta, name, id } = substance
  const quantity = { value: quantityTonnes, unit: 't', density: '' } as const
  const common = { quantity, beta: beta ?? undefined, name: name || id }
  return row === null ? { ...common, categories } : { ...common, row }
}

function rational(text: string): Rational {
  const parsed = Rational.parse(text)
  if (parsed === null) throw new RangeError(`not a decimal: ${text}`)
  return parsed
}

/** Is it at most `registered` less the deadband, in per cent? Only then an exceeded quantity is over. */
export function isBackBelow(now: string, registered: string, deadbandPercent: number): boolean {
  const bound = rational(registered).times(new Rational(BigInt(100 - deadbandPercent), 100n))
  return bound.isAtLeast(rational(now))
}
