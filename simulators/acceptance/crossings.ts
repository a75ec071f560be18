import type { SeededRandom } from '../seeded-random.ts'
import type { SentReading } from './mqtt-load.ts'

/**
 * The offline model of a rule with two set-points, no delays and no deadband: what alarms a sequence of
 * readings must have caused, told without any of the gateway's code.
 */
export const YELLOW_AT = 50
export const ORANGE_AT = 65

export interface Crossing {
  readonly what: 'began' | 'rose' | 'returned'
  readonly value: number
}

function levelOf(value: number): 0 | 1 | 2 {
  if (value >= ORANGE_AT) return 2
  return value >= YELLOW_AT ? 1 : 0
}

export function crossingsOf(readings: readonly SentReading[]): readonly Crossing[] {
  const crossings: Crossing[] = []
  let level = 0
  for (const { value } of readings) {
    const next = levelOf(value)
    if (level === 0 && next > 0) crossings.push({ what: 'began', value })
    else if (next > level) crossings.push({ what: 'rose', value })
    else if (level > 0 && next === 0) crossings.push({ what: 'returned', value })
    level = next
  }
  return crossings
}

/**
 * A signal that is normal for a while, then yellow, sometimes orange, then normal again; each value with
 * three decimals, so that it tells by itself which reading it was.
 */
export function createCrossingSignal(random: SeededRandom): () => number {
  const remaining: { low: number; high: number }[] = []
  const stay = (low: number, high: number, countMin: number, countMax: number) => {
    const count = random.integer(countMin, countMax)
    for (let index = 0; index < count; index += 1) remaining.push({ low, high })
  }
  return () => {
    if (remaining.length === 0) {
      stay(20, 45, 40, 120)
      const story = random.next()
      if (story < 0.8) stay(YELLOW_AT, 60, 1, 15)
      if (story > 0.4) stay(ORANGE_AT, 75, 1, 15)
    }
    const { low, high } = remaining.shift() ?? { low: 20, high: 45 }
    return Number(random.between(low, high).toFixed(3))
  }
}
