import { once } from 'node:events'
import { WebSocket } from 'ws'

const OPENED_AT_ONCE = 20
/** Of Engine.IO 4 and Socket.IO 5, as they stand on the wire. */
const PING = '2'
const PONG = '3'
const CONNECTED = '40'
const EVENT = '42'
const BEGINNING_LENGTH_MAX = 24

export interface Had {
  readonly firstAt: number
  readonly lastAt: number
}

/**
 * Many dashboards on bare WebSockets, which read no more of a message than its name: a thousand whole
 * clients would be slower than what they measure.
 */
export class Dashboards {
  readonly #sockets: WebSocket[] = []
  readonly #listeners = new Set<(dashboard: number, text: string) => void>()

  /** With a token each speaks Socket.IO to a gateway; without one it just listens. */
  static async open(url: string, count: number, token: string | null): Promise<Dashboards> {
    const dashboards = new Dashboards()
    while (dashboards.#sockets.length < count) {
      const some = Math.min(OPENED_AT_ONCE, count - dashboards.#sockets.length)
      const opened = Array.from({ length: some }, () => openOne(url, token))
      for (const socket of await Promise.all(opened)) dashboards.#add(socket)
    }
    return dashboards
  }

  /** They all watch the readings of these. */
  watch(deviceIds: readonly string[]): void {
    const request = `${EVENT}${JSON.stringify(['watch', { deviceIds }])}`
    for (const socket of this.#sockets) socket.send(request)
  }

  /**
   * Resolves when each of them has had a message that begins so, from now on: when the first and the last had it,
   * by `performance.now()`.
   */
  allHave(beginning: string, msMax: number): Promise<Had> {
    const { promise, resolve, reject } = Promise.withResolvers<Had>()
    const waiting = new Set(this.#sockets.keys())
    let firstAt = 0
    const end = () => {
      clearTimeout(timer)
      this.#listeners.delete(listener)
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error(`${waiting.size} dashboards never had ${beginning}`))
    }, msMax)
    const listener = (dashboard: number, text: string) => {
      if (!text.startsWith(beginning)) return
      if (waiting.size === this.#sockets.length) firstAt = performance.now()
      waiting.delete(dashboard)
      if (waiting.size > 0) return
      end()
      resolve({ firstAt, lastAt: performance.now() })
    }
    this.#listeners.add(listener)
    return promise
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      const closed = once(socket, 'close')
      socket.terminate()
      await closed
    }
  }

  #add(socket: WebSocket): void {
    const dashboard = this.#sockets.push(socket) - 1
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1', 0, BEGINNING_LENGTH_MAX)
      if (text === PING) socket.send(PONG)
      for (const listener of this.#listeners) listener(dashboard, text)
    })
  }
}

async function openOne(url: string, token: string | null): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  if (token === null) return socket
  const connected = new Promise<void>((resolve, reject) => {
    const listener = (data: Buffer) => {
      const text = data.toString()
      if (text.startsWith('44')) reject(new Error(`a dashboard was refused: ${text}`))
      if (!text.startsWith(CONNECTED)) return
      socket.off('message', listener)
      resolve()
    }
    socket.on('message', listener)
  })
  socket.send(`${CONNECTED}${JSON.stringify({ token })}`)
  await connected
  return socket
}
