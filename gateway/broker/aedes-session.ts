import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Aedes, Client } from 'aedes'
import { generate } from 'mqtt-packet'
import { PACKET_TYPE } from './frame-reader.ts'

const CONNACK_BYTES = 4

/**
 * The half of a session that aedes runs: the messages *to* a device — packet identifiers, waiting for
 * PUBACK, sending again after a reconnect. It never meets the network. It is given a CONNECT of our
 * making once the device is known, and PUBACKs that were checked; what it writes is passed on.
 *
 * Why not more: aedes would acknowledge a PUBLISH before it is stored, wait for subscribers that do
 * not read, and trust what it parses.
 *
 * `close` must not run before `open` has ended: aedes registers a client that was closed while it was
 * connecting, and then keeps it for ever.
 */
export class AedesSession {
  readonly #aedes: Aedes
  readonly #link: AedesLink
  #client: Client | null = null
  #openingFailed: ((error: Error) => void) | null = null
  #awaitedConnackBytes = CONNACK_BYTES

  /** `accepted` runs before anything is written; `failed` when aedes gives the client up by itself. */
  constructor(options: {
    aedes: Aedes
    write: (bytes: Buffer) => void
    accepted: () => void
    failed: () => void
  }) {
    this.#aedes = options.aedes
    this.#link = new AedesLink({
      write: (bytes) => {
        const rest = this.#withoutConnack(bytes, options.accepted)
        if (rest.length > 0) options.write(rest)
      },
      destroyed: () => {
        this.#openingFailed?.(new Error('aedes refused the session'))
        options.failed()
      },
    })
  }

  /** Resolves when the device's session stands and all that was queued for it has been written. */
  async open(request: { sessionKey: string; cleanSession: boolean }): Promise<void> {
    const client = this.#aedes.handle(this.#link)
    this.#client = client
    const connected = new Promise<void>((resolve, reject) => {
      client.once('connected', resolve)
      this.#openingFailed = reject
    })
    // Keep alive, credentials and the will are looked after in front of aedes.
    this.#link.push(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: request.sessionKey,
        clean: request.cleanSession,
        keepalive: 0,
      }),
    )
    try {
      await connected
    } finally {
      this.#openingFailed = null
    }
  }

  /** Sends a message to the device; it is kept until acknowledged if the session is. */
  async publish(message: { topicName: string; payload: Buffer; qos: 0 | 1 }): Promise<void> {
    const client = this.#client
    if (client === null) throw new Error('the session is not open')
    const { topicName, payload, qos } = message
    await new Promise<void>((resolve, reject) => {
      client.publish(
        { cmd: 'publish', topic: topicName, payload, qos, retain: false, dup: false },
        (error) => (error ? reject(error) : resolve()),
      )
    })
  }

  acknowledged(packetIdentifier: number): void {
    this.#link.push(
      Buffer.from([PACKET_TYPE.puback << 4, 2, packetIdentifier >> 8, packetIdentifier & 0xff]),
    )
  }

  /** Resolves when aedes has forgotten the client, so that the same one may connect again. */
  async close(): Promise<void> {
    const client = this.#client
    if (client === null) return
    client.close()
    while (client.connected) await nextTurn()
  }

  /** The first bytes of aedes are its CONNACK; ours knows better whether a session was present. */
  #withoutConnack(bytes: Buffer, accepted: () => void): Buffer {
    if (this.#awaitedConnackBytes === 0) return bytes
    const dropped = Math.min(bytes.length, this.#awaitedConnackBytes)
    this.#awaitedConnackBytes -= dropped
    if (this.#awaitedConnackBytes === 0) accepted()
    return bytes.subarray(dropped)
  }
}

/**
 * aedes' end of the line. A write never waits: how much is queued for the device is judged where it is
 * queued (device-connection.ts), and a device that does not read cannot hold up anything in aedes.
 */
class AedesLink extends Duplex {
  readonly #write: (bytes: Buffer) => void
  readonly #destroyed: () => void

  constructor(options: { write: (bytes: Buffer) => void; destroyed: () => void }) {
    super({ writableHighWaterMark: Number.MAX_SAFE_INTEGER, decodeStrings: true })
    this.#write = options.write
    this.#destroyed = options.destroyed
  }

  override _read(): void {
    // Bytes are pushed when there are some.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#write(chunk)
    done()
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#write(Buffer.concat(chunks.map(({ chunk }) => chunk)))
    done()
  }

  override _destroy(_error: Error | null, done: (error: Error | null) => void): void {
    this.#destroyed()
    done(null)
  }
}
