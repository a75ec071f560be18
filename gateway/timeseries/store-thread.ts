import { Worker } from 'node:worker_threads'
import { CodedError } from '#alerting/errors.ts'
import type {
  AnswerTo,
  QuestionOf,
  StoreAnswer,
  StoreMessage,
  StoreProgress,
  StoreQuestion,
} from './store-protocol.ts'

interface Waiting {
  readonly resolve: (answer: StoreAnswer) => void
  readonly reject: (error: CodedError) => void
}

/**
 * The main thread's end of one thread of the embedded store. One that ends by itself rejects all
 * that wait and everything after; its owner may begin another.
 */
export class StoreThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #onProgress: (progress: StoreProgress) => void
  #lastId = 0
  #endedBecause: string | null = null
  readonly ended: Promise<void>

  constructor(onProgress: (progress: StoreProgress) => void) {
    this.#onProgress = onProgress
    this.#worker = new Worker(new URL('./block-store-worker.ts', import.meta.url), {
      name: 'timeseries',
      // Columns live outside the heap; what is inside are names of series and heads of blocks.
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 },
    })
    this.#worker.on('message', (message: StoreMessage) => this.#receive(message))
    this.#worker.on('error', (error) => this.#end(`It failed: ${String(error)}`))
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end('It has ended.')
        resolve()
      })
    })
  }

  get hasEnded(): boolean {
    return this.#endedBecause !== null
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  /** At once, whatever it does. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  ask<Kind extends StoreQuestion['kind']>(
    question: QuestionOf<Kind>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<AnswerTo<Kind>> {
    if (this.#endedBecause !== null) return Promise.reject(unavailable(this.#endedBecause))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      // The thread answers each kind with its own type, as the protocol says.
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as AnswerTo<Kind>), reject })
      this.#worker.postMessage({ id, question }, transfer)
    })
  }

  #receive(message: StoreMessage): void {
    if (message.progress !== null) this.#onProgress(message.progress)
    if (message.id === null) return
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (waiting === undefined) return
    if (message.ok) waiting.resolve(message.answer)
    else {
      const { code, message: text, details } = message.failure
      waiting.reject(new CodedError(code, text, { details }))
    }
  }

  #end(reason: string): void {
    this.#endedBecause ??= reason
    for (const waiting of this.#waiting.values()) waiting.reject(unavailable(reason))
    this.#waiting.clear()
  }
}

function unavailable(message: string): CodedError {
  return new CodedError('timeseries_unavailable', `The time series is unavailable. ${message}`, {
    details: { reason: 'thread_ended' },
  })
}
