import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { pino } from 'pino'
// biome-ignore lint/style/noRestrictedImports: the part alone is measured, without the gateway around it.
import { EmbeddedBroker } from '#gateway/broker/embedded-broker.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import { SystemClock } from '#gateway/system-clock.ts'

/**
 * One server of the benchmark `broker-acknowledge.ts`, in a process of its own. Arguments: which
 * server, and after how many milliseconds what has come in is "on disk" (0: at once).
 */
const [server = 'vigil', commitMs = '0'] = process.argv.slice(2)

/** Resolves what was handed in so far at once or together, as a group commit does. */
function groupCommit(afterMs: number): () => Promise<void> {
  if (afterMs === 0) return () => Promise.resolve()
  let commit: Promise<void> | null = null
  return () => {
    commit ??= new Promise((resolve) =>
      setTimeout(() => {
        commit = null
        resolve()
      }, afterMs),
    )
    return commit
  }
}

const keep = groupCommit(Number(commitMs))

async function startVigil(): Promise<number | null> {
  const nothing = () => undefined
  const broker = new EmbeddedBroker({
    access: {
      authenticate: async ({ username }) => username as never,
      authenticateCertificate: async () => null,
    },
    clock: new SystemClock(),
    logger: pino({ level: 'silent' }),
    publishReceived: keep,
    publishRefused: nothing,
    deviceConnected: nothing,
    deviceDisconnected: nothing,
    identityContested: nothing,
  })
  const { mqttPort } = await broker.start({ plain: { host: '127.0.0.1', port: 0 }, tls: null })
  return mqttPort
}

async function startAedes(): Promise<number> {
  const aedes = await Aedes.createBroker(
    commitMs === '0'
      ? {}
      : {
          authorizePublish: (_client, _packet, done) => {
            keep().then(() => done(null), done)
          },
        },
  )
  const listener = createServer({ noDelay: true }, aedes.handle)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', 4_096, resolve))
  return (listener.address() as { port: number }).port
}

process.send?.({ port: server === 'vigil' ? await startVigil() : await startAedes() })
// Asked before and after a measurement: what the server itself spent.
process.on('message', () => process.send?.(process.cpuUsage()))
process.on('disconnect', () => process.exit(0))
