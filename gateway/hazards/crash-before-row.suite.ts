import { pino } from 'pino'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { DocumentFolder } from './document-folder.ts'

/** Keeps a document and is killed when its file is on disk and its row is not. */
async function dieBeforeTheRow(path: string, words: string): Promise<void> {
  const folder = new DocumentFolder({
    path,
    known: () => Promise.reject(new Error('nothing is swept here')),
    clock: new SimulatedClock(0),
    logger: pino({ level: 'silent' }),
  })
  await folder.keep(Buffer.from(words), async () => {
    process.kill(process.pid, 'SIGKILL')
  })
}

const [, script = '', path, words] = process.argv
if (path !== undefined && words !== undefined && import.meta.filename === script) {
  await dieBeforeTheRow(path, words)
}
