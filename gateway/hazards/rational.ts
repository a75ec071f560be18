/**
 * Exact fractions. The grading of a major hazard source turns on equality (S = 1, R = 10, 50, 100),
 * which binary floating point misses: 0.7 + 0.2 + 0.1 is not 1 there.
 */
export class Rational {
  readonly #numerator: bigint
  /** Always positive; in lowest terms with the numerator. */
  readonly #denominator: bigint

  constructor(numerator: bigint, denominator = 1n) {
    if (denominator === 0n) throw new RangeError('a fraction needs a denominator that is not 0')
    const sign = denominator < 0n ? -1n : 1n
    const divisor = greatestCommonDivisor(numerator, denominator)
    this.#numerator = (sign * numerator) / divisor
    this.#denominator = (sign * denominator) / divisor
  }

  static readonly zero = new Rational(0n)

  /** From a decimal such as `0.75`, `200` or `-1.5`; null for anything else. */
  static parse(text: string): Rational | null {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
    if (match === null) return null
    const [, sign, whole = '0', fraction = ''] = match
    const magnitude = BigInt(whole + fraction)
    return new Rational(sign === '-' ? -magnitude : magnitude, 10n ** BigInt(fraction.length))
  }

  plus(other: Rational): Rational {
    return new Rational(
      this.#numerator * other.#denominator + other.#numerator * this.#denominator,
      this.#denominator * other.#denominator,
    )
  }

  times(other: Rational): Rational {
    return new Rational(this.#numerator * other.#numerator, this.#denominator * other.#denominator)
  }

  dividedBy(other: Rational): Rational {
    return new Rational(this.#numerator * other.#denominator, this.#denominator * other.#numerator)
  }

  isAtLeast(other: Rational): boolean {
    return this.#numerator * other.#denominator >= other.#numerator * this.#denominator
  }

  /**
   * The decimal, exact where it ends within `digitsMax` places; otherwise rounded half up and
   * `exact: false` (a third has no end: the critical quantities 0.3 and 0.75 make such).
   */
  toDecimal(digitsMax = 12): { readonly text: string; readonly exact: boolean } {
    const scale = 10n ** BigInt(digitsMax)
    const magnitude = this.#numerator < 0n ? -this.#numerator : this.#numerator
    const scaled = magnitude * scale
    const rounded = (2n * scaled + this.#denominator) / (2n * this.#denominator)
    const digits = rounded.toString().padStart(digitsMax + 1, '0')
    const whole = digits.slice(0, -digitsMax)
    const fraction = digits.slice(-digitsMax).replace(/0+$/, '')
    const sign = this.#numerator < 0n && rounded !== 0n ? '-' : ''
    return {
      text: `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`,
      exact: scaled % this.#denominator === 0n,
    }
  }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}
