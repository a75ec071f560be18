import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { startGateway, type TestDevice } from '../simulators/acceptance/app-harness.ts'

/**
 * Messages of readings acknowledged a second by the whole gateway — on disk, judged, on their way to
 * the time series — beside bare aedes, which keeps nothing, in the same run. Raw sockets, packets
 * encoded beforehand, each with a time of its own; the two take turns, round after round.
 *
 *   node bench/acknowledged-readings.ts [seconds a measurement] [rounds]
 */
const SECONDS = Number(process.argv[2] ?? 5)
const ROUNDS = Number(process.argv[3] ?? 3)
const WARM_UP_MS = 1_000
const PUBACK_BYTES = 4
/** Times of readings move within this span before now, so that none counts as late or ahead. */
const SPAN_MS = 50_000

interface Load {
  readonly connections: number
  readonly inFlight: number
}

const LOADS: readonly Load[] = [
  { connections: 1, inFlight: 1 },
  { connections: 1, inFlight: 1_000 },
  { connections: 100, inFlight: 50 },
  { connections: 1_000, inFlight: 1 },
  { connections: 1_000, inFlight: 10 },
]
const DEVICES = Math.max(...LOADS.map(({ connections }) => connections))

/** One connection that keeps so many messages in flight; every message has the next millisecond. */
class Publisher {
  acknowledged = 0
  readonly #socket: Socket
  readonly #inFlight: number
  readonly #packet: Buffer
  readonly #timeAt: number
  readonly #idAt: number
  #sent = 0
  #restBytes = 0

  constructor(socket: Socket, deviceId: string, inFlight: number) {
    this.#socket = socket
    this.#inFlight = inFlight
    const topic = `devices/${deviceId}/readings`
    const values = { lel: 3.25, battery: 88.125, signal: -71, fault: false }
    const payload = JSON.stringify({ ts: 1_795_430_400_000, values })
    this.#packet = generate({
      cmd: 'publish',
      topic,
      payload,
      qos: 1,
      messageId: 1,
      retain: false,
      dup: false,
    })
    this.#timeAt = this.#packet.indexOf('1795430400000')
    this.#idAt = this.#packet.indexOf(topic) + topic.length
  }

  static async open(port: number, device: TestDevice, inFlight: number): Promise<Publisher> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: device.id,
        clean: true,
        keepalive: 0,
        username: device.id,
        password: Buffer.from(device.token),
      }),
    )
    await once(socket, 'data')
    return new Publisher(socket, device.id, inFlight)
  }

  start(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      const bytes = this.#restBytes + chunk.length
      const count = Math.floor(bytes / PUBACK_BYTES)
      this.#restBytes = bytes % PUBACK_BYTES
      this.acknowledged += count
      if (count > 0) this.#send(count)
    })
    this.#send(this.#inFlight)
  }

  stop(): void {
    this.#socket.removeAllListeners('data')
    this.#socket.destroy()
  }

  #send(count: number): void {
    const size = this.#packet.length
    const packets = Buffer.allocUnsafe(count * size)
    const nowMs = Date.now()
    for (let n = 0; n < count; n += 1) {
      const at = n * size
      this.#packet.copy(packets, at)
      packets.write(String(nowMs - SPAN_MS + (this.#sent % SPAN_MS)), at + this.#timeAt, 'latin1')
      packets.writeUInt16BE(1 + (this.#sent % this.#inFlight), at + this.#idAt)
      this.#sent += 1
    }
    this.#socket.write(packets)
  }
}

async function measure(port: number, devices: readonly TestDevice[], load: Load): Promise<number> {
  const publishers: Publisher[] = []
  for (const device of devices.slice(0, load.connections)) {
    publishers.push(await Publisher.open(port, device, load.inFlight))
  }
  for (const publisher of publishers) publisher.start()
  const total = () => publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS))
  const [before, beganAt] = [total(), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000))
  const perSecond = (total() - before) / ((performance.now() - beganAt) / 1_000)
  for (const publisher of publishers) publisher.stop()
  return perSecond
}

async function startAedes(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(new URL('broker-acknowledge-host.ts', import.meta.url), ['aedes', '0'])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { child, port }
}

const number = (value: number) => Math.round(value).toLocaleString('en')
const median = (values: readonly number[]) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
const describe = (rates: readonly number[]) =>
  `${number(median(rates))} (${number(Math.min(...rates))}–${number(Math.max(...rates))})`

async function run(): Promise<void> {
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const siteId = (await gateway.addSite()).site.id
  const devices: TestDevice[] = []
  for (let n = 0; n < DEVICES; n += 1) {
    devices.push(await gateway.addDevice({ id: `d${n}`, profileId: 'gas-combustible', siteId }))
  }
  const aedes = await startAedes()
  console.log('| connections × in flight | vigil | bare aedes | ratio |')
  console.log('| --- | --- | --- | --- |')
  for (const load of LOADS) {
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await measure(gateway.mqttPort, devices, load))
      theirs.push(await measure(aedes.port, devices, load))
    }
    const ratio = (median(ours) / median(theirs)).toFixed(2)
    const { connections, inFlight } = load
    console.log(
      `| ${connections} × ${inFlight} | ${describe(ours)} | ${describe(theirs)} | ${ratio} |`,
    )
  }
  aedes.child.disconnect()
}

await run()
