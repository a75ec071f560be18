import { CodedError } from '../errors.ts'
import type { OutboxEntry, OutboxRecord, OutboxStore } from './outbox.ts'

/**
 * An `OutboxStore` in memory that keeps the port's promises: what is leased is not due before its
 * lease ends, most urgent first, then oldest; entries that exist are left as they are.
 */
export class FakeOutboxStore implements OutboxStore {
  readonly records = new Map<string, OutboxRecord>()
  claims = 0
  #isRefusing = false

  /** The disk is full. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing
  }

  async claim(request: Parameters<OutboxStore['claim']>[0]): Promise<readonly OutboxRecord[]> {
    await this.#ready()
    this.claims += 1
    const claimed = [...this.records.values()]
      .filter(({ state }) => state === 'pending')
      .filter((record) => dueAtMs(record) <= request.nowMs)
      .filter(({ channelId }) => !request.busyChannelIds.includes(channelId))
      .sort((one, other) => one.grade - other.grade || one.nextAttemptAtMs - other.nextAttemptAtMs)
      .slice(0, request.limit)
      .map((record) => ({ ...record, leasedUntilMs: request.nowMs + request.leaseMs }))
    for (const record of claimed) this.records.set(record.id, record)
    return claimed
  }

  async settle(settlement: Parameters<OutboxStore['settle']>[0]): Promise<void> {
    await this.#ready()
    const { id, state, attempts, nextAttemptAtMs, reason, detail, nowMs } = settlement
    const record = this.records.get(id)
    if (record === undefined) return
    this.records.set(id, {
      ...record,
      state,
      attempts,
      nextAttemptAtMs,
      leasedUntilMs: null,
      lastReason: reason,
      lastDetail: detail,
      settledAtMs: state === 'pending' ? null : nowMs,
    })
  }

  async nextDueAtMs(exceptChannelIds: readonly string[] = []): Promise<number | null> {
    await this.#ready()
    const due = [...this.records.values()]
      .filter(({ state }) => state === 'pending')
      .filter(({ channelId }) => !exceptChannelIds.includes(channelId))
      .map((record) => dueAtMs(record))
    return due.length === 0 ? null : Math.min(...due)
  }

  async sendAgain(id: string, nowMs: number): Promise<OutboxRecord | null> {
    await this.#ready()
    const record = this.records.get(id)
    if (record === undefined || record.state === 'pending') return null
    const again: OutboxRecord = {
      ...record,
      state: 'pending',
      attempts: 0,
      nextAttemptAtMs: nowMs,
      settledAtMs: null,
    }
    this.records.set(id, again)
    return again
  }

  async add(entries: readonly OutboxEntry[]): Promise<void> {
    await this.#ready()
    for (const entry of entries) {
      if (this.records.has(entry.id)) continue
      this.records.set(entry.id, {
        ...entry,
        state: 'pending',
        attempts: 0,
        nextAttemptAtMs: entry.createdAtMs,
        leasedUntilMs: null,
        lastReason: null,
        lastDetail: null,
        settledAtMs: null,
      })
    }
  }

  async #ready(): Promise<void> {
    await Promise.resolve()
    if (this.#isRefusing) throw new CodedError('database_unavailable', 'The disk is full.')
  }
}

function dueAtMs({ nextAttemptAtMs, leasedUntilMs }: OutboxRecord): number {
  return leasedUntilMs ?? nextAttemptAtMs
}
