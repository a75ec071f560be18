import { Worker } from 'node:worker_threads'
import type { Clock } from '#alerting/clock.ts'
import type { JournalDamage } from './journal.ts'
import type {
  AnswerOf,
  JournalFailure,
  JournalFileOptions,
  JournalMessage,
  JournalRequest,
  OperationName,
  RequestOf,
} from './journal-protocol.ts'

export type Outcome<Name extends OperationName> =
  | { readonly ok: true; readonly answer: AnswerOf<Name> }
  | { readonly ok: false; readonly failure: JournalFailure }

type AnyOutcome = Outcome<OperationName>

/**
 * Requests to the journal's worker and their answers, in order. A worker that dies answers what was
 * outstanding with `failing`; the next request starts another one.
 */
export class WorkerChannel {
  readonly #clock: Clock
  readonly #options: JournalFileOptions
  readonly #onDamage: (damage: JournalDamage) => void
  readonly #outstanding = new Map<number, (outcome: AnyOutcome) => void>()
  #worker: Worker | null = null
  #nextId = 1

  constructor(dependencies: {
    readonly clock: Clock
    readonly options: JournalFileOptions
    readonly onDamage: (damage: JournalDamage) => void
  }) {
    this.#clock = dependencies.clock
    this.#options = dependencies.options
    this.#onDamage = dependencies.onDamage
  }

  /** Starts the worker and opens the file. */
  async open(): Promise<Outcome<'open'>> {
    this.#worker ??= this.#startWorker()
    return this.#send(this.#worker, 'open', this.#options)
  }

  async request<Name extends OperationName>(
    name: Name,
    body: RequestOf<Name>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Outcome<Name>> {
    if (this.#worker === null) {
      const opened = await this.open()
      if (!opened.ok) return opened
    }
    // Opening may have ended with the worker gone again.
    if (this.#worker === null) return { ok: false, failure: WORKER_GONE }
    return this.#send(this.#worker, name, body, transfer)
  }

  /** Folds the log into the file, releases it, and waits until the thread has ended. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    await this.#send(worker, 'close', {})
    await ended
  }

  #send<Name extends OperationName>(
    worker: Worker,
    name: Name,
    body: RequestOf<Name>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Outcome<Name>> {
    const id = this.#nextId++
    const request = { id, name, body, nowMs: this.#clock.nowMs() } as JournalRequest
    return new Promise((resolve) => {
      // The worker answers a request with what its operation returns (journal-protocol.ts).
      this.#outstanding.set(id, resolve as (outcome: AnyOutcome) => void)
      worker.postMessage(request, transfer)
    })
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./journal-worker.ts', import.meta.url), {
      name: 'journal',
      // Batches are buffers outside the heap.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    let reason = WORKER_GONE.reason
    worker.on('message', (message: JournalMessage) => this.#receive(message))
    worker.on('error', (error: Error) => {
      reason = `${reason} ${error.message}`
    })
    worker.on('exit', () => {
      this.#worker = null
      this.#failOutstanding({ kind: 'failing', reason })
    })
    return worker
  }

  #receive(message: JournalMessage): void {
    if ('damage' in message) {
      this.#onDamage(message.damage)
      return
    }
    const settle = this.#outstanding.get(message.id)
    this.#outstanding.delete(message.id)
    settle?.(
      'failure' in message
        ? { ok: false, failure: message.failure }
        : { ok: true, answer: message.answer },
    )
  }

  #failOutstanding(failure: JournalFailure): void {
    const waiting = [...this.#outstanding.values()]
    this.#outstanding.clear()
    for (const settle of waiting) settle({ ok: false, failure })
  }
}

const WORKER_GONE: JournalFailure = {
  kind: 'failing',
  reason: 'The thread that writes the journal ended.',
}
