import { CodedError } from '../errors.ts'
import type { OutboxEntry } from '../notification/outbox.ts'
import type { RuleMemory } from '../rules/evaluation.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import type { AlarmCommit, AlarmStore } from './alarm-store.ts'

/**
 * An `AlarmStore` in memory that keeps the port's promises: all or nothing, entries that exist are
 * left as they are. `refuseCommits` makes the disk full.
 */
export class FakeAlarmStore implements AlarmStore {
  readonly alarms = new Map<AlarmId, Alarm>()
  readonly entries = new Map<string, TimelineEntry>()
  readonly outbox = new Map<string, OutboxEntry>()
  readonly memories = new Map<string, RuleMemory>()
  readonly commits: AlarmCommit[] = []
  checkpoint: { readonly offset: number; readonly timersRunUntilMs: number } | null = null
  refusals = 0
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
    if (this.#isRefusing) {
      this.refusals += 1
      throw new CodedError('database_unavailable', 'The disk is full.')
    }
    // A copy: what is changed later by the caller must not change what is on disk.
    const stored = structuredClone(change)
    this.commits.push(stored)
    for (const alarm of stored.alarms) this.alarms.set(alarm.id, alarm)
    for (const entry of stored.timeline) keep(this.entries, entryKey(entry), entry)
    for (const entry of stored.outbox) keep(this.outbox, entry.id, entry)
    if (stored.checkpoint === undefined) return
    const { offset, timersRunUntilMs, memories } = stored.checkpoint
    this.checkpoint = { offset, timersRunUntilMs }
    for (const { key, memory } of memories) {
      if (memory === null) this.memories.delete(key)
      else this.memories.set(key, memory)
    }
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
}

function entryKey({ alarmId, sequence }: TimelineEntry): string {
  return `${alarmId}/${sequence}`
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value)
}
