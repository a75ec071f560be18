import { Worker } from 'node:worker_threads'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { DOCUMENT_LIMITS } from '#config/limits.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { PdfDocument } from './pdf-document.ts'
import type { PdfAnswer } from './pdf-worker.ts'

/**
 * Writes PDF files with the Chinese font embedded, one after the other, in a thread that is begun
 * when it is needed and ended when it is not: the fonts alone are sixteen megabytes. Codes:
 * `document_failed` (what was asked for cannot be set, or takes too long), `too_many` (as many wait as may).
 */
export class PdfWriter {
  readonly #clock: Clock
  readonly #writing = new FairLock({ waitingMax: DOCUMENT_LIMITS.pdfsWaitingMax })
  #waiting = 0
  #thread: Worker | null = null
  #cancelRest: (() => void) | null = null

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock
  }

  async write(document: PdfDocument): Promise<Buffer> {
    if (this.#waiting >= DOCUMENT_LIMITS.pdfsWaitingMax) {
      throw new CodedError('too_many', 'Many documents are being written. Try again in a moment.')
    }
    this.#waiting += 1
    return await this.#writing.with(async () => {
      this.#waiting -= 1
      this.#cancelRest?.()
      const answer = await this.#ask(document)
      this.#cancelRest = this.#clock.wakeAt(
        this.#clock.nowMs() + DOCUMENT_LIMITS.pdfThreadIdleMs,
        () => void this.stop(),
      )
      if (!answer.ok) throw failed(answer.message)
      return Buffer.from(answer.bytes.buffer)
    })
  }

  /** Gives the thread back; the next document begins another. */
  async stop(): Promise<void> {
    this.#cancelRest?.()
    this.#cancelRest = null
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
  }

  async #ask(document: PdfDocument): Promise<PdfAnswer> {
    const thread = this.#started()
    const answer = Promise.withResolvers<PdfAnswer>()
    const cancelTimeout = this.#clock.wakeAt(
      this.#clock.nowMs() + DOCUMENT_LIMITS.pdfDurationMsMax,
      () => answer.reject(failed('It takes too long.')),
    )
    const onError = (error: unknown) => answer.reject(failed(String(error)))
    const onExit = () => answer.reject(failed('The thread has ended.'))
    thread.once('message', answer.resolve)
    thread.once('error', onError)
    thread.once('exit', onExit)
    try {
      thread.postMessage(document)
      return await answer.promise
    } catch (error) {
      await this.stop()
      throw error
    } finally {
      cancelTimeout()
      thread.off('message', answer.resolve)
      thread.off('error', onError)
      thread.off('exit', onExit)
    }
  }

  #started(): Worker {
    this.#thread ??= new Worker(new URL('./pdf-worker.ts', import.meta.url), {
      name: 'pdf',
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    return this.#thread
  }
}

function failed(message: string): CodedError {
  return new CodedError('document_failed', `The document cannot be written. ${message}`)
}
