import { connect, type Socket } from 'node:net'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { createRandom, type SeededRandom } from '../seeded-random.ts'

export interface SentReading {
  readonly ts: number
  readonly value: number
}

export interface LoadDeviceOptions {
  readonly deviceId: string
  readonly token: string
  readonly point: string
  readonly host?: string
  readonly port: number
  /** Publishes that may wait for their PUBACK at one time. */
  readonly inFlightMax: number
  /** Told of each acknowledgement with the time since its PUBLISH was written. */
  readonly onAcknowledged?: (latencyMs: number) => void
}

interface InFlight {
  readonly reading: SentReading
  readonly sentAt: number
}

const RECONNECT_MS_MIN = 50
const RECONNECT_MS_MAX = 250
const KEEP_ALIVE_SECONDS = 60
const PACKET_IDENTIFIERS = 65_535

/**
 * One connection of a load: a plain MQTT 3.1.1 session over a bare socket (mqtt.js would cost more than
 * the gateway). Readings are offered by `offer`, sent in order with a window, and stay here until
 * their PUBACK has been read; after a lost connection what was under way is sent again first. The
 * ledger of what was acknowledged lives here, outside the gateway.
 */
export class LoadDevice {
  readonly deviceId: string
  readonly acknowledged: SentReading[] = []
  readonly #options: LoadDeviceOptions
  readonly #random: SeededRandom
  #waiting: SentReading[] = []
  readonly #inFlight = new Map<number, InFlight>()
  #socket: Socket | null = null
  #isLoggedIn = false
  #isStopped = true
  #nextIdentifier = 1
  #reconnects = 0
  #refusals = 0
  #retry: NodeJS.Timeout | null = null

  constructor(options: LoadDeviceOptions) {
    this.deviceId = options.deviceId
    this.#options = options
    this.#random = createRandom(options.deviceId)
  }

  /** Readings that were offered and not acknowledged. */
  get pending(): number {
    return this.#waiting.length + this.#inFlight.size
  }

  get isConnected(): boolean {
    return this.#isLoggedIn
  }

  /** Connections after the first. */
  get reconnects(): number {
    return Math.max(0, this.#reconnects - 1)
  }

  /** CONNACKs that refused. */
  get refusals(): number {
    return this.#refusals
  }

  start(): void {
    if (!this.#isStopped) return
    this.#isStopped = false
    this.#connect()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#retry = null
    this.#socket?.destroy()
  }

  /** `ts` must rise from one to the next. */
  offer(reading: SentReading): void {
    this.#waiting.push(reading)
    this.#flush()
  }

  #connect(): void {
    const socket = connect(this.#options.port, this.#options.host ?? '127.0.0.1')
    const parser = mqttPacket.parser()
    this.#socket = socket
    this.#reconnects += 1
    socket.setNoDelay(true)
    parser.on('packet', (packet: Packet) => this.#take(packet))
    parser.on('error', () => socket.destroy())
    socket.on('data', (chunk) => parser.parse(chunk))
    socket.on('connect', () =>
      socket.write(
        mqttPacket.generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          clientId: this.deviceId,
          keepalive: KEEP_ALIVE_SECONDS,
          username: this.deviceId,
          password: Buffer.from(this.#options.token),
        }),
      ),
    )
    // A gateway that is gone or refuses: `close` follows and tries again.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#lost(socket))
  }

  #lost(socket: Socket): void {
    if (socket !== this.#socket) return
    this.#socket = null
    this.#isLoggedIn = false
    const again = [...this.#inFlight.values()].map(({ reading }) => reading)
    this.#inFlight.clear()
    this.#waiting = [...again, ...this.#waiting]
    if (this.#isStopped) return
    const delayMs = this.#random.between(RECONNECT_MS_MIN, RECONNECT_MS_MAX)
    this.#retry = setTimeout(() => this.#connect(), delayMs)
  }

  #take(packet: Packet): void {
    if (packet.cmd === 'connack') {
      this.#isLoggedIn = packet.returnCode === 0
      if (!this.#isLoggedIn) this.#refusals += 1
      this.#flush()
    } else if (packet.cmd === 'puback' && packet.messageId !== undefined) {
      const done = this.#inFlight.get(packet.messageId)
      if (done === undefined) return
      this.#inFlight.delete(packet.messageId)
      this.acknowledged.push(done.reading)
      this.#options.onAcknowledged?.(performance.now() - done.sentAt)
      this.#flush()
    }
  }

  #flush(): void {
    const socket = this.#socket
    if (socket === null || !this.#isLoggedIn) return
    const room = this.#options.inFlightMax - this.#inFlight.size
    if (room <= 0 || this.#waiting.length === 0) return
    const batch = this.#waiting.splice(0, room)
    socket.cork()
    for (const reading of batch) {
      const messageId = this.#takeIdentifier()
      this.#inFlight.set(messageId, { reading, sentAt: performance.now() })
      socket.write(
        mqttPacket.generate({
          cmd: 'publish',
          topic: `devices/${this.deviceId}/readings`,
          payload: `{"ts":${reading.ts},"values":{"${this.#options.point}":${reading.value}}}`,
          qos: 1,
          messageId,
          dup: false,
          retain: false,
        }),
      )
    }
    socket.uncork()
  }

  #takeIdentifier(): number {
    const identifier = this.#nextIdentifier
    this.#nextIdentifier = (identifier % PACKET_IDENTIFIERS) + 1
    return identifier
  }
}

/** What a device of the load measures next; asked once a reading. */
export type NextValue = () => number

const TICK_MS = 20

/**
 * Drives many connections at a steady rate in all. A device whose connection is away goes on measuring, as
 * a real one does, and sends what has piled up when it is back.
 */
export class MqttLoad {
  readonly devices: readonly LoadDevice[]
  readonly #values: ReadonlyMap<LoadDevice, NextValue>
  readonly #perSecond: number
  readonly #lastTs = new Map<LoadDevice, number>()
  #timer: NodeJS.Timeout | null = null
  #offered = 0
  #startedAt = 0
  #runMs = 0

  constructor(options: {
    readonly devices: readonly { readonly device: LoadDevice; readonly nextValue: NextValue }[]
    readonly readingsPerSecond: number
  }) {
    this.devices = options.devices.map(({ device }) => device)
    this.#values = new Map(options.devices.map(({ device, nextValue }) => [device, nextValue]))
    this.#perSecond = options.readingsPerSecond
  }

  get offered(): number {
    return this.#offered
  }

  get acknowledged(): number {
    return this.devices.reduce((total, device) => total + device.acknowledged.length, 0)
  }

  get pending(): number {
    return this.devices.reduce((total, device) => total + device.pending, 0)
  }

  get connected(): number {
    return this.devices.filter((device) => device.isConnected).length
  }

  start(): void {
    for (const device of this.devices) device.start()
    this.#startedAt = performance.now()
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  /** No new readings; what is pending is still sent. */
  stopOffering(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#runMs = performance.now() - this.#startedAt
  }

  /** Readings offered a second, over the whole run. */
  get offeredPerSecond(): number {
    const ms = this.#timer === null ? this.#runMs : performance.now() - this.#startedAt
    return (this.#offered / ms) * 1000
  }

  stop(): void {
    this.stopOffering()
    for (const device of this.devices) device.stop()
  }

  #tick(): void {
    const due = Math.floor(((performance.now() - this.#startedAt) / 1000) * this.#perSecond)
    for (; this.#offered < due; this.#offered += 1) {
      const device = this.devices[this.#offered % this.devices.length]
      const nextValue = device === undefined ? undefined : this.#values.get(device)
      if (device === undefined || nextValue === undefined) return
      const ts = Math.max(Date.now(), (this.#lastTs.get(device) ?? 0) + 1)
      this.#lastTs.set(device, ts)
      device.offer({ ts, value: nextValue() })
    }
  }
}
