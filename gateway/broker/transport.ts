import type { Duplex } from 'node:stream'
import type { RunningTime } from './running-time.ts'

/** How long a peer that was told goodbye may take to hang up. */
const FAREWELL_MS = 1_000

/** Whoever looks after the connection at the moment: first the log-in, then the device's connection. */
export interface TransportListener {
  received(chunk: Buffer): void
  /** The peer has gone, or the stream failed; called at most once, and never after `finish` or `destroy`. */
  lost(): void
  /** What was written has left us. */
  drained(): void
}

/** A byte stream to a peer, whatever carries it: TCP, TLS, or a WebSocket. */
export class Transport {
  readonly remoteAddress: string
  readonly #stream: Duplex
  readonly #time: RunningTime
  readonly #farewells: Set<Transport>
  #listener: TransportListener | null = null
  #finishByMs = 0

  /** `farewells`: where this transport is kept between `finish` and its end, to be swept. */
  constructor(
    stream: Duplex,
    options: { remoteAddress: string; time: RunningTime; farewells: Set<Transport> },
  ) {
    this.#stream = stream
    this.remoteAddress = options.remoteAddress
    this.#time = options.time
    this.#farewells = options.farewells
    stream.on('data', (chunk: Buffer) => this.#listener?.received(chunk))
    stream.on('drain', () => this.#listener?.drained())
    // An error is followed by `close`; a peer that ends its side has nothing more to say to us.
    stream.on('error', () => this.#lost())
    stream.on('end', () => this.#lost())
    stream.on('close', () => this.#lost())
  }

  listenBy(listener: TransportListener): void {
    this.#listener = listener
    if (this.#stream.destroyed) queueMicrotask(() => this.#lost())
  }

  /** Written but not taken by the operating system yet. */
  get backlogBytes(): number {
    return this.#stream.writableLength
  }

  get isBackedUp(): boolean {
    return this.#stream.writableNeedDrain
  }

  write(bytes: Buffer): void {
    if (this.#stream.writable) this.#stream.write(bytes)
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  /**
   * Says the last words and lets the peer hang up. Destroying at once would reset the connection when
   * there is unread input, and the peer might never see what we said.
   */
  finish(lastWords: Buffer | null): void {
    this.#listener = null
    if (this.#stream.destroyed) return
    if (lastWords !== null) this.write(lastWords)
    this.#stream.end()
    this.#stream.resume()
    this.#finishByMs = this.#time.nowMs + FAREWELL_MS
    this.#farewells.add(this)
  }

  destroy(): void {
    this.#listener = null
    this.#farewells.delete(this)
    this.#stream.destroy()
  }

  sweep(): void {
    if (this.#time.nowMs >= this.#finishByMs) this.destroy()
  }

  #lost(): void {
    const listener = this.#listener
    this.destroy()
    listener?.lost()
  }
}
