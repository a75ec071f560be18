import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { Clock } from '#alerting/clock.ts'
import { type DeviceId, parseDeviceId } from '#alerting/reading.ts'
import type {
  BrokerOptions,
  ConnectionInfo,
  ReceivedMessage,
  RefusedMessage,
} from './broker-options.ts'
import type { CloseReason } from './broker-status.ts'
import { EmbeddedBroker, type TlsListen } from './embedded-broker.ts'

/** Real sockets, but time moves only when a test says so. */
export class ManualClock implements Clock {
  #nowMs = Date.UTC(2026, 10, 23)
  readonly #waiting = new Set<{ readonly atMs: number; readonly callback: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  wakeAt(atMs: number, callback: () => void): () => void {
    const waiter = { atMs, callback }
    this.#waiting.add(waiter)
    return () => this.#waiting.delete(waiter)
  }

  /** Somebody sets the clock: what is due by then fires late, once. */
  jump(durationMs: number): void {
    this.#nowMs += durationMs
    this.advance(0)
  }

  advance(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs
    for (;;) {
      const due = [...this.#waiting]
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((left, right) => left.atMs - right.atMs)[0]
      if (due === undefined) break
      this.#waiting.delete(due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.callback()
    }
    this.#nowMs = untilMs
  }
}

export function device(text: string): DeviceId {
  const id = parseDeviceId(text)
  if (id === null) throw new Error(`not a device id: ${text}`)
  return id
}

export const tokenOf = (deviceId: string) => `token of ${deviceId}`

/** A list that can be waited on. */
export class Heard<Item> {
  readonly items: Item[] = []
  #wake: () => void = () => undefined

  add(item: Item): void {
    this.items.push(item)
    this.#wake()
  }

  async count(wanted: number): Promise<readonly Item[]> {
    while (this.items.length < wanted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.items
  }
}

/** Lets the event loop turn until a fact holds. */
export async function untilTrue(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

export interface TestBroker {
  readonly broker: EmbeddedBroker
  readonly clock: ManualClock
  readonly port: number
  readonly tlsPort: number
  readonly received: Heard<ReceivedMessage>
  readonly refused: Heard<RefusedMessage>
  readonly connected: Heard<{ deviceId: DeviceId; info: ConnectionInfo }>
  readonly disconnected: Heard<{
    deviceId: DeviceId
    reason: CloseReason
    connectionsLeft: number
  }>
  readonly contested: Heard<{ deviceId: DeviceId; remoteAddresses: readonly string[] }>
  /** Users whose credential was looked at. */
  readonly lookedAt: string[]
}

/** A broker on a free port whose devices are all ids beginning with `d`; stopped with the test. */
export async function startBroker(
  overrides: Omit<Partial<BrokerOptions>, 'publishReceived'> & {
    readonly tls?: Omit<TlsListen, 'host' | 'port'>
    /** Resolves when the message is kept. */
    readonly publishReceived?: (message: ReceivedMessage) => Promise<void>
    /** Instead of it: settles when it likes, also at once. */
    readonly take?: (message: ReceivedMessage, settled: (error: unknown) => void) => void
  } = {},
): Promise<TestBroker> {
  const { tls, publishReceived, take, ...options } = overrides
  const clock = new ManualClock()
  const received = new Heard<ReceivedMessage>()
  const refused = new Heard<RefusedMessage>()
  const connected = new Heard<{ deviceId: DeviceId; info: ConnectionInfo }>()
  const disconnected: TestBroker['disconnected'] = new Heard()
  const contested: TestBroker['contested'] = new Heard()
  const lookedAt: string[] = []
  const broker = new EmbeddedBroker({
    clock,
    logger: pino({ level: 'silent' }),
    access: {
      async authenticate({ username, password }) {
        lookedAt.push(username)
        const isRight = username.startsWith('d') && password.toString() === tokenOf(username)
        return isRight ? device(username) : null
      },
      async authenticateCertificate({ commonName }) {
        return commonName.startsWith('d') ? device(commonName) : null
      },
    },
    publishReceived(message, depositor, ticket) {
      const settled = (error: unknown) => depositor.settled(ticket, error)
      if (take !== undefined) {
        take(message, settled)
        return
      }
      if (publishReceived !== undefined) {
        publishReceived(message).then(() => settled(null), settled)
        return
      }
      received.add({ ...message, payload: Buffer.from(message.payload) })
      settled(null)
    },
    publishRefused: (message) => refused.add(message),
    deviceConnected: (deviceId, info) => connected.add({ deviceId, info }),
    deviceDisconnected: (deviceId, { reason, connectionsLeft }) =>
      disconnected.add({ deviceId, reason, connectionsLeft }),
    identityContested: (deviceId, { remoteAddresses }) =>
      contested.add({ deviceId, remoteAddresses }),
    ...options,
  })
  const host = '127.0.0.1'
  const { mqttPort, mqttsPort } = await broker.start({
    plain: { host, port: 0 },
    tls: tls === undefined ? null : { ...tls, host, port: 0 },
  })
  onTestFinished(async () => {
    const stopped = broker.stop()
    // What never settles is given up then.
    clock.advance(60_000)
    await stopped
  })
  return {
    broker,
    clock,
    port: mqttPort ?? 0,
    tlsPort: mqttsPort ?? 0,
    received,
    refused,
    connected,
    disconnected,
    contested,
    lookedAt,
  }
}

/** A client that sends the bytes it is told to and shows what comes back, packet by packet. */
export class RawClient {
  readonly stream: Duplex
  readonly #parser = parser({ protocolVersion: 4 })
  readonly #packets: Packet[] = []
  #isClosed = false
  #wake: () => void = () => undefined

  constructor(stream: Duplex) {
    this.stream = stream
    this.#parser.on('packet', (packet) => {
      this.#packets.push(packet)
      this.#wake()
    })
    stream.on('data', (chunk: Buffer) => this.#parser.parse(chunk))
    stream.on('error', () => undefined)
    stream.on('close', () => {
      this.#isClosed = true
      this.#wake()
    })
    onTestFinished(() => {
      stream.destroy()
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** Connected as the device, its CONNACK read. */
  static async login(
    port: number,
    deviceId: string,
    connectPacket: Partial<IConnectPacket> = {},
  ): Promise<RawClient> {
    const client = await RawClient.open(port)
    client.send(connectBytes(deviceId, connectPacket))
    const connack = await client.next()
    if (connack === 'closed' || connack.cmd !== 'connack' || connack.returnCode !== 0) {
      throw new Error(`log-in failed: ${JSON.stringify(connack)}`)
    }
    return client
  }

  send(bytes: Buffer | readonly number[]): void {
    this.stream.write(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes))
  }

  /** The next packet, or `closed` once the connection has ended and all packets were taken. */
  async next(): Promise<Packet | 'closed'> {
    for (;;) {
      const packet = this.#packets.shift()
      if (packet !== undefined) return packet
      if (this.#isClosed) return 'closed'
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** A PINGREQ has been answered: everything sent before it has been handled. */
  async ping(): Promise<Packet | 'closed'> {
    this.send([0xc0, 0x00])
    return this.next()
  }

  async closed(): Promise<void> {
    while ((await this.next()) !== 'closed');
  }
}

export function connectBytes(deviceId: string, packet: Partial<IConnectPacket> = {}): Buffer {
  return generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId: 'c1',
    clean: true,
    keepalive: 60,
    username: deviceId,
    password: Buffer.from(tokenOf(deviceId)),
    ...packet,
  })
}

export function publishBytes(
  topic: string,
  payload: string | Buffer,
  options: { qos?: 0 | 1 | 2; messageId?: number; retain?: boolean; dup?: boolean } = {},
): Buffer {
  const { qos = 1, messageId = 1, retain = false, dup = false } = options
  return generate({ cmd: 'publish', topic, payload, qos, messageId, retain, dup })
}

export function subscribeBytes(
  filters: readonly string[],
  options: { messageId?: number; qos?: 0 | 1 | 2 } = {},
): Buffer {
  const { messageId = 1, qos = 1 } = options
  const subscriptions = filters.map((topic) => ({ topic, qos }))
  return generate({ cmd: 'subscribe', messageId, subscriptions })
}

/** A packet by hand: first byte, then the body behind its length. */
export function packetBytes(firstByte: number, body: Buffer | readonly number[]): Buffer {
  const length: number[] = []
  for (let rest = body.length; ; rest >>= 7) {
    if (rest < 0x80) {
      length.push(rest)
      break
    }
    length.push((rest & 0x7f) | 0x80)
  }
  return Buffer.concat([Buffer.from([firstByte, ...length]), Buffer.from(body)])
}

/** A length-prefixed string, or bytes that claim to be one. */
export function text(content: string | readonly number[]): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
