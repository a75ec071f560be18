import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'

/**
 * QoS 1 messages acknowledged a second, beside aedes as it comes, in the same run. Raw sockets, packets
 * encoded beforehand, PUBACKs counted by their bytes; each server has a process of its own and the
 * servers take turns, round after round. At one message in flight a connection the system calls of both
 * sides are nearly all there is, so the CPU time of the server alone stands beside the rate. With a commit time, what has come in is "on disk" that long
 * after the first of it; aedes then waits for it in `authorizePublish`, the one hook before its PUBACK.
 *
 *   node bench/broker-acknowledge.ts [seconds a measurement] [rounds]
 */
const SECONDS = Number(process.argv[2] ?? 2)
const ROUNDS = Number(process.argv[3] ?? 3)
const WARM_UP_MS = 500
const PUBACK_BYTES = 4
const PAYLOAD = JSON.stringify({
  ts: 1_795_430_400_000,
  values: { lel: 3.25, temperature: 21.5, battery: 88.125, signal: -71, fault: false },
}).padEnd(120)

interface Load {
  readonly connections: number
  readonly inFlight: number
}

const LOADS: readonly Load[] = [
  { connections: 1, inFlight: 1 },
  { connections: 1, inFlight: 200 },
  { connections: 100, inFlight: 1 },
  { connections: 100, inFlight: 50 },
  { connections: 1_000, inFlight: 1 },
  { connections: 1_000, inFlight: 10 },
]

const SERVERS = [
  { name: 'vigil', commitMs: 0 },
  { name: 'aedes', commitMs: 0 },
  { name: 'vigil', commitMs: 5 },
  { name: 'aedes', commitMs: 5 },
] as const

interface StartedServer {
  readonly child: ChildProcess
  readonly port: number
}

async function startServer(server: (typeof SERVERS)[number]): Promise<StartedServer> {
  const host = new URL('broker-acknowledge-host.ts', import.meta.url)
  const child = fork(host, [server.name, String(server.commitMs)])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { child, port }
}

/** A connection that keeps so many messages in flight; `acknowledged` counts. */
class Publisher {
  acknowledged = 0
  readonly #socket: Socket
  readonly #packets: Buffer
  readonly #packetBytes: number
  readonly #inFlight: number
  #sent = 0
  #restBytes = 0

  constructor(socket: Socket, deviceId: string, inFlight: number) {
    this.#socket = socket
    this.#inFlight = inFlight
    const topic = `devices/${deviceId}/readings`
    const encode = (messageId: number) =>
      generate({
        cmd: 'publish',
        topic,
        payload: PAYLOAD,
        qos: 1,
        messageId,
        retain: false,
        dup: false,
      })
    const packets = [...Array(inFlight).keys()].map((n) => encode(n + 1))
    // Twice over, so that any run of packets is one piece.
    this.#packets = Buffer.concat([...packets, ...packets])
    this.#packetBytes = this.#packets.length / (2 * inFlight)
  }

  static async open(port: number, deviceId: string, inFlight: number): Promise<Publisher> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const [username, password] = [deviceId, Buffer.from('token')]
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: deviceId,
        clean: true,
        keepalive: 0,
        username,
        password,
      }),
    )
    await once(socket, 'data')
    return new Publisher(socket, deviceId, inFlight)
  }

  start(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      const bytes = this.#restBytes + chunk.length
      const count = Math.floor(bytes / PUBACK_BYTES)
      this.#restBytes = bytes % PUBACK_BYTES
      this.acknowledged += count
      this.#send(count)
    })
    this.#send(this.#inFlight)
  }

  stop(): void {
    this.#socket.removeAllListeners('data')
    this.#socket.destroy()
  }

  #send(count: number): void {
    if (count === 0) return
    const from = (this.#sent % this.#inFlight) * this.#packetBytes
    this.#socket.write(this.#packets.subarray(from, from + count * this.#packetBytes))
    this.#sent += count
  }
}

interface Measurement {
  readonly perSecond: number
  /** CPU time of the server, user and system, a message. */
  readonly cpuMicroseconds: number
}

async function cpuMicroseconds(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message') as Promise<[NodeJS.CpuUsage]>
  child.send('cpu')
  const [{ user, system }] = await answer
  return user + system
}

async function measure(server: StartedServer, load: Load): Promise<Measurement> {
  const publishers: Publisher[] = []
  for (let n = 0; n < load.connections; n += 1) {
    publishers.push(await Publisher.open(server.port, `d${n}`, load.inFlight))
  }
  for (const publisher of publishers) publisher.start()
  const total = () => publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS))
  const cpuBefore = await cpuMicroseconds(server.child)
  const [before, beganAt] = [total(), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000))
  const count = total() - before
  const seconds = (performance.now() - beganAt) / 1_000
  const cpu = (await cpuMicroseconds(server.child)) - cpuBefore
  for (const publisher of publishers) publisher.stop()
  return { perSecond: count / seconds, cpuMicroseconds: cpu / count }
}

const label = ({ name, commitMs }: (typeof SERVERS)[number]) =>
  commitMs === 0 ? name : `${name}, commit ${commitMs} ms`

const number = (value: number) => Math.round(value).toLocaleString('en')

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}

function describe(measurements: readonly Measurement[]): string {
  const rates = measurements.map(({ perSecond }) => perSecond)
  const cpu = median(measurements.map((it) => it.cpuMicroseconds)).toFixed(1)
  const range = `${number(Math.min(...rates))}–${number(Math.max(...rates))}`
  return `${number(median(rates))} (${range}); ${cpu} µs`
}

function ratio(ours: readonly Measurement[] = [], theirs: readonly Measurement[] = []): string {
  const rate = (measurements: readonly Measurement[]) =>
    median(measurements.map(({ perSecond }) => perSecond))
  return (rate(ours) / rate(theirs)).toFixed(1)
}

async function run(): Promise<void> {
  const servers = await Promise.all(SERVERS.map(startServer))
  const columns = [...SERVERS.map(label), 'vigil : aedes', 'the same with commit']
  console.log(`| connections × in flight | ${columns.join(' | ')} |`)
  console.log(`| --- | ${columns.map(() => '---').join(' | ')} |`)
  for (const load of LOADS) {
    const measurements = servers.map((): Measurement[] => [])
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, server] of servers.entries()) {
        measurements[index]?.push(await measure(server, load))
      }
    }
    const [ours, theirs, oursCommitted, theirsCommitted] = measurements
    const cells = [
      ...measurements.map(describe),
      ratio(ours, theirs),
      ratio(oursCommitted, theirsCommitted),
    ]
    console.log(`| ${load.connections} × ${load.inFlight} | ${cells.join(' | ')} |`)
  }
  for (const { child } of servers) child.disconnect()
}

await run()
