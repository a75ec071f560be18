import type { Clock } from '#alerting/clock.ts'
import type { ReadingBatch } from '#alerting/reading.ts'
import { JOURNAL_LIMITS } from '#config/limits.ts'
import { decodeBatch } from './batch-codec.ts'
import type { JournalDamage } from './journal.ts'
import type { JournalLogger } from './journal-logger.ts'
import type { JournalFailure, StoredBatch } from './journal-protocol.ts'
import type { RecentBatches } from './recent-batches.ts'
import type { WorkerChannel } from './worker-channel.ts'

/** How far the journal reaches right now. */
export interface JournalHead {
  readonly nextOffset: number
  readonly isStopped: boolean
}

export interface JournalReaderDependencies {
  readonly channel: WorkerChannel
  readonly recent: RecentBatches
  readonly clock: Clock
  readonly logger: JournalLogger
  readonly head: () => JournalHead
  readonly onDamage: (damage: JournalDamage) => void
}

export type TailOutcome =
  | { readonly ok: true; readonly batches: readonly ReadingBatch[] }
  | { readonly ok: false; readonly failure: JournalFailure }

/**
 * Serves the followers: from the recent batches when they are close behind, in pieces from disk when
 * they are not; each at its own pace. `wake` says that the head has moved.
 */
export class JournalReader {
  readonly #channel: WorkerChannel
  readonly #recent: RecentBatches
  readonly #clock: Clock
  readonly #logger: JournalLogger
  readonly #head: () => JournalHead
  readonly #onDamage: (damage: JournalDamage) => void
  readonly #waiting = new Set<() => void>()

  constructor(dependencies: JournalReaderDependencies) {
    this.#channel = dependencies.channel
    this.#recent = dependencies.recent
    this.#clock = dependencies.clock
    this.#logger = dependencies.logger
    this.#head = dependencies.head
    this.#onDamage = dependencies.onDamage
  }

  wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  async tail(): Promise<TailOutcome> {
    const outcome = await this.#channel.request('tail', { bytesMax: JOURNAL_LIMITS.tailBytesMax })
    if (!outcome.ok) return outcome
    return { ok: true, batches: this.#decode(outcome.answer.batches) }
  }

  async *follow(offset: number, signal: AbortSignal): AsyncGenerator<ReadingBatch, void> {
    let next = offset
    while (!signal.aborted && !this.#head().isStopped) {
      const recent = this.#recent.get(next)
      if (recent !== undefined) {
        next += 1
        yield recent
        continue
      }
      const { nextOffset } = this.#head()
      if (next >= nextOffset) {
        await this.#untilWoken(signal)
        continue
      }
      const piece = await this.#read(next, nextOffset)
      if (piece === null) {
        await this.#untilLater(signal)
        continue
      }
      for (const batch of piece.batches) {
        if (signal.aborted) return
        yield batch
      }
      next = piece.nextOffset
    }
  }

  /** Null while the disk refuses. A piece is empty when all of it was damaged. */
  async #read(fromOffset: number, beforeOffset: number) {
    const bytesMax = JOURNAL_LIMITS.catchUpBytesMax
    const outcome = await this.#channel.request('read', { fromOffset, beforeOffset, bytesMax })
    if (!outcome.ok) {
      this.#logger.warn({ ...outcome.failure }, 'the journal cannot be read')
      return null
    }
    const { batches, nextOffset } = outcome.answer
    return { batches: this.#decode(batches), nextOffset }
  }

  #decode(rows: readonly StoredBatch[]): readonly ReadingBatch[] {
    return rows.flatMap(({ offset, data }) => {
      const decoded = decodeBatch(data, offset)
      if (decoded.ok) return [decoded.batch]
      const foundAtMs = this.#clock.nowMs()
      const range = { fromOffset: offset, toOffset: offset, asidePath: null }
      this.#onDamage({ kind: 'damaged_batch', ...range, foundAtMs, detail: decoded.reason })
      return []
    })
  }

  #untilWoken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  async #untilLater(signal: AbortSignal): Promise<void> {
    const atMs = this.#clock.nowMs() + JOURNAL_LIMITS.probeIntervalMs
    const cancel = this.#clock.wakeAt(atMs, () => this.wake())
    await this.#untilWoken(signal)
    cancel()
  }
}
