import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import type { TestDevice } from '../simulators/acceptance/app-harness.ts'

const PUBACK_BYTES = 4
/** Times of readings move within this span before now, so that none counts as late or ahead. */
const SPAN_MS = 50_000

/** How many readings one message carries. */
export const READINGS_PER_MESSAGE = 4

/** One connection that keeps so many messages in flight; every message has the next millisecond. */
export class Publisher {
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
