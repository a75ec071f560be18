import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import { type ServerOptions as WebSocketOptions, WebSocketServer } from 'ws'
import type { Alarm } from '#alerting/alarms/alarm.ts'
import type { AlarmLoad } from '#alerting/annunciation/alarm-load.ts'
import type { Clock } from '#alerting/clock.ts'
import type { Reading } from '#alerting/reading.ts'
import { LIVE_LIMITS } from '#config/limits.ts'
import {
  type AlarmDto,
  type ClientToServerEvents,
  type DeviceEvent,
  type FloodDto,
  type ServerToClientEvents,
  watchRequest,
} from '../contract.ts'
import type { Accounts } from '../registry/accounts.ts'
import { presentAlarm } from '../registry/presentation.ts'
import type { Registry, RegistryChange } from '../registry/registry.ts'
import { maySee } from '../registry/territory.ts'
import type { Principal } from '../registry/types.ts'
import { hasRight } from '../rights.ts'
import { isOwnOrigin, readCookie, SESSION_COOKIE } from '../same-origin.ts'
import { LiveConnection, type LiveSocket, type SnapshotBody } from './live-connection.ts'
import { LiveReadings } from './live-readings.ts'
import { OpenAlarms } from './open-alarms.ts'
import { plainParser } from './plain-encoder.ts'

export interface LiveFeedOptions {
  readonly clock: Clock
  readonly registry: Registry
  readonly accounts: Pick<Accounts, 'session' | 'principalOfToken' | 'onRevoke'>
  readonly allowedOrigins: readonly string[]
  readonly alarmLoad: Pick<AlarmLoad, 'incidentOf' | 'floodOf' | 'floodSettings'>
}

export interface LiveFeedStats {
  readonly connections: number
  /** Screens dropped because they did not take what was sent. */
  readonly dropped: number
}

/** How a connection proved who it is; asked again for as long as it stands. */
type Credential =
  | { readonly kind: 'session'; readonly token: string }
  | { readonly kind: 'token'; readonly token: string }

/**
 * What happens, on the screens of those who may see it, within moments. It is told what has happened
 * already (committed alarms, journaled readings) and never makes the teller wait: a screen that does
 * not keep up is dropped and starts again from a snapshot.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  readonly #io: Server<ClientToServerEvents, ServerToClientEvents>
  readonly #connections = new Map<LiveConnection, Credential>()
  readonly #openAlarms = new OpenAlarms()
  readonly #readings: LiveReadings
  #cancelHeartbeat: (() => void) | null = null
  #endRevocations: (() => void) | null = null
  #dropped = 0

  constructor(options: LiveFeedOptions) {
    this.#options = options
    this.#readings = new LiveReadings(options)
    this.#io = new Server({
      path: '/socket.io',
      transports: ['websocket'],
      serveClient: false,
      parser: plainParser,
      // One message is at most so large, in few pieces, and never compressed: no memory for strangers.
      maxHttpBufferSize: LIVE_LIMITS.messageBytesMax,
      perMessageDeflate: false,
      wsEngine: FewFragments,
      connectTimeout: LIVE_LIMITS.handshakeDurationMsMax,
      pingInterval: LIVE_LIMITS.pingIntervalMs,
      pingTimeout: LIVE_LIMITS.pingTimeoutMs,
      allowRequest: (request, decide) => {
        const refusal = this.#refusalOf(request)
        decide(refusal, refusal === null)
      },
    })
    this.#io.use((socket, next) => {
      const credential = credentialOf(socket)
      next(this.#principalOf(credential) === null ? new Error('unauthenticated') : undefined)
    })
    this.#io.on('connection', (socket) => this.#connect(socket))
  }

  /** `openAlarms`: those that stand now; from here on `alarmChanged` tells the rest. */
  start(server: HttpServer, openAlarms: Iterable<Alarm>): void {
    for (const alarm of openAlarms) this.#openAlarms.apply(alarm)
    this.#io.attach(server)
    this.#endRevocations = this.#options.accounts.onRevoke(() => this.#checkAccess())
    this.#scheduleHeartbeat()
  }

  async stop(): Promise<void> {
    this.#cancelHeartbeat?.()
    this.#endRevocations?.()
    this.#readings.stop()
    this.#io.disconnectSockets(true)
    // Not `io.close()`: that would close the HTTP server too, which others use.
    this.#io.engine?.close()
  }

  /** After the commit, in order. */
  alarmChanged(alarm: Alarm): void {
    this.#openAlarms.apply(alarm)
    let presented: AlarmDto | null = null
    for (const connection of this.#connections.keys()) {
      if (!this.#sees(connection.principal, alarm.organizationId)) continue
      presented ??= this.#present(alarm)
      if (!connection.showAlarm(presented)) this.#drop(connection)
    }
  }

  deviceChanged(event: DeviceEvent): void {
    const organizationId = this.#options.registry.organizationOfDevice(event.deviceId)
    if (organizationId === null) return
    for (const connection of this.#connections.keys()) {
      if (this.#sees(connection.principal, organizationId)) connection.showDevice(event)
    }
  }

  /** Somebody looks at readings of that device now. */
  isWatched(deviceId: string): boolean {
    return this.#readings.isWatched(deviceId)
  }

  /** Readings that are on disk, in the order of the journal. */
  hear(readings: readonly Reading[]): void {
    this.#readings.hear(readings)
  }

  /** What moved to another territory, or was removed, is no longer shown to who watched it. */
  registryChanged(change: RegistryChange): void {
    if (change.action === 'created') return
    for (const connection of this.#connections.keys()) {
      const visible = connection.watchedDeviceIds.filter((id) => this.#seesDevice(connection, id))
      if (visible.length < connection.watchedDeviceIds.length) this.#watch(connection, visible)
    }
  }

  stats(): LiveFeedStats {
    return { connections: this.#connections.size, dropped: this.#dropped }
  }

  #refusalOf(request: IncomingMessage): string | null {
    if (this.#io.engine.clientsCount >= LIVE_LIMITS.connectionsMax) return 'too_many'
    const { host, origin } = request.headers
    return isOwnOrigin({ host, origin }, this.#options.allowedOrigins) ? null : 'foreign_origin'
  }

  #connect(socket: LiveSocket): void {
    const credential = credentialOf(socket)
    const principal = this.#principalOf(credential)
    // The session may have ended between the handshake and now.
    if (credential === null || principal === null) {
      socket.disconnect(true)
      return
    }
    const connection = new LiveConnection({
      socket,
      principal,
      nowMs: () => this.#options.clock.nowMs(),
      snapshot: (viewer) => this.#snapshotFor(viewer),
    })
    this.#connections.set(connection, credential)
    socket.on('disconnect', () => {
      this.#connections.delete(connection)
      this.#readings.unwatch(connection)
    })
    socket.on('resync', () => connection.showSnapshot())
    socket.on('watch', (request, done) => {
      const answer = this.#answerWatch(connection, request)
      if (typeof done === 'function') done(answer)
    })
    connection.showSnapshot()
  }

  /** What comes from a client is anything at all until it is parsed. */
  #answerWatch(connection: LiveConnection, request: unknown): { ok: boolean; error?: string } {
    if (!connection.mayWatchNow()) return { ok: false, error: 'too_many_attempts' }
    const parsed = watchRequest.safeParse(request)
    if (!parsed.success) return { ok: false, error: 'invalid_request' }
    const visible = parsed.data.deviceIds.filter((id) => this.#seesDevice(connection, id))
    this.#watch(connection, visible)
    // Those it may see are watched all the same; the rest it must not tell from what does not exist.
    return visible.length === parsed.data.deviceIds.length
      ? { ok: true }
      : { ok: false, error: 'not_found' }
  }

  #watch(connection: LiveConnection, deviceIds: readonly string[]): void {
    connection.watchedDeviceIds = deviceIds
    this.#readings.watch(connection, deviceIds)
  }

  #snapshotFor(principal: Principal): SnapshotBody {
    const isVisible = (organizationId: string) => this.#sees(principal, organizationId)
    const { alarms, total } = this.#openAlarms.page(isVisible, LIVE_LIMITS.snapshotAlarmsMax)
    return {
      at: this.#now(),
      alarms: alarms.map((alarm) => this.#present(alarm)),
      openTotal: total,
      counts: this.#openAlarms.counts(isVisible),
      flood: this.#floodOf(principal),
    }
  }

  #present(alarm: Alarm): AlarmDto {
    const { registry, alarmLoad } = this.#options
    return presentAlarm(alarm, registry, alarmLoad.incidentOf(alarm.id))
  }

  /** The operator position of an account is its territory. */
  #floodOf({ organizationId }: Principal): FloodDto {
    const { alarmLoad } = this.#options
    const { windowMs, startsAbove, endsBelow } = alarmLoad.floodSettings
    const { recent, sinceMs } = alarmLoad.floodOf(organizationId)
    const since = sinceMs === null ? null : new Date(sinceMs).toISOString()
    return { recent, since, startsAbove, endsBelow, windowSeconds: windowMs / 1_000 }
  }

  #scheduleHeartbeat(): void {
    const atMs = this.#options.clock.nowMs() + LIVE_LIMITS.heartbeatIntervalMs
    this.#cancelHeartbeat = this.#options.clock.wakeAt(atMs, () => {
      this.#checkAccess()
      this.#beat()
      this.#scheduleHeartbeat()
    })
  }

  /** Counts are the same for all who see the same part of the district. */
  #beat(): void {
    const at = this.#now()
    const countsOf = new Map<string | null, ReturnType<OpenAlarms['counts']>>()
    for (const connection of [...this.#connections.keys()]) {
      if (connection.isStalled()) {
        this.#drop(connection)
        continue
      }
      const { principal } = connection
      let counts = countsOf.get(principal.organizationId)
      if (counts === undefined) {
        counts = this.#openAlarms.counts((id) => this.#sees(principal, id))
        countsOf.set(principal.organizationId, counts)
      }
      connection.showHeartbeat({ at, counts, flood: this.#floodOf(principal) })
    }
  }

  /** Sessions end, tokens are withdrawn, accounts move to another territory. */
  #checkAccess(): void {
    for (const [connection, credential] of [...this.#connections]) {
      const principal = this.#principalOf(credential)
      if (principal === null) {
        connection.drop()
      } else if (principal.organizationId !== connection.principal.organizationId) {
        connection.principal = principal
        this.#watch(connection, [])
        connection.showSnapshot()
      }
    }
  }

  #principalOf(credential: Credential | null): Principal | null {
    if (credential === null) return null
    const { accounts } = this.#options
    const principal =
      credential.kind === 'session'
        ? (accounts.session(credential.token)?.principal ?? null)
        : accounts.principalOfToken(credential.token)
    return principal !== null && hasRight(principal, 'read') ? principal : null
  }

  #sees(principal: Principal, organizationId: string): boolean {
    return maySee(this.#options.registry, principal, organizationId)
  }

  #seesDevice(connection: LiveConnection, deviceId: string): boolean {
    const organizationId = this.#options.registry.organizationOfDevice(deviceId)
    return organizationId !== null && this.#sees(connection.principal, organizationId)
  }

  #drop(connection: LiveConnection): void {
    this.#dropped += 1
    connection.drop()
  }

  #now(): string {
    return new Date(this.#options.clock.nowMs()).toISOString()
  }
}

/** A token in the handshake is a program's; a browser sends its cookie by itself. */
function credentialOf(socket: LiveSocket): Credential | null {
  const token: unknown = socket.handshake.auth.token
  if (token !== undefined) {
    return typeof token === 'string' && token.length <= 512 ? { kind: 'token', token } : null
  }
  const cookie = readCookie(socket.handshake.headers.cookie, SESSION_COOKIE)
  return cookie === null ? null : { kind: 'session', token: cookie }
}

/** engine.io does not hand these bounds on: ws would take a message in thousands of pieces. */
class FewFragments extends WebSocketServer {
  constructor(options: WebSocketOptions) {
    super({
      ...options,
      maxFragments: LIVE_LIMITS.messageFragmentsMax,
      maxBufferedChunks: LIVE_LIMITS.messageChunksMax,
    } as WebSocketOptions)
  }
}
