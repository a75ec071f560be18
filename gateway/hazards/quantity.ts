import { HAZARD_LIMITS } from '#config/limits.ts'
import type { HazardQuantity } from '../contract.ts'
import { type Checked, failed, passed } from './hazard-issue.ts'
import { Rational } from './rational.ts'

const THOUSAND = limit('1000')
const TONNES_MAX = limit(String(HAZARD_LIMITS.quantityTonnesMax))
const DENSITY_MIN = limit(HAZARD_LIMITS.densityMin)
const DENSITY_MAX = limit(HAZARD_LIMITS.densityMax)
const BETA_MAX = limit(HAZARD_LIMITS.betaMax)

/** A quantity in tonnes, exactly: kg by a thousand, m³ by the density in kg/m³. Never guesses a unit. */
export function tonnesOf(quantity: HazardQuantity, path: string): Checked<Rational> {
  const value = positiveDecimal(quantity.value, path)
  if (!value.ok) return value
  const tonnes = massOf(value.value, quantity, path)
  if (!tonnes.ok || !isAbove(tonnes.value, TONNES_MAX)) return tonnes
  return failed(
    path,
    'quantity_absurd',
    `more than ${HAZARD_LIMITS.quantityTonnesMax} t in one unit cannot be: was it given in the right unit?`,
  )
}

function massOf(value: Rational, quantity: HazardQuantity, path: string): Checked<Rational> {
  switch (quantity.unit) {
    case 't':
      return passed(value)
    case 'kg':
      return passed(value.dividedBy(THOUSAND))
    case 'm3': {
      const density = densityOf(quantity.density, path)
      return density.ok ? passed(value.times(density.value).dividedBy(THOUSAND)) : density
    }
    default:
      return quantity.unit satisfies never
  }
}

function densityOf(text: string, path: string): Checked<Rational> {
  if (text === '') {
    return failed(path, 'density_missing', 'a volume needs the density of the substance in kg/m³')
  }
  const density = positiveDecimal(text, path)
  if (!density.ok) return failed(path, 'density_impossible', density.issue.message)
  if (isAbove(density.value, DENSITY_MAX) || isAbove(DENSITY_MIN, density.value)) {
    return failed(
      path,
      'density_impossible',
      `a density of ${text} kg/m³ cannot be: it is given in kg/m³, water has 1000`,
    )
  }
  return density
}

/** A factor β given by a person. */
export function betaOf(text: string, path: string): Checked<Rational> {
  const beta = positiveDecimal(text, path)
  if (!beta.ok) return failed(path, 'beta_impossible', beta.issue.message)
  if (!isAbove(beta.value, BETA_MAX)) return beta
  return failed(path, 'beta_impossible', `a β above ${HAZARD_LIMITS.betaMax} cannot be`)
}

/** Above 0, in plain digits, with a bound on their number. */
export function positiveDecimal(text: string, path: string): Checked<Rational> {
  const value = Rational.parse(text)
  const [whole = '', fraction = ''] = text.split('.')
  if (value === null || !/[1-9]/.test(text) || text.startsWith('-')) {
    const message = `a decimal above 0 is needed, not "${text.slice(0, 40)}"`
    return failed(path, text === '' ? 'quantity_missing' : 'quantity_not_positive', message)
  }
  const { integerDigitsMax, fractionDigitsMax } = HAZARD_LIMITS
  if (whole.length > integerDigitsMax || fraction.length > fractionDigitsMax) {
    const message = `at most ${integerDigitsMax} digits before and ${fractionDigitsMax} after the point`
    return failed(path, 'quantity_too_many_digits', message)
  }
  return passed(value)
}

function isAbove(one: Rational, other: Rational): boolean {
  return !other.isAtLeast(one)
}

function limit(text: string): Rational {
  const value = Rational.parse(text)
  if (value === null) throw new RangeError(`not a decimal: ${text}`)
  return value
}
