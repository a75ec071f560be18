import { parentPort } from 'node:worker_threads'
import { BlockStoreService } from './block-store-service.ts'
import type { StoreMessage, StoreRequest } from './store-protocol.ts'

/** The thread of the embedded store: what it does stands in `block-store-service.ts`. */
const port = parentPort
if (port === null) throw new Error('block-store-worker.ts runs as a worker thread.')

const service = new BlockStoreService((message) => port.postMessage(message, buffersOf(message)))

port.on('message', async (request: StoreRequest) => {
  await service.handle(request)
  if (request.question.kind === 'close') port.close()
})

/** Columns are handed over; everything else is small and copied. */
function buffersOf(message: StoreMessage): readonly ArrayBuffer[] {
  if (message.id === null || !message.ok) return []
  const { answer } = message
  if (typeof answer !== 'object' || answer === null || !('observedAtMs' in answer)) return []
  const { observedAtMs, arrivedAtMs, values, flags } = answer
  return [observedAtMs.buffer, arrivedAtMs.buffer, values.buffer, flags.buffer]
}
