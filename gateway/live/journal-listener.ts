import { columnsOf, type ReadingColumns } from '#alerting/reading-columns.ts'
import type { Journal } from '../journal/journal.ts'

export interface JournalListenerOptions {
  readonly journal: Pick<Journal, 'follow' | 'status'>
  /** Each is given all readings, in the order of the journal; none may throw or wait. */
  readonly listeners: readonly ((readings: ReadingColumns) => void)[]
  /** Following has ended by an error: a defect. The process should end. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Hands what is on disk to those who only look: presence of devices, live readings. It keeps no
 * offset of its own: it begins where the time series stands, whose newest readings presence was
 * restored from.
 */
export class JournalListener {
  readonly #options: JournalListenerOptions
  readonly #abort = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: JournalListenerOptions) {
    this.#options = options
  }

  start(): void {
    const { firstOffset, consumers } = this.#options.journal.status()
    this.#running = this.#listen(Math.max(firstOffset, consumers.timeseries))
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  async #listen(offset: number): Promise<void> {
    const { signal } = this.#abort
    try {
      for await (const batch of this.#options.journal.follow(offset, { signal })) {
        const columns = columnsOf(batch)
        for (const listener of this.#options.listeners) listener(columns)
      }
    } catch (error) {
      if (!signal.aborted) this.#options.onFailure(error)
    }
  }
}
