import { io } from 'socket.io-client'
import type { AlarmEvent, DeviceEvent, LiveReading, Snapshot } from '#gateway/contract.ts'
import type { LiveSocket } from '../demo/first-alarms.ts'

export interface Recorded<Event> {
  readonly event: Event
  /** `performance.now()` when it arrived here. */
  readonly arrivedAt: number
}

/** A dashboard without a screen: keeps every event of the live feed and lets a test wait for one. */
export class LiveRecorder {
  readonly socket: LiveSocket
  readonly alarms: Recorded<AlarmEvent>[] = []
  readonly readings: Recorded<LiveReading>[] = []
  readonly devices: Recorded<DeviceEvent>[] = []
  readonly snapshots: Snapshot[] = []
  readonly #waiting = new Set<() => void>()

  private constructor(socket: LiveSocket) {
    this.socket = socket
    socket.on('snapshot', (snapshot) => this.#keep(() => this.snapshots.push(snapshot)))
    socket.on('alarm', (event) =>
      this.#keep(() => this.alarms.push({ event, arrivedAt: performance.now() })),
    )
    socket.on('device', (event) =>
      this.#keep(() => this.devices.push({ event, arrivedAt: performance.now() })),
    )
    socket.on('reading', (events) =>
      this.#keep(() => {
        const arrivedAt = performance.now()
        for (const event of events) this.readings.push({ event, arrivedAt })
      }),
    )
  }

  /** Connects with a session's cookie (`extraHeaders`) or a token, and waits for the first snapshot. */
  static async open(
    url: string,
    credentials: { readonly token: string } | { readonly headers: Record<string, string> },
  ): Promise<LiveRecorder> {
    const socket: LiveSocket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      ...('token' in credentials
        ? { auth: { token: credentials.token } }
        : { extraHeaders: credentials.headers }),
    })
    const recorder = new LiveRecorder(socket)
    const refused = Promise.withResolvers<never>()
    socket.once('connect_error', refused.reject)
    await Promise.race([
      recorder.until('the first snapshot', () => recorder.snapshots.length > 0),
      refused.promise,
    ])
    socket.off('connect_error', refused.reject)
    return recorder
  }

  /** Resolves with what `find` answers, once that is neither undefined nor false. */
  async until<Found>(
    what: string,
    find: () => Found | undefined | false,
    timeoutMs = 15_000,
  ): Promise<Found> {
    const { promise, resolve, reject } = Promise.withResolvers<Found>()
    const look = () => {
      const found = find()
      if (found !== undefined && found !== false) resolve(found)
    }
    const timer = setTimeout(() => {
      const seen = this.alarms.map(({ event }) => `${event.grade} ${event.state}`).join(', ')
      reject(new Error(`never came: ${what}. Alarm events: ${seen || 'none'}`))
    }, timeoutMs)
    this.#waiting.add(look)
    look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(look)
    }
  }

  /** The first alarm event that fits, from those that have come or will come. */
  async alarm(
    what: string,
    fits: (alarm: AlarmEvent) => boolean,
    timeoutMs?: number,
  ): Promise<Recorded<AlarmEvent>> {
    return await this.until(what, () => this.alarms.find(({ event }) => fits(event)), timeoutMs)
  }

  close(): void {
    this.socket.close()
  }

  #keep(record: () => void): void {
    record()
    for (const look of this.#waiting) look()
  }
}
