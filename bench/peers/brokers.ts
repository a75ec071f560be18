import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from '../effort.ts'

/** A server that takes QoS 1 PUBLISH, in a process of its own. */
export interface PeerBroker {
  readonly name: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

export type HostedServer = 'broker' | 'aedes' | 'by-hand' | 'by-hand-json'

/** One of those written here. `commitMs`: it acknowledges so long after, as if it wrote to a disk. */
export async function startHosted(
  server: HostedServer,
  { name, commitMs = 0 }: { readonly name: string; readonly commitMs?: number },
): Promise<PeerBroker> {
  const child = fork(new URL('broker-host.ts', import.meta.url), [server, String(commitMs)])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { name, port, pid: child.pid ?? -1, stop: () => ended(child, () => child.disconnect()) }
}

export const startAedes = () => startHosted('aedes', { name: 'bare aedes' })
export const startByHand = () => startHosted('by-hand', { name: 'by hand' })

const CONNECT_ATTEMPTS = 100
const CONNECT_INTERVAL_MS = 50

/** Debian's Mosquitto, nothing kept on disk, no bounds on what it may hold; null when it is not installed. */
export async function startMosquitto(): Promise<PeerBroker | null> {
  const version = mosquittoVersion()
  if (version === null) return null
  const folder = await mkdtemp(join(tmpdir(), 'vigil-mosquitto-'))
  const port = await freePort()
  const configFile = join(folder, 'mosquitto.conf')
  await writeFile(
    configFile,
    `listener ${port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_inflight_messages 0
max_queued_messages 0
log_type error
`,
  )
  const child = spawn('mosquitto', ['-c', configFile], { stdio: 'ignore', env: withSbin() })
  await listening(port)
  const stop = async () => {
    await ended(child, () => child.kill('SIGTERM'))
    await rm(folder, { recursive: true, force: true })
  }
  return { name: `Mosquitto ${version}`, port, pid: child.pid ?? -1, stop }
}

function mosquittoVersion(): string | null {
  const asked = spawnSync('mosquitto', ['-h'], { encoding: 'utf8', env: withSbin() })
  return /mosquitto version (\S+)/.exec(asked.stdout ?? '')?.[1] ?? null
}

/** Debian puts servers where a user's search path does not look. */
function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function listening(port: number): Promise<void> {
  for (let attempt = 1; attempt <= CONNECT_ATTEMPTS; attempt += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await pause(CONNECT_INTERVAL_MS)
  }
  throw new Error(`nothing listens on port ${port}`)
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  end()
  await exit
}
