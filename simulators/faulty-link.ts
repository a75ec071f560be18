import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

interface Pipe {
  readonly client: Socket
  readonly upstream: Socket
}

/**
 * A line between a client and a server that can be made bad: cut (connections reset, new ones
 * refused), a black hole (connections stay, nothing passes: half-open TCP), or slow. Healing restores
 * it for connections made afterwards; those of a black hole then get what was held back.
 */
export class FaultyLink {
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #pipes = new Set<Pipe>()
  #state: 'healthy' | 'cut' | 'black-hole' = 'healthy'
  #latencyMs = 0
  #port = 0

  constructor(target: { readonly host?: string; readonly port: number }) {
    this.#target = { host: target.host ?? '127.0.0.1', port: target.port }
    this.#server = createServer((client) => this.#accept(client))
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#resetAll()
    await closed
  }

  get port(): number {
    return this.#port
  }

  get openConnections(): number {
    return this.#pipes.size
  }

  /** Resets what is open and whatever comes, until healed. */
  cut(): void {
    this.#state = 'cut'
    this.#resetAll()
  }

  /** Accepts and keeps connections, and passes nothing either way. */
  blackHole(): void {
    this.#state = 'black-hole'
    for (const { client, upstream } of this.#pipes) {
      client.pause()
      upstream.pause()
    }
  }

  /** Every chunk is held back this long, each way. */
  slowDown(latencyMs: number): void {
    this.#latencyMs = latencyMs
  }

  heal(): void {
    this.#state = 'healthy'
    this.#latencyMs = 0
    for (const { client, upstream } of this.#pipes) {
      client.resume()
      upstream.resume()
    }
  }

  #accept(client: Socket): void {
    if (this.#state === 'cut') {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(this.#target)
    const pipe = { client, upstream }
    this.#pipes.add(pipe)
    const drop = () => {
      this.#pipes.delete(pipe)
      client.destroy()
      upstream.destroy()
    }
    // A reset of one side is a reset of both; `close` follows every `error`.
    for (const socket of [client, upstream]) socket.on('error', drop).on('close', drop)
    this.#carry(client, upstream)
    this.#carry(upstream, client)
    if (this.#state === 'black-hole') {
      client.pause()
      upstream.pause()
    }
  }

  #carry(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      const latencyMs = this.#latencyMs
      if (latencyMs === 0) this.#write(to, chunk)
      else setTimeout(() => this.#write(to, chunk), latencyMs)
    })
    from.on('end', () => setTimeout(() => to.end(), this.#latencyMs))
  }

  #write(to: Socket, chunk: Buffer): void {
    if (!to.destroyed) to.write(chunk)
  }

  #resetAll(): void {
    for (const { client, upstream } of this.#pipes) {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
    this.#pipes.clear()
  }
}
