import type { DeviceId } from '#alerting/reading.ts'
import { type TopicRights, topicRightsOf } from './access.ts'
import { AedesSession } from './aedes-session.ts'
import type { BrokerContext } from './broker-context.ts'
import type { ConnectionInfo } from './broker-options.ts'
import type { CloseReason } from './broker-status.ts'
import { CONNECT_RETURN_CODE } from './connect-packet.ts'
import { admitAfterLogin } from './frame-admission.ts'
import { type Frame, type FrameReader, PACKET_TYPE } from './frame-reader.ts'
import { InboundPublishes } from './inbound-publishes.ts'
import { connackBytes, PINGRESP, subackBytes, unsubackBytes } from './packet-bytes.ts'
import {
  checkEmpty,
  checkFlags,
  readPacketIdentifier,
  readSubscribe,
  readUnsubscribe,
} from './packet-check.ts'
import type { Violation } from './packet-cursor.ts'
import type { AcceptedLogin } from './pending-login.ts'
import type { Session } from './session-store.ts'
import { subscribe } from './subscribe.ts'
import type { Transport } from './transport.ts'
import { Will } from './will.ts'

const KEEP_ALIVE_GRACE = 1.5

export interface ConnectionEnd {
  readonly reason: CloseReason
  /** Whether `deviceConnected` had been told. */
  readonly wasOpen: boolean
}

/**
 * One connection of a device that has logged in.
 *
 * | state   | holds                                             | left by                           |
 * | ------- | ------------------------------------------------- | --------------------------------- |
 * | opening | counted for its device; its client id is claimed; | `open` ends → open, or ending if  |
 * |         | nothing read; aedes is taking its CONNECT         | `close` was asked for meanwhile   |
 * | open    | CONNACK sent; frames are handled in order         | `close` → ending                  |
 * | ending  | what is settled is being answered                 | at once → closed                  |
 * | closed  | transport gone or going; aedes told; session left | –                                 |
 *
 * While open it is *held* — not read — for one of two causes: too much of it is not durable yet (here
 * or over all connections), or the device does not take what we answer. Only the second counts as
 * silence. Every reason to end is given once, to `close`.
 */
export class DeviceConnection {
  readonly deviceId: DeviceId
  readonly sessionKey: string
  readonly info: ConnectionInfo
  readonly #context: BrokerContext
  readonly #transport: Transport
  readonly #reader: FrameReader
  readonly #rights: TopicRights
  readonly #aedesSession: AedesSession
  readonly #cleanSession: boolean
  readonly #will: Will
  readonly #idleMsMax: number
  readonly #ended: (connection: DeviceConnection, end: ConnectionEnd) => void
  #state: 'opening' | 'open' | 'ending' | 'closed' = 'opening'
  #closeReason: CloseReason | null = null
  #opened: Promise<void> = Promise.resolve()
  #session: Session | null = null
  #publishes: InboundPublishes | null = null
  #wasOpen = false
  #isHeld = false
  #isStopped = false
  #isLost = false
  #lastActiveMs: number
  readonly #goOn = () => this.#release()

  constructor(
    context: BrokerContext,
    login: AcceptedLogin,
    ended: (connection: DeviceConnection, end: ConnectionEnd) => void,
  ) {
    const { packet, deviceId, transport } = login
    this.#context = context
    this.#transport = transport
    this.#reader = login.reader
    this.#ended = ended
    this.deviceId = deviceId
    const clientId = packet.clientId === '' ? `auto-${crypto.randomUUID()}` : packet.clientId
    this.sessionKey = `${deviceId}/${clientId}`
    this.info = {
      clientId,
      remoteAddress: transport.remoteAddress,
      connectedAtMs: context.clock.nowMs(),
    }
    this.#rights = topicRightsOf(deviceId, context.limits)
    this.#cleanSession = packet.cleanSession
    this.#will = new Will(packet.willMessage, {
      context,
      deviceId,
      rights: this.#rights,
      atMs: this.info.connectedAtMs,
    })
    this.#idleMsMax = idleMsMaxOf(packet.keepAliveSeconds, context)
    this.#lastActiveMs = context.time.nowMs
    this.#aedesSession = new AedesSession({
      aedes: context.aedes,
      write: (bytes) => this.#write(bytes),
      accepted: () => this.#accepted(),
      failed: () => this.close('broker_error'),
    })
  }

  get lastActiveMs(): number {
    return this.#lastActiveMs
  }

  /** Null until CONNACK, and after the end. */
  get session(): Session | null {
    return this.#closeReason === null ? this.#session : null
  }

  /** Sends the CONNACK, once `ready` allows: whoever had this client id before has gone. */
  open(ready: Promise<void>): void {
    this.#transport.pause()
    this.#transport.listenBy({
      received: (chunk) => this.#received(chunk),
      lost: () => this.#lost(),
      drained: () => this.#release(),
    })
    this.#opened = this.#open(ready)
  }

  /** Resolves when nothing of this connection is left, so that its client id may be used again. */
  async endWith(reason: CloseReason): Promise<void> {
    this.close(reason)
    await this.#opened
    await this.#aedesSession.close()
  }

  close(reason: CloseReason): void {
    this.#closeReason ??= reason
    // aedes must not be left half-way through a CONNECT; #open comes to its end with this.
    if (this.#state === 'open') this.#end(this.#closeReason)
  }

  /** Takes nothing more; what was taken is still answered. */
  stopReading(): void {
    this.#isStopped = true
    this.#transport.pause()
  }

  sweep(nowMs: number): void {
    if (this.#state !== 'open') return
    // A device that waits for our disk is not silent.
    if (this.#isHeld && !this.#transport.isBackedUp) this.#lastActiveMs = nowMs
    if (nowMs - this.#lastActiveMs > this.#idleMsMax) this.close('keep_alive_expired')
  }

  async publish(message: { topicName: string; payload: Buffer; qos: 0 | 1 }): Promise<void> {
    await this.#aedesSession.publish(message)
  }

  async #open(ready: Promise<void>): Promise<void> {
    await ready
    if (this.#closeReason === null) {
      try {
        await this.#aedesSession.open({
          sessionKey: this.sessionKey,
          cleanSession: this.#cleanSession,
        })
        this.#state = 'open'
      } catch (error) {
        this.#closeReason ??= 'broker_error'
        this.#context.logger.error({ err: error, deviceId: this.deviceId }, 'session not opened')
      }
    }
    if (this.#closeReason !== null) {
      this.#end(this.#closeReason)
      return
    }
    this.#wasOpen = true
    this.#context.tell((options) => options.deviceConnected(this.deviceId, this.info))
    if (this.#isLost) this.#lost()
    else this.#release()
  }

  /**
   * The line is gone. What has arrived is still taken — a client may say CONNECT, PUBLISH and
   * DISCONNECT in one breath and hang up — and only a DISCONNECT among it drops the will.
   */
  #lost(): void {
    this.#isLost = true
    if (this.#state !== 'open') return
    this.#handleFrames()
    this.close('connection_lost')
  }

  /** aedes has the client; the session it does not know about is opened and named in the CONNACK. */
  #accepted(): void {
    const { session, sessionPresent } = this.#context.sessions.open({
      key: this.sessionKey,
      deviceId: this.deviceId,
      cleanSession: this.#cleanSession,
    })
    this.#session = session
    this.#publishes = new InboundPublishes({
      context: this.#context,
      deviceId: this.deviceId,
      rights: this.#rights,
      session,
      write: (bytes) => this.#write(bytes),
      close: (reason) => this.close(reason),
      roomAgain: () => this.#release(),
    })
    this.#reader.admitBy(admitAfterLogin(this.#context.limits))
    this.#write(connackBytes(sessionPresent, CONNECT_RETURN_CODE.accepted))
  }

  #received(chunk: Buffer): void {
    this.#lastActiveMs = this.#context.time.nowMs
    this.#reader.push(chunk)
    this.#handleFrames()
  }

  #release(): void {
    if (this.#state !== 'open') return
    this.#isHeld = false
    this.#handleFrames()
    if (!this.#isHeld && this.#state === 'open') this.#transport.resume()
  }

  #handleFrames(): void {
    const arrivedAtMs = this.#context.clock.nowMs()
    let bytesTaken = 0
    while (this.#state === 'open' && !this.#holdIfNeeded(bytesTaken)) {
      const frame = this.#reader.next()
      if (frame === 'incomplete') return
      if (typeof frame !== 'string') bytesTaken += frame.end - frame.start
      const violation = typeof frame === 'string' ? frame : this.#handle(frame, arrivedAtMs)
      if (violation !== null) this.#violated(violation)
    }
  }

  #holdIfNeeded(bytesTaken: number): boolean {
    // At most what one read brought: there will be no more.
    if (this.#isLost) return false
    const { inbound } = this.#context
    if (this.#isStopped) this.#isHeld = true
    else if (inbound.isSpent || inbound.isShareSpent(bytesTaken)) {
      if (!this.#isHeld) inbound.whenAvailable(this.#goOn)
      this.#isHeld = true
    } else if (this.#publishes?.isFull || this.#transport.isBackedUp) this.#isHeld = true
    if (this.#isHeld) this.#transport.pause()
    return this.#isHeld
  }

  #handle(frame: Frame, arrivedAtMs: number): Violation | null {
    const wrongFlags = checkFlags(frame)
    if (wrongFlags !== null) return wrongFlags
    switch (frame.type) {
      case PACKET_TYPE.publish:
        return this.#publishes?.publish(frame, arrivedAtMs) ?? null
      case PACKET_TYPE.puback:
      case PACKET_TYPE.pubrec:
      case PACKET_TYPE.pubrel:
      case PACKET_TYPE.pubcomp:
        this.#countInTurn(frame, 1)
        return this.#handleAcknowledgement(frame)
      case PACKET_TYPE.subscribe:
        return this.#handleSubscribe(frame)
      case PACKET_TYPE.unsubscribe:
        return this.#handleUnsubscribe(frame)
      case PACKET_TYPE.pingreq:
        this.#countInTurn(frame, 1)
        if (frame.end === frame.start) this.#write(PINGRESP)
        return checkEmpty(frame)
      case PACKET_TYPE.disconnect:
        return this.#handleDisconnect(frame)
      case PACKET_TYPE.connect:
        return 'second_connect'
      default:
        return 'server_packet'
    }
  }

  /** A PUBLISH is counted by `InboundPublishes`; all else is to wait its turn in the same way. */
  #countInTurn(frame: Frame, messages: number): void {
    this.#context.inbound.handle(frame.end - frame.start, messages)
  }

  #handleAcknowledgement(frame: Frame): Violation | null {
    const packet = readPacketIdentifier(frame)
    if (typeof packet === 'string') return packet
    if (frame.type === PACKET_TYPE.puback) this.#aedesSession.acknowledged(packet.packetIdentifier)
    if (frame.type === PACKET_TYPE.pubrel) this.#publishes?.release(packet.packetIdentifier)
    // We send nothing at QoS 2, so a PUBREC or PUBCOMP answers nothing.
    return null
  }

  #handleSubscribe(frame: Frame): Violation | null {
    const packet = readSubscribe(frame)
    if (typeof packet === 'string') return packet
    this.#countInTurn(frame, packet.subscriptions.length)
    if (this.#session === null) return null
    const returnCodes = subscribe(packet.subscriptions, {
      subscriptions: this.#session.subscriptions,
      rights: this.#rights,
      context: this.#context,
    })
    this.#write(subackBytes(packet.packetIdentifier, returnCodes))
    return null
  }

  #handleUnsubscribe(frame: Frame): Violation | null {
    const packet = readUnsubscribe(frame)
    if (typeof packet === 'string') return packet
    this.#countInTurn(frame, packet.topicFilters.length)
    for (const topicFilter of packet.topicFilters) this.#session?.subscriptions.delete(topicFilter)
    this.#write(unsubackBytes(packet.packetIdentifier))
    return null
  }

  /** [MQTT-3.14.4-3]: the will is dropped. */
  #handleDisconnect(frame: Frame): Violation | null {
    const violation = checkEmpty(frame)
    if (violation !== null) return violation
    this.#will.drop()
    this.close('disconnected')
    return null
  }

  #violated(violation: Violation): void {
    this.#context.logger.info({ deviceId: this.deviceId, violation }, 'protocol violation')
    this.close('protocol_violation')
  }

  #write(bytes: Buffer): void {
    if (this.#state === 'closed') return
    this.#transport.write(bytes)
    if (this.#transport.backlogBytes > this.#context.limits.subscriberBacklogBytesMax) {
      this.close('slow_reader')
    }
  }

  #end(reason: CloseReason): void {
    this.#state = 'ending'
    // What is settled was promised: it is said before the line goes.
    this.#publishes?.flush()
    this.#state = 'closed'
    this.#context.counters.closed[reason] += 1
    if (reason === 'protocol_violation' || reason === 'slow_reader') this.#transport.destroy()
    else this.#transport.finish(null)
    if (this.#session !== null)
      this.#context.sessions.leave(this.#session, this.#context.time.nowMs)
    this.#will.publish(reason)
    this.#ended(this, { reason, wasOpen: this.#wasOpen })
    void this.#aedesSession.close()
  }
}

function idleMsMaxOf(keepAliveSeconds: number, context: BrokerContext): number {
  const { idleDurationMsMax, keepAliveSecondsMax } = context.limits
  if (keepAliveSeconds === 0) return idleDurationMsMax
  // [MQTT-3.1.2-24]
  return Math.min(keepAliveSeconds, keepAliveSecondsMax) * 1_000 * KEEP_ALIVE_GRACE
}
