import { writeSync } from 'node:fs'
import type { DeviceId } from '#alerting/reading.ts'
import { SystemClock } from '../../system-clock.ts'
import { SqliteJournal } from '../sqlite-journal.ts'

/**
 * Appends readings from many sides at once and prints each one's value as soon as it is
 * acknowledged, with a plain write, so that what the reader of the pipe saw was acknowledged.
 * Arguments: path of the journal, first value, how many readings (0: until killed).
 */
const [path = '', firstValue = '1', count = '0'] = process.argv.slice(2)
const APPENDERS = 20

const clock = new SystemClock()
const say = (line: string) => writeSync(1, `${line}\n`)
const silent = () => undefined
const journal = new SqliteJournal({
  path,
  clock,
  logger: { info: silent, warn: silent, error: silent },
  bytesMax: 1024 ** 3,
  diskReserveBytes: 0,
})
journal.onStateChange(({ state, reason }) => say(`state ${state} ${reason ?? ''}`))
await journal.start()
say('ready')

let next = Number(firstValue)
const end = count === '0' ? Number.POSITIVE_INFINITY : next + Number(count)

async function appendForEver(): Promise<void> {
  while (next < end) {
    const value = next++
    const nowMs = clock.nowMs()
    await journal.append([
      {
        deviceId: 'gas-1' as DeviceId,
        point: 'lel',
        observedAtMs: nowMs,
        arrivedAtMs: nowMs,
        value,
        quality: 'good',
        marks: 0,
      },
    ])
    say(String(value))
  }
}

await Promise.all(Array.from({ length: APPENDERS }, appendForEver))
await journal.stop()
