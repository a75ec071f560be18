import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { SystemClock } from '../../system-clock.ts'
import { EmbeddedStore } from '../embedded-store.ts'
import { batchAt, SMALL_LIMITS } from './batch-at.ts'

/**
 * Writes batches without end, from where the store is, and prints every offset that has become durable, with
 * a plain write, so that what the reader of the pipe saw was durable. A write that is refused is
 * repeated. Arguments: path of the store, last offset (0: none).
 */
const [path = '', lastOffset = '0'] = process.argv.slice(2)
const end = lastOffset === '0' ? Number.POSITIVE_INFINITY : Number(lastOffset)
const say = (line: string) => writeSync(1, `${line}\n`)
// Whoever limits the size of files means to see how a refused write is taken, not to end the process.
process.on('SIGXFSZ', () => undefined)

const store = new EmbeddedStore({ path, clock: new SystemClock(), limits: SMALL_LIMITS })
await store.start()
say('ready')
let said = store.durableOffset()
let state = 'ok'
while (store.nextOffset() <= end) {
  const first = store.nextOffset()
  try {
    await store.write([batchAt(first), batchAt(first + 1)])
  } catch {
    // The state says why; the same batches are given again.
    await delay(20)
  }
  if (store.status().state !== state) {
    state = store.status().state
    say(`state ${state}`)
  }
  if (store.durableOffset() === said) continue
  said = store.durableOffset()
  say(String(said))
}
await store.stop()
say(String(store.durableOffset()))
