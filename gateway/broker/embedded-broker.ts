import type { EventEmitter } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { Aedes } from 'aedes'
import type { DeviceId } from '#alerting/reading.ts'
import { MQTT_LIMITS } from '#config/limits.ts'
import { BoundedPersistence } from './bounded-persistence.ts'
import type { BrokerContext } from './broker-context.ts'
import type { BrokerOptions } from './broker-options.ts'
import { type BrokerStatus, type CloseReason, createCounters } from './broker-status.ts'
import { type Claim, ConnectionRegistry } from './connection-registry.ts'
import { type ConnectionEnd, DeviceConnection } from './device-connection.ts'
import { InboundBudget } from './inbound-budget.ts'
import { LoginThrottle } from './login-throttle.ts'
import { noFanOut } from './no-fan-out.ts'
import { type AcceptedLogin, type ClientCertificate, PendingLogin } from './pending-login.ts'
import { RunningTime } from './running-time.ts'
import { grantedQosOf, type Session, SessionStore } from './session-store.ts'
import { Transport } from './transport.ts'
import { WaitingRoom } from './waiting-room.ts'

export interface ListenAddress {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** PEM. With `clientCa`, a certificate it signed whose common name is a device id stands for a password. */
export interface TlsListen extends ListenAddress {
  readonly cert: string | Buffer
  readonly key: string | Buffer
  readonly clientCa?: string | Buffer
}

/**
 * What became of a message to a device. `sent`: written to a connection that listens there; `queued`:
 * kept for a session that is away; `queue_full`: there would have been one, without room.
 */
export type PublishOutcome = 'sent' | 'queued' | 'no_subscriber' | 'queue_full'

/**
 * The MQTT 3.1.1 server for devices. Three layers, each of which trusts only what the one before
 * let through:
 *
 * 1. `Transport` and `PendingLogin`: bytes of a stranger, up to the verdict about its CONNECT.
 * 2. `DeviceConnection`: frames of a device, checked one by one; takes what it publishes straight to
 *    `publishReceived` and acknowledges when that has settled.
 * 3. `AedesSession`: aedes, for the messages to the device.
 *
 * What is promised: PUBACK follows `publishReceived`. A device reaches its own topics only. No peer,
 * logged in or not, makes memory grow without a limit of config/limits.ts, or holds up another.
 */
export class EmbeddedBroker {
  readonly #context: BrokerContext
  readonly #aedes: Aedes
  readonly #throttle: LoginThrottle
  readonly #waitingRoom: WaitingRoom
  readonly #connections: ConnectionRegistry
  readonly #logins = new Set<PendingLogin>()
  readonly #farewells = new Set<Transport>()
  readonly #servers: (Server | TlsServer)[] = []
  /** Of our servers, also those that never got as far as a `Transport` (an unfinished TLS handshake). */
  readonly #sockets = new Set<Socket>()
  #started: Promise<void> | null = null
  #stopped: Promise<void> | null = null

  constructor(options: BrokerOptions) {
    const limits = { ...MQTT_LIMITS, ...options.limits }
    const counters = createCounters()
    const sessions = new SessionStore(limits, counters)
    const logger = options.logger.child({ part: 'broker' })
    this.#throttle = new LoginThrottle(limits)
    this.#waitingRoom = new WaitingRoom(limits)
    this.#connections = new ConnectionRegistry(limits)
    this.#aedes = new Aedes({
      concurrency: 0,
      mq: noFanOut(),
      persistence: new BoundedPersistence(sessions),
    })
    // A failure inside aedes must not end the process; the connection it concerns is closed by it.
    const aedes: EventEmitter = this.#aedes
    aedes.on('error', (error: unknown) => logger.error({ err: error }, 'aedes failed'))
    const tell: BrokerContext['tell'] = (run) => {
      try {
        run(options)
      } catch (error) {
        counters.hookFailures += 1
        logger.error({ err: error }, 'a callback of the broker threw')
      }
    }
    this.#context = {
      access: options.access,
      aedes: this.#aedes,
      clock: options.clock,
      counters,
      inbound: new InboundBudget({ limits, backlog: () => options.backlog?.() ?? 0 }),
      limits,
      logger,
      sessions,
      time: new RunningTime(options.clock, () => this.#sweep()),
      publishReceived: (message, depositor, ticket) => {
        try {
          options.publishReceived(message, depositor, ticket)
        } catch (error) {
          depositor.settled(ticket, error)
        }
      },
      refuse: (message) => {
        counters.publishesRefused += 1
        tell(() => options.publishRefused(message))
      },
      tell,
    }
  }

  /** Listens where it is told to; with neither, the broker serves `handleStream` alone. */
  async start(listen: {
    readonly plain: ListenAddress | null
    readonly tls: TlsListen | null
  }): Promise<{ mqttPort: number | null; mqttsPort: number | null }> {
    this.#started ??= this.#aedes.listen()
    await this.#started
    this.#context.time.start()
    const mqttPort = listen.plain && (await this.#listen(this.#plainServer(), listen.plain))
    const mqttsPort = listen.tls && (await this.#listen(this.#tlsServer(listen.tls), listen.tls))
    return { mqttPort, mqttsPort }
  }

  /** Serves MQTT on a stream that somebody else accepted (a WebSocket). */
  handleStream(stream: Duplex, remoteAddress: string): void {
    this.#handle(stream, remoteAddress, null)
  }

  isConnected(deviceId: DeviceId): boolean {
    return this.#connections.ofDevice(deviceId).size > 0
  }

  /** Ends the device's connections: its credential was revoked, it was deleted, an operator asked. */
  disconnectDevice(
    deviceId: DeviceId,
    reason: CloseReason & ('credential_revoked' | 'device_deleted' | 'administrator'),
  ): void {
    for (const connection of [...this.#connections.ofDevice(deviceId)]) connection.close(reason)
    if (reason === 'device_deleted') this.#context.sessions.discardDevice(deviceId)
  }

  /**
   * Sends a message to every session of the device that listens on the topic, at QoS 1 where it asked
   * for it. It reaches no other device, whatever that one has subscribed to. `sent` does not mean
   * received: a command's answer is its reply.
   */
  async publishToDevice(
    deviceId: DeviceId,
    topicName: string,
    payload: Buffer,
  ): Promise<PublishOutcome> {
    const outcomes = await Promise.all(
      [...this.#context.sessions.ofDevice(deviceId)].map((session) =>
        this.#publishToSession(session, topicName, payload),
      ),
    )
    const best = (['sent', 'queued', 'queue_full'] as const).find((it) => outcomes.includes(it))
    return best ?? 'no_subscriber'
  }

  status(): BrokerStatus {
    const { counters, inbound, sessions } = this.#context
    return {
      ...counters,
      closed: { ...counters.closed },
      connections: this.#connections.size,
      connectionsBeforeLogin: this.#logins.size,
      devicesConnected: this.#connections.deviceCount,
      sessionsAway: sessions.awayCount,
      offlineQueueBytes: sessions.queuedBytes,
      inFlightInbound: inbound.messages,
      inFlightInboundBytes: inbound.bytes,
    }
  }

  /**
   * Accepts nobody and takes nothing any more, waits a little for what is on its way to the disk to be
   * acknowledged, and closes every connection.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    const { clock, inbound, limits, time } = this.#context
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    )
    for (const login of [...this.#logins]) login.stop()
    for (const connection of this.#connections.all()) connection.stopReading()
    await new Promise<void>((resolve) => {
      const cancel = clock.wakeAt(clock.nowMs() + limits.stopDurationMsMax, resolve)
      inbound.whenNone(() => {
        cancel()
        resolve()
      })
    })
    await Promise.all([...this.#connections.all()].map((it) => it.endWith('stopping')))
    for (const transport of [...this.#farewells]) transport.destroy()
    for (const socket of this.#sockets) socket.destroy()
    time.stop()
    await Promise.all(closed)
    await this.#started
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()))
  }

  async #publishToSession(
    session: Session,
    topicName: string,
    payload: Buffer,
  ): Promise<PublishOutcome> {
    const granted = grantedQosOf(session, topicName)
    if (granted === null) return 'no_subscriber'
    const qos = granted > 0 ? 1 : 0
    const connection = this.#connections.bySession(session.key)
    if (connection?.session === session) {
      return this.#publishToConnection(connection, { topicName, payload, qos })
    }
    if (!session.isKept || qos === 0) return 'no_subscriber'
    return this.#context.sessions.enqueue(session, { topic: topicName, payload })
      ? 'queued'
      : 'queue_full'
  }

  async #publishToConnection(
    connection: DeviceConnection,
    message: { topicName: string; payload: Buffer; qos: 0 | 1 },
  ): Promise<PublishOutcome> {
    try {
      await connection.publish(message)
    } catch (error) {
      // A device that acknowledges nothing has filled its queue while connected.
      const { deviceId } = connection
      this.#context.logger.warn({ err: error, deviceId }, 'a message to a device was not taken')
      return 'queue_full'
    }
    this.#context.counters.messagesToDevices += 1
    return 'sent'
  }

  #plainServer(): Server {
    const server = createServer({ noDelay: true })
    server.on('connection', (socket: Socket) =>
      this.#handle(socket, socket.remoteAddress ?? '', null),
    )
    return server
  }

  #tlsServer(tls: TlsListen): TlsServer {
    const server = createTlsServer({
      cert: tls.cert,
      key: tls.key,
      minVersion: 'TLSv1.2',
      noDelay: true,
      handshakeTimeout: this.#context.limits.connectDurationMsMax,
      // A device without a certificate of ours still has its password.
      ...(tls.clientCa === undefined
        ? {}
        : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: false }),
    })
    server.on('secureConnection', (socket) =>
      this.#handle(socket, socket.remoteAddress ?? '', certificateOf(socket)),
    )
    server.on('tlsClientError', (error, socket) => {
      this.#context.logger.debug({ err: error, from: socket.remoteAddress }, 'TLS refused')
      socket.destroy()
    })
    return server
  }

  async #listen(server: Server | TlsServer, address: ListenAddress): Promise<number> {
    const { connectionsMax, connectionsBeforeLoginMax } = this.#context.limits
    server.maxConnections = connectionsMax + connectionsBeforeLoginMax
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ ...address, backlog: LISTEN_BACKLOG }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', (error) => this.#context.logger.error({ err: error }, 'listening failed'))
    this.#servers.push(server)
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new TypeError('not a TCP address')
    return bound.port
  }

  #handle(stream: Duplex, remoteAddress: string, certificate: ClientCertificate | null): void {
    this.#context.counters.connectionsAccepted += 1
    const transport = new Transport(stream, {
      remoteAddress,
      time: this.#context.time,
      farewells: this.#farewells,
    })
    if (this.#stopped !== null) {
      transport.destroy()
      return
    }
    const login = new PendingLogin(
      {
        context: this.#context,
        throttle: this.#throttle,
        waitingRoom: this.#waitingRoom,
        isFull: () => this.#connections.size >= this.#context.limits.connectionsMax,
        accepted: (accepted) => this.#admit(accepted),
        ended: (ended) => this.#logins.delete(ended),
      },
      transport,
      certificate,
    )
    this.#logins.add(login)
    login.start()
  }

  #admit(login: AcceptedLogin): void {
    const { counters, time } = this.#context
    const connection = new DeviceConnection(this.#context, login, (it, end) => this.#left(it, end))
    const claim = this.#connections.claim(connection, time.nowMs)
    claim.surplus?.close('too_many_connections')
    if (claim.previous !== null) counters.takeovers += 1
    const gone = claim.previous?.endWith('taken_over') ?? Promise.resolve()
    connection.open(claim.contestedBy === null ? gone : this.#contested(connection, claim, gone))
  }

  /** Two peers that keep throwing each other out are slowed down, and somebody is told. */
  async #contested(connection: DeviceConnection, claim: Claim, gone: Promise<void>): Promise<void> {
    const { clock, limits } = this.#context
    const { deviceId, info } = connection
    const remoteAddresses = claim.contestedBy ?? []
    this.#context.tell((options) =>
      options.identityContested(deviceId, { clientId: info.clientId, remoteAddresses }),
    )
    await gone
    await new Promise<void>((resolve) => {
      clock.wakeAt(clock.nowMs() + limits.takeoverDelayMs, resolve)
    })
  }

  #left(connection: DeviceConnection, end: ConnectionEnd): void {
    const connectionsLeft = this.#connections.remove(connection)
    if (!end.wasOpen) return
    const { reason } = end
    this.#context.logger.debug({ deviceId: connection.deviceId, reason }, 'connection ended')
    this.#context.tell((options) =>
      options.deviceDisconnected(connection.deviceId, {
        ...connection.info,
        reason,
        connectionsLeft,
      }),
    )
  }

  #sweep(): void {
    const { sessions, time } = this.#context
    for (const login of [...this.#logins]) login.sweep(time.nowMs)
    this.#waitingRoom.sweep(time.nowMs)
    for (const connection of this.#connections.all()) connection.sweep(time.nowMs)
    for (const transport of this.#farewells) transport.sweep()
    sessions.sweep(time.nowMs)
  }
}

/** A fleet that comes back at once queues here; the kernel cuts it to its own limit. */
const LISTEN_BACKLOG = 4_096

function certificateOf(socket: TLSSocket): ClientCertificate | null {
  if (!socket.authorized) return null
  const certificate = socket.getPeerCertificate()
  const commonName = certificate.subject?.CN
  if (typeof commonName !== 'string') return null
  return { commonName, fingerprint256: certificate.fingerprint256 }
}
