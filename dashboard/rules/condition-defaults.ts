import { type Draft, valueAt } from './draft-path.ts'
import type { ConditionKind } from './rule-types.ts'

export const CONDITION_KINDS = [
  'limit',
  'boolean',
  'no-data',
  'rate',
  'deviation',
  'stuck',
  'count',
  'aggregate',
  'vote',
  'combination',
  'forecast',
  'season',
  'expression',
] as const satisfies readonly ConditionKind[]

const FIRST_ALARM = { zh: '报警', en: 'Alarm' }

/** What a kind of condition begins with; what was typed for another kind stays where it fits. */
export function conditionOfKind(kind: ConditionKind, before: unknown): Draft {
  const direction = valueAt(before, 'direction') ?? 'high'
  const deadband = valueAt(before, 'deadband') ?? 0
  const setpoints = valueAt(before, 'setpoints') ?? [
    { grade: valueAt(before, 'grade') ?? 3, label: valueAt(before, 'label') ?? FIRST_ALARM },
  ]
  const first = valueAt(setpoints, '0')
  const single = {
    grade: valueAt(before, 'grade') ?? valueAt(first, 'grade') ?? 3,
    label: valueAt(before, 'label') ?? valueAt(first, 'label') ?? FIRST_ALARM,
  }
  const levels = { setpoints, deadband }
  return { kind, ...fieldsOfKind(kind, { direction, levels, single }) }
}

function fieldsOfKind(
  kind: ConditionKind,
  {
    direction,
    levels,
    single,
  }: { readonly direction: unknown; readonly levels: Draft; readonly single: Draft },
): Draft {
  switch (kind) {
    case 'limit':
      return { direction, ...levels }
    case 'boolean':
      return { is: true, ...single }
    case 'no-data':
      return { afterMs: 300_000, ...single }
    case 'rate':
      return { change: 'rise', per: 'minute', windowMs: 300_000, ...levels }
    case 'deviation':
      return { from: { kind: 'constant' }, side: 'either', ...levels }
    case 'stuck':
      return { epsilon: 0, afterMs: 3_600_000, readingsMin: 3, ...single }
    case 'count':
      return { needed: 3, of: 5, direction, ...levels }
    case 'aggregate':
      return { aggregate: 'mean', windowMs: 600_000, readingsMin: 1, direction, ...levels }
    case 'vote':
      return {
        needed: 2,
        voters: [],
        staleAfterMs: 300_000,
        badVoters: 'fewer',
        direction,
        ...levels,
      }
    case 'combination':
      return { match: 'all', tests: [], ...single }
    case 'forecast':
      return { direction, windowMs: 3_600_000, ...levels }
    case 'season':
      return { judge: 'ahead', direction, ...levels }
    case 'expression':
      return { expression: 'value', operands: {}, direction, ...levels }
    default:
      return kind satisfies never
  }
}
