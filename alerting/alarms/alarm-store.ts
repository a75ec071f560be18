import type { OutboxEntry } from '../notification/outbox.ts'
import type { RuleMemory } from '../rules/evaluation.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import type { WaitingCondition } from './condition-backlog.ts'

/** Rule memory that is not at rest, by `memoryKey(ruleId, deviceId, point)`. */
export interface MemoryChange {
  readonly key: string
  /** Null: back at rest, forget it. */
  readonly memory: RuleMemory | null
}

export interface EngineCheckpoint {
  /** The next journal batch to judge. */
  readonly offset: number
  /** Up to this instant all timers have run. */
  readonly timersRunUntilMs: number
  readonly memories: readonly MemoryChange[]
}

export interface AlarmCommit {
  readonly nowMs: number
  readonly alarms: readonly Alarm[]
  readonly timeline: readonly TimelineEntry[]
  readonly outbox: readonly OutboxEntry[]
  readonly checkpoint?: EngineCheckpoint
  /** Conditions that belong to the checkpoint and have to wait: kept until a commit names them. */
  readonly waiting?: readonly WaitingCondition[]
  /** Orders of conditions that waited and are applied by this commit: they wait no longer. */
  readonly applied?: readonly number[]
  /** Reserved places of annunciations, by `timelineKey`; the others go behind the last. */
  readonly orders?: ReadonlyMap<string, number>
}

/** One text for an entry of a time line. */
export function timelineKey(entry: Pick<TimelineEntry, 'alarmId' | 'sequence'>): string {
  return `${entry.alarmId}/${entry.sequence}`
}

/**
 * Port. `commit` is one transaction: alarms, their time lines, what is to be told, and the engine's
 * checkpoint stand or fall together; an outbox entry or time line entry that exists already is left
 * as it is. Rejects with `CodedError` `database_unavailable` (disk full, failing): nothing was
 * written, and the same commit may be tried again.
 */
export interface AlarmStore {
  commit(change: AlarmCommit): Promise<void>
  /**
   * The first of so many places behind all annunciations there are, for conditions that are applied in
   * another order than they came. Places that stay empty harm nobody. Rejects with `database_unavailable`.
   */
  reserveOrders(count: number): Promise<number>
  /** Conditions that wait, in order. */
  loadWaiting(): Promise<readonly WaitingCondition[]>
  /** Every alarm whose state is not `normal`, and those that are over while a limit of their case runs. */
  loadOpen(): Promise<readonly Alarm[]>
  loadCheckpoint(): Promise<{
    readonly offset: number
    readonly timersRunUntilMs: number
    readonly memories: ReadonlyMap<string, RuleMemory>
  } | null>
  /** Any alarm, open or over; null: there is none. */
  load(id: AlarmId): Promise<Alarm | null>
  timeline(id: AlarmId): Promise<readonly TimelineEntry[]>
}
