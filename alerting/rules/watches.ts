import assert from 'node:assert/strict'
import type { Cause } from './condition-event.ts'
import type { RuleMemory } from './rule-memory.ts'
import { WakeQueue } from './wake-queue.ts'

/** A rule at work on one point: what is not at rest. */
export interface Watch {
  readonly cause: Cause
  readonly key: string
  memory: RuleMemory
  /** When time alone changes something. */
  wakeAtMs: number | null
  /** The wake-up that stands in the queue for it, which may be earlier. */
  queuedAtMs: number | null
}

/** All that is not at rest, by its key, and who of it is to be woken next. */
export class Watches {
  readonly #watches = new Map<string, Watch>()
  readonly #wakes = new WakeQueue()
  #revision = 0

  /** Counts what comes and goes: as long as it is the same, so is the answer for every key. */
  get revision(): number {
    return this.#revision
  }

  get size(): number {
    return this.#watches.size
  }

  has(key: string): boolean {
    return this.#watches.has(key)
  }

  get(key: string): Watch | undefined {
    return this.#watches.get(key)
  }

  /** Those there are now, also when some come and go meanwhile. */
  all(): readonly Watch[] {
    return [...this.#watches.values()]
  }

  add(watch: Watch): void {
    this.#watches.set(watch.key, watch)
    this.#revision += 1
  }

  delete(key: string): void {
    this.#watches.delete(key)
    this.#revision += 1
  }

  /** A later wake-up leaves the earlier one in the queue, which then asks again: one entry a watch. */
  queue(watch: Watch): void {
    if (watch.wakeAtMs === null) return
    if (watch.queuedAtMs !== null && watch.queuedAtMs <= watch.wakeAtMs) return
    watch.queuedAtMs = watch.wakeAtMs
    this.#wakes.push({ atMs: watch.wakeAtMs, key: watch.key })
  }

  /** Takes the first that is due by then off the queue. */
  takeDue(nowMs: number): { readonly watch: Watch; readonly dueAtMs: number } | null {
    // A stale wake-up is earlier than the one it stands for: with none due, nothing is.
    if (!this.#hasWakeUntil(nowMs)) return null
    this.#dropStaleWakes()
    const first = this.#wakes.peek()
    if (first === null || first.atMs > nowMs) return null
    this.#wakes.pop()
    const watch = this.#watches.get(first.key)
    assert(watch, 'stale wake-ups are gone')
    watch.queuedAtMs = null
    watch.wakeAtMs = null
    return { watch, dueAtMs: first.atMs }
  }

  nextWakeAtMs(): number | null {
    this.#dropStaleWakes()
    return this.#wakes.peek()?.atMs ?? null
  }

  #hasWakeUntil(nowMs: number): boolean {
    const first = this.#wakes.peek()
    return first !== null && first.atMs <= nowMs
  }

  /** Leaves a wake-up on top that really changes something. */
  #dropStaleWakes(): void {
    for (;;) {
      const first = this.#wakes.peek()
      if (first === null) return
      const watch = this.#watches.get(first.key)
      const isQueued = watch !== undefined && watch.queuedAtMs === first.atMs
      if (isQueued && watch.wakeAtMs === first.atMs) return
      this.#wakes.pop()
      if (!isQueued) continue
      watch.queuedAtMs = null
      this.queue(watch)
    }
  }
}
