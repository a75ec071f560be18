import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import type { TestDevice } from '../../simulators/acceptance/app-harness.ts'
import type { DeviceClock } from './device-clock.ts'
import type { PayloadForm } from './payload.ts'

const PUBACK_BYTES = 4
const PACKET_IDENTIFIERS = 65_535
const TIME_DIGITS = 13
const ZERO = 48

/**
 * One connection on a bare socket that sends one packet, encoded beforehand, again and again with a new
 * time, value and identifier each. PUBACKs are counted by their bytes, for a server answers in order.
 */
export class Publisher {
  acknowledged = 0
  sent = 0
  readonly #socket: Socket
  readonly #form: PayloadForm
  readonly #clock: DeviceClock
  readonly #packet: Buffer
  readonly #payloadAt: number
  readonly #identifierAt: number
  #restBytes = 0

  private constructor(socket: Socket, device: TestDevice, load: PublisherLoad) {
    this.#socket = socket
    this.#form = load.form
    this.#clock = load.clock
    const topic = `devices/${device.id}/readings`
    const publish = { topic, payload: load.form.text, messageId: 1 } as const
    this.#packet = generate({ cmd: 'publish', qos: 1, retain: false, dup: false, ...publish })
    this.#payloadAt = this.#packet.length - load.form.text.length
    this.#identifierAt = this.#payloadAt - 2
  }

  static async open(port: number, device: TestDevice, load: PublisherLoad): Promise<Publisher> {
    const socket = await openSession(port, device)
    return new Publisher(socket, device, load)
  }

  /** Told of every answer with how many messages it acknowledges. */
  onAcknowledged(listener: (count: number) => void): void {
    this.#socket.on('data', (chunk: Buffer) => {
      const bytes = this.#restBytes + chunk.length
      const count = Math.floor(bytes / PUBACK_BYTES)
      this.#restBytes = bytes % PUBACK_BYTES
      this.acknowledged += count
      if (count > 0) listener(count)
    })
  }

  /** Keeps so many messages in flight, until `total` were sent. */
  keepInFlight(count: number, total = Number.POSITIVE_INFINITY): void {
    this.onAcknowledged((acknowledged) => this.send(Math.min(acknowledged, total - this.sent)))
    this.send(Math.min(count, total))
  }

  send(count: number): void {
    const { stepMs, spacingMs, timesAt, decimalsAt } = this.#form
    const size = this.#packet.length
    const packets = Buffer.allocUnsafe(count * size)
    const nowMs = Date.now()
    for (let at = 0; at < packets.length; at += size) {
      this.#packet.copy(packets, at)
      const timeMs = this.#clock.take(stepMs, nowMs)
      const payloadAt = at + this.#payloadAt
      for (let n = 0; n < timesAt.length; n += 1) {
        writeTime(packets, payloadAt + (timesAt[n] ?? 0), timeMs + n * spacingMs)
      }
      for (const decimalAt of decimalsAt) {
        packets[payloadAt + decimalAt] = ZERO + (this.sent % 10)
        packets[payloadAt + decimalAt + 1] = ZERO + (Math.floor(this.sent / 10) % 10)
      }
      packets.writeUInt16BE(1 + (this.sent % PACKET_IDENTIFIERS), at + this.#identifierAt)
      this.sent += 1
    }
    this.#socket.write(packets)
  }

  stop(): void {
    this.#socket.removeAllListeners('data')
    this.#socket.destroy()
  }
}

export interface PublisherLoad {
  readonly form: PayloadForm
  readonly clock: DeviceClock
}

/** Resolves when the server has accepted the CONNECT. */
export async function openSession(port: number, device: TestDevice): Promise<Socket> {
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
  const [answer] = (await once(socket, 'data')) as [Buffer]
  if (answer[0] !== 0x20 || answer[3] !== 0) throw new Error(`${device.id} was refused`)
  return socket
}

function writeTime(packets: Buffer, at: number, timeMs: number): void {
  let rest = timeMs
  for (let digit = at + TIME_DIGITS - 1; digit >= at; digit -= 1) {
    const shorter = Math.floor(rest / 10)
    packets[digit] = ZERO + (rest - shorter * 10)
    rest = shorter
  }
}
