import type { Alarm, AlarmState } from '#alerting/alarms/alarm.ts'
import { ALARM_STATES } from '#alerting/alarms/alarm.ts'
import type { AlarmCounts } from '../contract.ts'

export type IsVisible = (organizationId: string) => boolean

interface GradeTally {
  open: number
  unacknowledged: number
}

interface Tally {
  readonly byGrade: Record<'1' | '2' | '3' | '4', GradeTally>
  readonly byState: Record<string, number>
}

/**
 * The open alarms as the screens show them: in order of urgency, and counted by organization while
 * they change, so that a snapshot or a heartbeat does not walk them all for everybody.
 */
export class OpenAlarms {
  readonly #alarms = new Map<string, Alarm>()
  readonly #tallies = new Map<string, Tally>()
  #inOrder: readonly Alarm[] | null = null

  apply(alarm: Alarm): void {
    const before = this.#alarms.get(alarm.id)
    if (before !== undefined) {
      if (before.revision >= alarm.revision) return
      this.#count(before, -1)
    }
    if (alarm.state === 'normal') {
      this.#alarms.delete(alarm.id)
    } else {
      this.#alarms.set(alarm.id, alarm)
      this.#count(alarm, 1)
    }
    this.#inOrder = null
  }

  /** The most urgent ones, and how many there are. */
  page(isVisible: IsVisible, limit: number): { alarms: Alarm[]; total: number } {
    this.#inOrder ??= [...this.#alarms.values()].sort(compareUrgency)
    const alarms: Alarm[] = []
    for (const alarm of this.#inOrder) {
      if (alarms.length === limit) break
      if (isVisible(alarm.organizationId)) alarms.push(alarm)
    }
    const { byState } = this.counts(isVisible)
    return { alarms, total: Object.values(byState).reduce((sum, count) => sum + count, 0) }
  }

  counts(isVisible: IsVisible): AlarmCounts {
    const sum = emptyTally()
    for (const [organizationId, tally] of this.#tallies) {
      if (!isVisible(organizationId)) continue
      for (const grade of ['1', '2', '3', '4'] as const) {
        sum.byGrade[grade].open += tally.byGrade[grade].open
        sum.byGrade[grade].unacknowledged += tally.byGrade[grade].unacknowledged
      }
      for (const [state, count] of Object.entries(tally.byState)) {
        sum.byState[state] = (sum.byState[state] ?? 0) + count
      }
    }
    return sum
  }

  #count(alarm: Alarm, by: 1 | -1): void {
    let tally = this.#tallies.get(alarm.organizationId)
    if (tally === undefined) {
      tally = emptyTally()
      this.#tallies.set(alarm.organizationId, tally)
    }
    const ofGrade = tally.byGrade[`${alarm.grade}`]
    ofGrade.open += by
    // What is put aside calls nobody; it is counted under its own name.
    const aside = asideOf(alarm)
    if (aside === null && isUnacknowledged(alarm.state)) ofGrade.unacknowledged += by
    const counted = aside ?? alarm.state
    tally.byState[counted] = (tally.byState[counted] ?? 0) + by
  }
}

function emptyTally(): Tally {
  const none = () => ({ open: 0, unacknowledged: 0 })
  return {
    byGrade: { '1': none(), '2': none(), '3': none(), '4': none() },
    byState: Object.fromEntries(
      ALARM_STATES.filter((state) => state !== 'normal').map((state) => [state, 0]),
    ),
  }
}

/** The overlay that a screen shows instead of the state. */
function asideOf(alarm: Alarm): 'shelved' | 'suppressed' | 'out-of-service' | null {
  if (alarm.shelvedUntilMs !== null) return 'shelved'
  if (alarm.outOfServiceUntilMs !== null) return 'out-of-service'
  return alarm.suppressedBy === null ? null : 'suppressed'
}

function isUnacknowledged(state: AlarmState): boolean {
  return (
    state === 'unacknowledged' ||
    state === 'returned-unacknowledged' ||
    state === 'latched-unacknowledged'
  )
}

/** As the lists of the HTTP API: grade, then unacknowledged before acknowledged, then newest. */
export function compareUrgency(one: Alarm, other: Alarm): number {
  const rank = (alarm: Alarm) => (isUnacknowledged(alarm.state) ? 0 : 1)
  return (
    one.grade - other.grade ||
    rank(one) - rank(other) ||
    other.raisedAtMs - one.raisedAtMs ||
    (one.id < other.id ? 1 : -1)
  )
}
