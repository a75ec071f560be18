import type { DeviceId } from '#alerting/reading.ts'
import type { BrokerContext } from './broker-context.ts'
import type { CloseReason } from './broker-status.ts'
import { CONNECT_RETURN_CODE, type ConnectPacket, readConnect } from './connect-packet.ts'
import { admitBeforeLogin, headBytesOf } from './frame-admission.ts'
import { type Frame, FrameReader } from './frame-reader.ts'
import type { LoginThrottle } from './login-throttle.ts'
import { connackBytes } from './packet-bytes.ts'
import type { Transport } from './transport.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** Of a client certificate that was verified. */
export interface ClientCertificate {
  readonly commonName: string
  readonly fingerprint256: string
}

export interface AcceptedLogin {
  readonly deviceId: DeviceId
  readonly packet: ConnectPacket
  readonly transport: Transport
  /** Holds what the client sent right after its CONNECT. */
  readonly reader: FrameReader
}

export interface LoginHost {
  readonly context: BrokerContext
  readonly throttle: LoginThrottle
  readonly waitingRoom: WaitingRoom
  readonly isFull: () => boolean
  readonly accepted: (login: AcceptedLogin) => void
  /** The attempt is over, either way. */
  readonly ended: (login: PendingLogin) => void
}

type Verdict =
  | { readonly kind: 'device'; readonly deviceId: DeviceId }
  | { readonly kind: 'stranger'; readonly returnCode: number; readonly wasLookedAt: boolean }
  | { readonly kind: 'cannot_tell' }

/**
 * A connection until it is known whose it is. Of the broker nothing else exists for it yet: no
 * session, no parser, no client in aedes.
 *
 * | state   | holds                                                | left by                        |
 * | ------- | ---------------------------------------------------- | ------------------------------ |
 * | waiting | at most one CONNECT's bytes; in the waiting room     | CONNECT → judging; time; evict |
 * | judging | not read any more; the application is asked          | verdict; time → CONNACK 3      |
 * | refused | the CONNACK waits for its delay; in the waiting room | time → CONNACK; evict          |
 * | over    | the transport is somebody else's, or closed          | –                              |
 */
export class PendingLogin {
  readonly remoteAddress: string
  readonly #host: LoginHost
  readonly #transport: Transport
  readonly #certificate: ClientCertificate | null
  readonly #reader: FrameReader
  #state: 'waiting' | 'judging' | 'refused' | 'over' = 'waiting'
  #deadlineMs: number
  #refusalCode = 0

  constructor(host: LoginHost, transport: Transport, certificate: ClientCertificate | null) {
    const { limits, time } = host.context
    this.#host = host
    this.#transport = transport
    this.#certificate = certificate
    this.remoteAddress = transport.remoteAddress
    this.#deadlineMs = time.nowMs + limits.connectDurationMsMax
    this.#reader = new FrameReader({
      admit: admitBeforeLogin(limits),
      headBytes: headBytesOf(limits),
    })
  }

  start(): void {
    this.#host.waitingRoom.enter(this, this.#host.context.time.nowMs)
    this.#transport.listenBy({
      received: (chunk) => this.#received(chunk),
      lost: () => this.#lost(),
      drained: () => undefined,
    })
  }

  /** Makes room for somebody in the waiting room. */
  evict(): void {
    this.#close('evicted')
  }

  stop(): void {
    this.#close('stopping')
  }

  sweep(nowMs: number): void {
    if (nowMs < this.#deadlineMs) return
    if (this.#state === 'waiting') this.#close('connect_timeout')
    else if (this.#state === 'judging') {
      this.#answer(CONNECT_RETURN_CODE.serverUnavailable, 'authenticate_timeout')
    } else if (this.#state === 'refused') this.#answer(this.#refusalCode, 'login_refused')
  }

  /** While it is being judged the verdict still counts: more than the CONNECT may have arrived. */
  #lost(): void {
    if (this.#state !== 'judging') this.#close('connection_lost')
  }

  #received(chunk: Buffer): void {
    if (this.#state !== 'waiting') return
    this.#reader.push(chunk)
    const frame = this.#reader.next()
    if (frame === 'incomplete') return
    if (typeof frame === 'string') this.#close('protocol_violation')
    else this.#judge(frame)
  }

  #judge(frame: Frame): void {
    const { limits, time, logger } = this.#host.context
    const reading = readConnect(frame, limits)
    if (reading.outcome === 'violation') {
      logger.debug({ violation: reading.violation, from: this.remoteAddress }, 'bad CONNECT')
      this.#close('protocol_violation')
      return
    }
    if (reading.outcome === 'refused') {
      this.#answer(reading.returnCode, 'login_refused')
      return
    }
    this.#state = 'judging'
    this.#transport.pause()
    this.#host.waitingRoom.leave(this)
    this.#deadlineMs = time.nowMs + limits.authenticateDurationMsMax
    // Nothing in here rejects: #identify turns every failure into a verdict.
    void this.#identify(reading.packet).then((verdict) => this.#decide(verdict, reading.packet))
  }

  async #identify(packet: ConnectPacket): Promise<Verdict> {
    const { remoteAddress } = this
    const { access, logger, time } = this.#host.context
    const certificate = this.#certificate
    const { badUsernameOrPassword, notAuthorized } = CONNECT_RETURN_CODE
    try {
      if (certificate !== null) {
        const { commonName } = certificate
        if (packet.username !== null && packet.username !== commonName) {
          return { kind: 'stranger', returnCode: notAuthorized, wasLookedAt: true }
        }
        const deviceId = await access.authenticateCertificate({ ...certificate, remoteAddress })
        if (deviceId !== null) return { kind: 'device', deviceId }
        return { kind: 'stranger', returnCode: notAuthorized, wasLookedAt: true }
      }
      const { username, password } = packet
      if (username === null || password === null) {
        return { kind: 'stranger', returnCode: notAuthorized, wasLookedAt: true }
      }
      const attempt = { remoteAddress, username, password }
      if (!this.#host.throttle.admit(attempt, time.nowMs)) {
        return { kind: 'stranger', returnCode: badUsernameOrPassword, wasLookedAt: false }
      }
      const deviceId = await access.authenticate(attempt)
      if (deviceId === null) {
        return { kind: 'stranger', returnCode: badUsernameOrPassword, wasLookedAt: true }
      }
      this.#host.throttle.succeeded(attempt)
      return { kind: 'device', deviceId }
    } catch (error) {
      this.#host.context.counters.hookFailures += 1
      logger.error({ err: error }, 'a log-in could not be judged')
      return { kind: 'cannot_tell' }
    }
  }

  #decide(verdict: Verdict, packet: ConnectPacket): void {
    if (this.#state !== 'judging') return
    const { serverUnavailable } = CONNECT_RETURN_CODE
    if (verdict.kind === 'cannot_tell') this.#answer(serverUnavailable, 'broker_error')
    else if (verdict.kind === 'stranger') this.#refuse(verdict, packet)
    else if (this.#host.isFull()) this.#answer(serverUnavailable, 'too_many_connections')
    else this.#accept(verdict.deviceId, packet)
  }

  #accept(deviceId: DeviceId, packet: ConnectPacket): void {
    this.#state = 'over'
    this.#host.context.counters.loginsAccepted += 1
    this.#host.ended(this)
    this.#host.accepted({ deviceId, packet, transport: this.#transport, reader: this.#reader })
  }

  #refuse(verdict: Verdict & { kind: 'stranger' }, packet: ConnectPacket): void {
    const { counters, logger, time } = this.#host.context
    counters.loginsRefused += 1
    if (!verdict.wasLookedAt) counters.loginsRefusedUnseen += 1
    const { delayMs, failures } = this.#host.throttle.failed(this.remoteAddress, time.nowMs)
    // One line for the 1st, 2nd, 4th, 8th … failure: a guesser cannot fill the disk with our log.
    if ((failures & (failures - 1)) === 0) {
      const username = packet.username?.slice(0, 64)
      logger.warn({ from: this.remoteAddress, username, failures }, 'log-in refused')
    }
    this.#state = 'refused'
    this.#refusalCode = verdict.returnCode
    this.#deadlineMs = time.nowMs + delayMs
    this.#host.waitingRoom.enter(this, time.nowMs)
  }

  #answer(returnCode: number, reason: CloseReason): void {
    if (!this.#leave(reason)) return
    this.#transport.finish(connackBytes(false, returnCode))
  }

  #close(reason: CloseReason): void {
    if (this.#leave(reason)) this.#transport.destroy()
  }

  #leave(reason: CloseReason): boolean {
    if (this.#state === 'over') return false
    this.#state = 'over'
    this.#host.context.counters.closed[reason] += 1
    this.#host.waitingRoom.leave(this)
    this.#host.ended(this)
    return true
  }
}
