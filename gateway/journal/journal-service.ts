import { BatchEncoder } from './batch-codec.ts'
import type { JournalDamage } from './journal.ts'
import { failureKindOf, reasonOf } from './journal-failure.ts'
import { JournalFile } from './journal-file.ts'
import type { AnswerOf, JournalFailure, JournalRequest, OperationName } from './journal-protocol.ts'

export type Result =
  | { readonly answer: AnswerOf<OperationName> }
  | { readonly failure: JournalFailure }

/**
 * Carries out the requests of the main thread, one after the other. What fails is answered, never
 * thrown: `full` leaves the file as it is, `failing` closes it so that the next request opens it
 * afresh, a damaged file is salvaged and the request tried once more.
 */
export class JournalService {
  readonly #onDamage: (damage: JournalDamage) => void
  readonly #encoder = new BatchEncoder()
  #file: JournalFile | null = null

  constructor(onDamage: (damage: JournalDamage) => void) {
    this.#onDamage = onDamage
  }

  handle(request: JournalRequest): Result {
    try {
      return { answer: this.#run(request) }
    } catch (error) {
      const kind = failureKindOf(error)
      if (kind !== 'damaged') return { failure: this.#fail(kind, error) }
      return this.#salvageAndRun(request, error)
    }
  }

  /** After a commit was acknowledged. A failure here shows again with the next commit, which counts. */
  afterCommit(): void {
    try {
      this.#file?.foldIfDue()
    } catch (error) {
      const kind = failureKindOf(error)
      this.#fail(kind === 'damaged' ? 'failing' : kind, error)
    }
  }

  #salvageAndRun(request: JournalRequest, cause: unknown): Result {
    try {
      this.#fileOf(request).salvage(request.nowMs, cause)
      return { answer: this.#run(request) }
    } catch (error) {
      const kind = failureKindOf(error)
      return { failure: this.#fail(kind === 'damaged' ? 'failing' : kind, error) }
    }
  }

  #fail(kind: JournalFailure['kind'], error: unknown): JournalFailure {
    if (kind !== 'failing') return { kind, reason: reasonOf(error) }
    try {
      this.#file?.closeAfterFailure()
      return { kind, reason: reasonOf(error) }
    } catch (closing) {
      return { kind, reason: `${reasonOf(error)}; closing the file: ${reasonOf(closing)}` }
    }
  }

  #run(request: JournalRequest): AnswerOf<OperationName> {
    const file = this.#fileOf(request)
    const { name, body, nowMs } = request
    switch (name) {
      case 'open':
        return file.open(nowMs)
      case 'commit':
        return file.commit({ offset: body.offset, data: this.#encoder.encode(body) }, nowMs)
      case 'read':
        return file.read(body, nowMs)
      case 'tail':
        return file.tail(body, nowMs)
      case 'prune':
        return file.prune(body)
      case 'skipTo':
        return file.skipTo(body, nowMs)
      case 'close':
        file.close()
        return {}
      default:
        return request satisfies never
    }
  }

  /** `open` is the first request of every worker. */
  #fileOf(request: JournalRequest): JournalFile {
    if (request.name === 'open') this.#file ??= new JournalFile(request.body, this.#onDamage)
    if (this.#file === null) throw new Error('The journal was not opened.')
    return this.#file
  }
}
