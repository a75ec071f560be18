import type { AlarmRule, CombinedTest, Condition, PointRef, Reference } from './alarm-rule.ts'

/** Another point, or the judged one, that a condition looks at. */
export interface Operand {
  /** `GD-01/lel`; `./lel` for a point of the device that is judged. */
  readonly key: string
  /** Null: the device that is judged. */
  readonly deviceId: string | null
  readonly point: string
}

export function operandKey({ deviceId, point }: PointRef): string {
  return `${deviceId ?? '.'}/${point}`
}

/** The key of the judged point itself. */
export function ownKey(rule: Pick<AlarmRule, 'point'>): string {
  return `./${rule.point}`
}

/** The points of conditions that look at more than the judged one; the judged one too where it counts. */
export function operandsOf(rule: Pick<AlarmRule, 'point' | 'condition'>): readonly Operand[] {
  const refs = refsOf(rule)
  const byKey = new Map(refs.map((ref) => [operandKey(ref), ref]))
  return [...byKey].map(([key, { deviceId, point }]) => ({
    key,
    deviceId: deviceId ?? null,
    point,
  }))
}

function refsOf({ point, condition }: Pick<AlarmRule, 'point' | 'condition'>): readonly PointRef[] {
  switch (condition.kind) {
    case 'deviation':
      return [{ point }, ...pointsOf(condition.from)]
    case 'season':
      return condition.less === undefined ? [] : [{ point }, ...pointsOf(condition.less)]
    case 'vote':
      return condition.voters
    case 'combination':
      return condition.tests.flatMap((test) =>
        test.test === 'group' ? test.tests.flatMap(refsOfTest) : refsOfTest(test),
      )
    case 'expression':
      return [{ point }, ...Object.values(condition.operands)]
    default:
      return []
  }
}

function refsOfTest(test: CombinedTest): readonly PointRef[] {
  return test.test === 'schedule' ? [] : [test.of]
}

function pointsOf(reference: Reference): readonly PointRef[] {
  return reference.kind === 'point' ? [reference] : []
}

/** Kinds that remember the last value of each of their points. */
export function looksAtOperands(condition: Condition): boolean {
  switch (condition.kind) {
    case 'deviation':
    case 'vote':
    case 'combination':
    case 'expression':
      return true
    case 'season':
      return condition.less?.kind === 'point'
    default:
      return false
  }
}
