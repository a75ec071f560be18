import { parentPort } from 'node:worker_threads'
import { failureKindOf, reasonOf } from './journal-failure.ts'
import { JournalFile } from './journal-file.ts'
import type {
  AnswerOf,
  JournalFailure,
  JournalMessage,
  JournalRequest,
  OperationName,
} from './journal-protocol.ts'

/**
 * The thread that waits for the disk. Handles one request after the other; what fails is answered,
 * never thrown: `full` leaves the file as it is, `failing` closes it so that the next request opens
 * it afresh, a damaged file is salvaged and the request tried once more.
 */
const port = parentPort
if (port === null) throw new Error('journal-worker.ts runs as a worker thread.')

let file: JournalFile | null = null
port.on('message', (request: JournalRequest) => {
  answer(request)
  if (request.name === 'commit') fold()
  if (request.name === 'close') port.close()
})

function answer(request: JournalRequest): void {
  const result = attempt(request)
  if ('failure' in result) {
    send({ id: request.id, failure: result.failure })
    return
  }
  const batches = 'batches' in result.answer ? result.answer.batches : []
  send(
    { id: request.id, answer: result.answer },
    batches.map(({ data }) => data.buffer),
  )
}

type Result = { readonly answer: AnswerOf<OperationName> } | { readonly failure: JournalFailure }

function attempt(request: JournalRequest): Result {
  try {
    return { answer: run(request) }
  } catch (error) {
    const kind = failureKindOf(error)
    if (kind !== 'damaged') return { failure: failed(kind, error) }
    try {
      fileOf(request).salvage(request.nowMs, error)
      return { answer: run(request) }
    } catch (second) {
      const secondKind = failureKindOf(second)
      return { failure: failed(secondKind === 'damaged' ? 'failing' : secondKind, second) }
    }
  }
}

function failed(kind: JournalFailure['kind'], error: unknown): JournalFailure {
  if (kind !== 'failing') return { kind, reason: reasonOf(error) }
  try {
    file?.closeAfterFailure()
    return { kind, reason: reasonOf(error) }
  } catch (closing) {
    return { kind, reason: `${reasonOf(error)}; closing the file: ${reasonOf(closing)}` }
  }
}

function run(request: JournalRequest): AnswerOf<OperationName> {
  const { name, body, nowMs } = request
  switch (name) {
    case 'open':
      return fileOf(request).open(nowMs)
    case 'commit':
      return fileOf(request).commit(body, nowMs)
    case 'read':
      return fileOf(request).read(body, nowMs)
    case 'tail':
      return fileOf(request).tail(body, nowMs)
    case 'prune':
      return fileOf(request).prune(body)
    case 'skipTo':
      return fileOf(request).skipTo(body, nowMs)
    case 'close':
      file?.close()
      return {}
    default:
      return request satisfies never
  }
}

/** `open` is the first request of every worker. */
function fileOf(request: JournalRequest): JournalFile {
  if (request.name === 'open') {
    file ??= new JournalFile(request.body, (damage) => send({ damage }))
  }
  if (file === null) throw new Error('The journal was not opened.')
  return file
}

/** A failure here shows again with the next commit, which is the one that must not be told wrong. */
function fold(): void {
  try {
    file?.foldIfDue()
  } catch (error) {
    if (failureKindOf(error) !== 'full') failed('failing', error)
  }
}

function send(message: JournalMessage, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer)
}
