import { Worker } from 'node:worker_threads'
import { DATABASE_LIMITS } from '#config/limits.ts'
import {
  SqliteRefusal,
  type StatementResult,
  type WorkerReply,
  type WorkerRequest,
} from './worker-protocol.ts'

interface Waiting {
  readonly resolve: (results: readonly StatementResult[]) => void
  readonly reject: (error: SqliteRefusal) => void
}

/**
 * The main thread's end of one database thread: requests are answered in the order they were made.
 * A thread that ends by itself rejects all that wait and everything after it; it is not started
 * again, because a transaction that was open in it is lost: the process has to end.
 */
export class SqliteThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #exited: Promise<void>
  #lastId = 0
  #ended: string | null = null

  constructor() {
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
      name: 'database',
      // Rows pass through; nothing lives long.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#end(`The database thread failed: ${String(error)}`))
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end('The database thread has ended.')
        resolve()
      })
    })
  }

  request(request: WorkerRequest): Promise<readonly StatementResult[]> {
    if (this.#ended !== null) return Promise.reject(unavailable(this.#ended))
    if (this.#waiting.size >= DATABASE_LIMITS.waitingRequestsMax) {
      return Promise.reject(unavailable('Too much waits for the database.'))
    }
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, request })
    })
  }

  /** Closes the connection after all that was asked before. */
  async stop(): Promise<void> {
    if (this.#ended === null) await this.request({ kind: 'close' })
    await this.#exited
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id)
    if (waiting === undefined) return
    this.#waiting.delete(reply.id)
    if (reply.ok) waiting.resolve(reply.results)
    else waiting.reject(new SqliteRefusal(reply.failure))
  }

  #end(reason: string): void {
    this.#ended ??= reason
    for (const waiting of this.#waiting.values()) waiting.reject(unavailable(reason))
    this.#waiting.clear()
  }
}

function unavailable(message: string): SqliteRefusal {
  return new SqliteRefusal({ message, errcode: null, code: 'database_unavailable' })
}
