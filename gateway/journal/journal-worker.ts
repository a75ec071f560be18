import { parentPort } from 'node:worker_threads'
import type { JournalMessage, JournalRequest } from './journal-protocol.ts'
import { JournalService } from './journal-service.ts'

/** The thread that waits for the disk, so that the event loop never does. */
const port = parentPort
if (port === null) throw new Error('journal-worker.ts runs as a worker thread.')

const service = new JournalService((damage) => send({ damage }))
port.on('message', (request: JournalRequest) => {
  const result = service.handle(request)
  send({ id: request.id, ...result }, blobsOf(result))
  if (request.name === 'commit') service.afterCommit()
  if (request.name === 'close') port.close()
})

function blobsOf(result: ReturnType<JournalService['handle']>): readonly ArrayBuffer[] {
  if (!('answer' in result) || !('batches' in result.answer)) return []
  return result.answer.batches.map(({ data }) => data.buffer)
}

function send(message: JournalMessage, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer)
}
