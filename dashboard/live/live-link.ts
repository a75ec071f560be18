import { io, type Socket } from 'socket.io-client'
import type {
  AlarmEvent,
  ClientToServerEvents,
  DeviceEvent,
  LiveReading,
  ServerToClientEvents,
} from '../../gateway/contract.ts'
import type { Store } from '../store/store.ts'
import type { LiveChange, LiveState } from './live-state.ts'

export type LiveStore = Store<LiveState, LiveChange>
type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>

/**
 * The gateway says something every two seconds. One word missed and most of a period on top: the
 * link is treated as down, so that the banner stands within five seconds of a cut cable, also on a
 * machine that is busy.
 */
const SILENCE_MS_MAX = 3_500
const WATCHDOG_INTERVAL_MS = 250
/** Deltas are applied together, so that a storm redraws the list ten times a second and not ten thousand … */
const BATCH_INTERVAL_MS = 100
/** … or less often where drawing takes longer: a slow desk has as much time left for keys as it draws. */
const BATCH_INTERVAL_MS_MAX = 1_000
/** A browser that was asleep gets a fresh snapshot instead of working off all this. */
const WAITING_EVENTS_MAX = 20_000
const WATCHED_DEVICES_MAX = 200
const REFUSED_DELAY_MS = 2_000

/**
 * Owns the socket: hands what comes to the live store, asks for a snapshot after a gap, and notices
 * a link that is open but dead. Comes back after any end but `stop`; the gateway answers each
 * connection with a snapshot.
 */
export class LiveLink {
  readonly #store: LiveStore
  readonly #onRefused: () => void
  readonly #token: string | null
  readonly #readingListeners = new Set<(readings: readonly LiveReading[]) => void>()
  readonly #watches = new Map<symbol, readonly string[]>()
  #socket: LiveSocket | null = null
  #watchdog: ReturnType<typeof setInterval> | null = null
  #batchTimer: ReturnType<typeof setTimeout> | null = null
  #alarms: AlarmEvent[] = []
  #devices: DeviceEvent[] = []
  #heardAtMs = 0
  #batchIntervalMs = BATCH_INTERVAL_MS

  constructor(options: {
    readonly store: LiveStore
    /** The gateway does not want this connection: the session may have ended. */
    readonly onRefused: () => void
    readonly token?: string | null
  }) {
    this.#store = options.store
    this.#token = options.token ?? null
    this.#onRefused = options.onRefused
  }

  start(): void {
    if (this.#socket !== null) return
    const socket: LiveSocket = io({
      path: '/socket.io',
      transports: ['websocket'],
      // A wall has a token of its own; a browser sends its cookie by itself.
      ...(this.#token === null ? {} : { auth: { token: this.#token } }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 3_000,
      timeout: 5_000,
    })
    this.#socket = socket
    this.#listen(socket)
    this.#watchdog = setInterval(() => this.#checkSilence(), WATCHDOG_INTERVAL_MS)
  }

  stop(): void {
    this.#socket?.disconnect()
    this.#socket = null
    if (this.#watchdog !== null) clearInterval(this.#watchdog)
    this.#watchdog = null
    if (this.#batchTimer !== null) clearTimeout(this.#batchTimer)
    this.#batchTimer = null
    this.#alarms = []
    this.#devices = []
  }

  /** Asks for the readings of these devices until the returned function is called. */
  watch(
    deviceIds: readonly string[],
    listener: (readings: readonly LiveReading[]) => void,
  ): () => void {
    const key = Symbol('watch')
    this.#watches.set(key, deviceIds)
    this.#readingListeners.add(listener)
    this.#sendWatch()
    return () => {
      this.#watches.delete(key)
      this.#readingListeners.delete(listener)
      this.#sendWatch()
    }
  }

  #listen(socket: LiveSocket): void {
    socket.on('connect', () => this.#sendWatch())
    for (const end of ['disconnect', 'connect_error'] as const) {
      socket.on(end, () => {
        this.#lose({ isCut: true })
        if (!socket.active) this.#connectAnew(socket)
      })
    }
    socket.on('snapshot', (snapshot) => {
      this.#heard()
      this.#flush()
      this.#store.dispatch({ type: 'snapshot', snapshot, nowMs: Date.now() })
    })
    socket.on('alarm', (event) => {
      this.#heard()
      this.#alarms.push(event)
      this.#scheduleFlush()
      // Red does not wait for company, however much comes behind it.
      if (event.grade === 1 && event.state === 'unacknowledged') this.#flush()
    })
    socket.on('device', (event) => {
      this.#heard()
      this.#devices.push(event)
      this.#scheduleFlush()
    })
    socket.on('heartbeat', (heartbeat) => {
      this.#heard()
      this.#flush()
      this.#store.dispatch({ type: 'heartbeat', heartbeat, nowMs: Date.now() })
      // A request for a snapshot that got lost is repeated.
      if (this.#store.state().needsSnapshot) socket.emit('resync')
    })
    socket.on('reading', (readings) => {
      this.#heard()
      for (const listener of this.#readingListeners) listener(readings)
    })
  }

  /**
   * Socket.IO comes back by itself from what the network does, not from what the gateway decided: a connection refused, or
   * ended in order, because the session is over, the screen was too slow, or the gateway stopped.
   */
  #connectAnew(socket: LiveSocket): void {
    this.#onRefused()
    setTimeout(() => this.#socket === socket && socket.connect(), REFUSED_DELAY_MS)
  }

  #heard(): void {
    this.#heardAtMs = Date.now()
  }

  #lose(how: { readonly isCut: boolean }): void {
    this.#flush()
    this.#store.dispatch({ type: 'lost', ...how })
  }

  #checkSilence(): void {
    const isLive = this.#store.state().link === 'live'
    if (isLive && Date.now() - this.#heardAtMs > SILENCE_MS_MAX) this.#lose({ isCut: false })
  }

  #scheduleFlush(): void {
    if (this.#alarms.length + this.#devices.length > WAITING_EVENTS_MAX) {
      this.#alarms = []
      this.#devices = []
      this.#socket?.emit('resync')
      return
    }
    this.#batchTimer ??= setTimeout(() => this.#flush(), this.#batchIntervalMs)
  }

  #flush(): void {
    if (this.#batchTimer !== null) clearTimeout(this.#batchTimer)
    this.#batchTimer = null
    const alarms = this.#alarms
    const devices = this.#devices
    this.#alarms = []
    this.#devices = []
    if (devices.length > 0) this.#store.dispatch({ type: 'devices', events: devices })
    if (alarms.length === 0) return
    const neededSnapshot = this.#store.state().needsSnapshot
    this.#measureDrawing()
    this.#store.dispatch({ type: 'alarms', events: alarms, nowMs: Date.now() })
    if (!neededSnapshot && this.#store.state().needsSnapshot) this.#socket?.emit('resync')
  }

  /** From the change until the browser has time again. */
  #measureDrawing(): void {
    const startedAt = performance.now()
    setTimeout(() => {
      const drawnMs = performance.now() - startedAt
      this.#batchIntervalMs = Math.min(BATCH_INTERVAL_MS_MAX, Math.max(BATCH_INTERVAL_MS, drawnMs))
    })
  }

  #sendWatch(): void {
    if (this.#socket?.connected !== true) return
    const deviceIds = [...new Set([...this.#watches.values()].flat())].slice(0, WATCHED_DEVICES_MAX)
    // Refused devices simply send nothing; the page shows how old its values are.
    this.#socket.emit('watch', { deviceIds }, () => undefined)
  }
}
