import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './brokers.ts'

/**
 * Node-RED with its usual flow: MQTT in, a function, InfluxDB out. It is no dependency of ours: the bench
 * installs it into a folder of the system's temporary ones, once, and does without it where that fails.
 */
const PACKAGES = ['node-red@5.0.7', 'node-red-contrib-influxdb@0.7.0'] as const
const FOLDER = join(tmpdir(), `vigil-bench-${PACKAGES.join('-')}`)
const INSTALL_MS_MAX = 240_000
const START_MS_MAX = 60_000
const TEXT_LENGTH_MAX = 200

export interface NodeRed {
  readonly pid: number
  stop(): Promise<void>
}

/** Resolves when its flow is connected to the broker, or with why there is none. The database is made. */
export async function startNodeRed(
  mqttPort: number,
  influxPort: number,
  database: string,
): Promise<NodeRed | { readonly reason: string }> {
  const reason = await install()
  if (reason !== null) return { reason }
  const form = new URLSearchParams({ q: `CREATE DATABASE "${database}"` })
  await fetch(`http://127.0.0.1:${influxPort}/query`, { method: 'POST', body: form })
  const userFolder = await mkdtemp(join(tmpdir(), 'vigil-node-red-'))
  const flow = flowOf(mqttPort, influxPort, database)
  await writeFile(join(userFolder, 'flows.json'), JSON.stringify(flow))
  await writeFile(join(userFolder, 'settings.js'), settingsOf(await freePort()))
  const program = join(FOLDER, 'node_modules/node-red/red.js')
  const child = spawn(process.execPath, [program, '--userDir', userFolder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    }
    await rm(userFolder, { recursive: true, force: true })
  }
  const failure = await connected(child)
  if (failure === null) return { pid: child.pid ?? -1, stop }
  await stop()
  return { reason: failure }
}

/** Null when it is there. */
async function install(): Promise<string | null> {
  const done = join(FOLDER, 'installed')
  if (existsSync(done)) return null
  await mkdir(FOLDER, { recursive: true })
  const options = ['--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund']
  const child = spawn('npm', ['install', ...options, ...PACKAGES], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: INSTALL_MS_MAX,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < TEXT_LENGTH_MAX) said += chunk.toString()
  })
  const outcome = await Promise.race([
    once(child, 'close').then(([code]) => (code === 0 ? null : said.trim())),
    once(child, 'error').then(([error]) => String(error)),
  ])
  if (outcome !== null) return `npm could not install it: ${outcome.slice(0, TEXT_LENGTH_MAX)}`
  await writeFile(done, '')
  return null
}

async function connected(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return 'it has no output'
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX)
  const lines: string[] = []
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      if (line.includes('Connected to broker')) {
        child.stdout.resume()
        return null
      }
    }
    return `it ended: ${lines.slice(-3).join(' ').slice(0, TEXT_LENGTH_MAX)}`
  } finally {
    clearTimeout(deadline)
  }
}

function settingsOf(port: number): string {
  return `module.exports = {
  uiHost: '127.0.0.1', uiPort: ${port}, flowFile: 'flows.json', disableEditor: true,
  httpAdminRoot: false, httpNodeRoot: false, logging: { console: { level: 'info' } },
}
`
}

/** As it is drawn by hand, without where the boxes lie. */
function flowOf(mqttPort: number, influxPort: number, database: string): readonly unknown[] {
  const fields = 'Object.assign({ time: msg.payload.ts }, msg.payload.values)'
  const func = `msg.payload = [${fields}, { device: msg.topic.split('/')[1] }]; return msg`
  const broker = { broker: '127.0.0.1', port: String(mqttPort), clientid: '', protocolVersion: '4' }
  const influx = { hostname: '127.0.0.1', port: String(influxPort), database }
  const topic = { topic: 'devices/+/readings', qos: '1', datatype: 'json' }
  const out = { influxdb: 'db', measurement: 'readings', precision: 'ms' }
  return [
    { id: 'tab', type: 'tab', label: 'readings' },
    { id: 'mq', type: 'mqtt-broker', ...broker, autoConnect: true, keepalive: '60' },
    { id: 'db', type: 'influxdb', ...influx, influxdbVersion: '1.x', usetls: false },
    { id: 'in', type: 'mqtt in', z: 'tab', ...topic, broker: 'mq', wires: [['fn']] },
    { id: 'fn', type: 'function', z: 'tab', func, outputs: 1, libs: [], wires: [['out']] },
    { id: 'out', type: 'influxdb out', z: 'tab', ...out, wires: [] },
  ]
}
