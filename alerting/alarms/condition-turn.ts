import { ALARM_LIMITS } from '#config/limits.ts'
import { timelineKey } from './alarm-store.ts'
import type { AlarmStep } from './alarm-update.ts'
import type { ConditionBacklog, WaitingCondition } from './condition-backlog.ts'

export interface TurnPlan {
  /** What one commit applies, in the order of the engine. */
  readonly turn: readonly WaitingCondition[]
  /** Of what is new, what has to wait. */
  readonly waiting: readonly WaitingCondition[]
  /** Orders of what has waited and does so no longer. */
  readonly applied: readonly number[]
}

/** Puts what is new behind what waits, and says what the next commit applies. */
export function planTurn(backlog: ConditionBacklog, news: readonly WaitingCondition[]): TurnPlan {
  backlog.add(news)
  const turn = backlog.mostUrgent(ALARM_LIMITS.conditionsPerTurnMax)
  const inTurn = new Set(turn.map(({ order }) => order))
  const areNew = new Set(news.map(({ order }) => order))
  return {
    turn,
    waiting: news.filter(({ order }) => !inTurn.has(order)),
    applied: [...inTurn].filter((order) => !areNew.has(order)),
  }
}

/** What a condition did to an alarm; `order` when conditions are applied in turns. */
export type OrderedStep = AlarmStep & { readonly order?: number | undefined }

/** Reserved places of annunciations: the first entry of a condition has that of the condition. */
export function ordersOf(steps: readonly OrderedStep[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const { told, order } of steps) {
    const [first] = told
    if (first !== undefined && order !== undefined) places.set(timelineKey(first.entry), order)
  }
  return places
}
