import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { pino } from 'pino'
// biome-ignore lint/style/noRestrictedImports: the part alone is measured, without the gateway around it.
import { EmbeddedBroker } from '#gateway/broker/embedded-broker.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import { SystemClock } from '#gateway/system-clock.ts'
import { listenByHand } from './frames-by-hand.ts'

/**
 * A server of one thread in a process of its own. Arguments: which one, and after how many milliseconds
 * what has come in is "on disk" (0: at once).
 */
const [server = '', commitMs = '0'] = process.argv.slice(2)

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

/** Ours alone: nothing behind it decodes, keeps or judges. */
async function startBroker(): Promise<number | null> {
  const nothing = () => undefined
  const broker = new EmbeddedBroker({
    access: {
      authenticate: async ({ username }) => username as never,
      authenticateCertificate: async () => null,
    },
    clock: new SystemClock(),
    logger: pino({ level: 'silent' }),
    publishReceived: (_message, depositor, ticket) =>
      void keep().then(
        () => depositor.settled(ticket, null),
        (error: unknown) => depositor.settled(ticket, error),
      ),
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

const START: Readonly<Record<string, () => Promise<number | null>>> = {
  broker: startBroker,
  aedes: startAedes,
  'by-hand': () => listenByHand({ port: 0, parsesJson: false }),
  'by-hand-json': () => listenByHand({ port: 0, parsesJson: true }),
}
const start = START[server]
if (start === undefined) throw new Error(`There is no server ${server}.`)
process.on('disconnect', () => process.exit(0))
process.send?.({ port: await start() })
