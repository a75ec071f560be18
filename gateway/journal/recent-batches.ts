import type { ColumnBatch } from '#alerting/reading-columns.ts'
import { JOURNAL_LIMITS } from '#config/limits.ts'

/**
 * The newest committed batches, for followers that are close behind: bounded by batches and by
 * readings; the oldest go first. Whoever needs an older one reads it from disk.
 */
export class RecentBatches {
  readonly #batches = new Map<number, ColumnBatch>()
  #firstOffset = 0
  #readings = 0

  push(batch: ColumnBatch): void {
    if (this.#batches.size === 0) this.#firstOffset = batch.offset
    this.#batches.set(batch.offset, batch)
    this.#readings += batch.columns.length
    while (
      this.#batches.size > JOURNAL_LIMITS.recentBatchesMax ||
      (this.#readings > JOURNAL_LIMITS.recentReadingsMax && this.#batches.size > 1)
    ) {
      this.#dropOldest()
    }
  }

  get(offset: number): ColumnBatch | undefined {
    return this.#batches.get(offset)
  }

  #dropOldest(): void {
    const oldest = this.#batches.get(this.#firstOffset)
    this.#readings -= oldest?.columns.length ?? 0
    this.#batches.delete(this.#firstOffset)
    // Offsets may jump once, when a lost tail was skipped (see `Journal.release`).
    this.#firstOffset = this.#batches.keys().next().value ?? 0
  }
}
