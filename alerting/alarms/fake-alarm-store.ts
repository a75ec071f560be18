import { CodedError } from '../errors.ts'
import type { OutboxEntry } from '../notification/outbox.ts'
import type { RuleMemory } from '../rules/evaluation.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import {
  type AlarmCommit,
  type AlarmStore,
  type EngineCheckpoint,
  timelineKey,
} from './alarm-store.ts'
import type { WaitingCondition } from './condition-backlog.ts'

/**
 * An `AlarmStore` in memory that keeps the port's promises: all or nothing, entries that exist are
 * left as they are. `refuseCommits` makes the disk full.
 */
export class FakeAlarmStore implements AlarmStore {
  readonly alarms = new Map<AlarmId, Alarm>()
  readonly entries = new Map<string, TimelineEntry>()
  readonly outbox = new Map<string, OutboxEntry>()
  readonly memories = new Map<string, RuleMemory>()
  readonly waiting = new Map<number, WaitingCondition>()
  readonly commits: AlarmCommit[] = []
  checkpoint: { readonly offset: number; readonly timersRunUntilMs: number } | null = null
  refusals = 0
  /** Called after each commit with how many there were. */
  onCommit: (commits: number) => void = () => undefined
  #lastOrder = 0
  #isRefusing = false
  #failure: Error | null = null

  refuseCommits(isRefusing: boolean): void {
    this.#isRefusing = isRefusing
  }

  /** The next commit fails in a way that no port promises. */
  failNextCommit(failure: Error): void {
    this.#failure = failure
  }

  async commit(change: AlarmCommit): Promise<void> {
    await Promise.resolve()
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) throw failure
    this.#assertRoom()
    // A copy: what is changed later by the caller must not change what is on disk.
    const stored = structuredClone(change)
    this.commits.push(stored)
    for (const alarm of stored.alarms) this.alarms.set(alarm.id, alarm)
    for (const entry of stored.timeline) keep(this.entries, timelineKey(entry), entry)
    for (const entry of stored.outbox) keep(this.outbox, entry.id, entry)
    for (const condition of stored.waiting ?? []) this.waiting.set(condition.order, condition)
    for (const order of stored.applied ?? []) this.waiting.delete(order)
    if (stored.checkpoint !== undefined) this.#keepCheckpoint(stored.checkpoint)
    this.onCommit(this.commits.length)
  }

  #keepCheckpoint({ offset, timersRunUntilMs, memories }: EngineCheckpoint): void {
    this.checkpoint = { offset, timersRunUntilMs }
    for (const { key, memory } of memories) {
      if (memory === null) this.memories.delete(key)
      else this.memories.set(key, memory)
    }
  }

  async reserveOrders(count: number): Promise<number> {
    await Promise.resolve()
    this.#assertRoom()
    this.#lastOrder += count
    return this.#lastOrder - count + 1
  }

  async loadWaiting(): Promise<readonly WaitingCondition[]> {
    await Promise.resolve()
    return [...this.waiting.values()].sort((one, other) => one.order - other.order)
  }

  async loadOpen(): Promise<readonly Alarm[]> {
    await Promise.resolve()
    return [...this.alarms.values()].filter(
      ({ state, caseFile }) => state !== 'normal' || caseFile?.dueAtMs != null,
    )
  }

  async loadCheckpoint(): ReturnType<AlarmStore['loadCheckpoint']> {
    await Promise.resolve()
    return this.checkpoint === null
      ? null
      : { ...this.checkpoint, memories: new Map(this.memories) }
  }

  async load(id: AlarmId): Promise<Alarm | null> {
    await Promise.resolve()
    return this.alarms.get(id) ?? null
  }

  async timeline(id: AlarmId): Promise<readonly TimelineEntry[]> {
    await Promise.resolve()
    return [...this.entries.values()]
      .filter(({ alarmId }) => alarmId === id)
      .sort((one, other) => one.sequence - other.sequence)
  }

  #assertRoom(): void {
    if (!this.#isRefusing) return
    this.refusals += 1
    throw new CodedError('database_unavailable', 'The disk is full.')
  }
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value)
}
