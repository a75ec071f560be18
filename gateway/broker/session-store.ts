import type { DeviceId } from '#alerting/reading.ts'
import type { BrokerCounters } from './broker-status.ts'
import type { MqttLimits } from './limits.ts'
import { matchesTopicFilter } from './topic-filter.ts'

/** A message to a device, in the shape in which aedes hands it over and takes it back. */
export interface QueuedMessage {
  readonly cmd: 'publish'
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 1
  readonly retain: false
  dup: boolean
  /** What aedes knows the message by, until it has a packet identifier. */
  readonly brokerCounter: number
  /** Set when it was sent for the first time. */
  messageId?: number
}

export interface Session {
  /** `{deviceId}/{clientId}`: what one device does to a client id never touches another's. */
  readonly key: string
  readonly deviceId: DeviceId
  /** CleanSession 0: outlives its connection. */
  readonly isKept: boolean
  /** Topic filter to granted QoS. */
  readonly subscriptions: Map<string, number>
  /** Identifiers of QoS 2 messages taken whose PUBREL is outstanding [MQTT-4.3.3-2]. */
  readonly receivedPacketIdentifiers: Set<number>
  /** QoS 1 messages to the device that it has not acknowledged, oldest first. */
  readonly outgoing: QueuedMessage[]
  outgoingBytes: number
  isConnected: boolean
  awaySinceMs: number
}

/** Fixed cost of a queued message beside its payload; an estimate on the high side. */
const MESSAGE_OVERHEAD_BYTES = 200

/**
 * Sessions in memory, all of them bounded: messages and bytes a session, bytes in all, sessions that
 * are away a device and in all, and how long they are kept. Nothing that must not be lost may depend
 * on them; a command is a record elsewhere and this queue only carries it.
 */
export class SessionStore {
  readonly #limits: MqttLimits
  readonly #counters: BrokerCounters
  readonly #sessions = new Map<string, Session>()
  readonly #byDevice = new Map<DeviceId, Set<Session>>()
  /** In the order in which they left. */
  readonly #away = new Set<Session>()
  #queuedBytes = 0
  #lastCounter = 0

  constructor(limits: MqttLimits, counters: BrokerCounters) {
    this.#limits = limits
    this.#counters = counters
  }

  get awayCount(): number {
    return this.#away.size
  }

  get queuedBytes(): number {
    return this.#queuedBytes
  }

  /** [MQTT-3.1.2-4], [MQTT-3.1.2-6]: goes on with a kept session, or begins a new one. */
  open(request: { key: string; deviceId: DeviceId; cleanSession: boolean }): {
    session: Session
    sessionPresent: boolean
  } {
    const known = this.#sessions.get(request.key)
    if (known?.isKept && !request.cleanSession) {
      this.#away.delete(known)
      known.isConnected = true
      return { session: known, sessionPresent: true }
    }
    if (known !== undefined) this.#discard(known)
    const session: Session = {
      key: request.key,
      deviceId: request.deviceId,
      isKept: !request.cleanSession,
      subscriptions: new Map(),
      receivedPacketIdentifiers: new Set(),
      outgoing: [],
      outgoingBytes: 0,
      isConnected: true,
      awaySinceMs: 0,
    }
    this.#sessions.set(session.key, session)
    const same = this.#byDevice.get(session.deviceId)
    if (same === undefined) this.#byDevice.set(session.deviceId, new Set([session]))
    else same.add(session)
    return { session, sessionPresent: false }
  }

  /** The session's connection has ended. */
  leave(session: Session, nowMs: number): void {
    if (!session.isKept) {
      this.#discard(session)
      return
    }
    if (this.#sessions.get(session.key) !== session) return
    session.isConnected = false
    session.awaySinceMs = nowMs
    this.#away.add(session)
    const ofDevice = [...this.ofDevice(session.deviceId)].filter((it) => !it.isConnected)
    if (ofDevice.length > this.#limits.sessionsAwayPerDeviceMax) this.#discardOldest(ofDevice)
    if (this.#away.size > this.#limits.sessionsAwayMax) this.#discardOldest(this.#away)
  }

  discardDevice(deviceId: DeviceId): void {
    for (const session of [...this.ofDevice(deviceId)]) this.#discard(session)
  }

  sweep(nowMs: number): void {
    for (const session of this.#away) {
      if (nowMs - session.awaySinceMs < this.#limits.sessionExpiryMs) return
      this.#discard(session)
    }
  }

  byKey(key: string): Session | undefined {
    return this.#sessions.get(key)
  }

  ofDevice(deviceId: DeviceId): Iterable<Session> {
    return this.#byDevice.get(deviceId) ?? []
  }

  /** False when there is no room; the message was not queued then. */
  enqueue(
    session: Session,
    message: { topic: string; payload: Buffer; brokerCounter?: number },
  ): boolean {
    const bytes = bytesOf(message)
    const fits =
      session.outgoing.length < this.#limits.offlineQueueMessagesMax &&
      session.outgoingBytes + bytes <= this.#limits.offlineQueueBytesMax &&
      this.#queuedBytes + bytes <= this.#limits.offlineQueueBytesTotalMax
    if (!fits) {
      this.#counters.offlineMessagesDropped += 1
      return false
    }
    session.outgoing.push({
      cmd: 'publish',
      topic: message.topic,
      payload: message.payload,
      qos: 1,
      retain: false,
      dup: false,
      // aedes counts its own upwards from 1.
      brokerCounter: message.brokerCounter ?? this.#nextCounter(),
    })
    session.outgoingBytes += bytes
    this.#queuedBytes += bytes
    return true
  }

  /** The device has acknowledged a message. */
  dequeue(session: Session, messageId: number): QueuedMessage | undefined {
    const index = session.outgoing.findIndex((message) => message.messageId === messageId)
    if (index === -1) return undefined
    const [message] = session.outgoing.splice(index, 1)
    if (message !== undefined) this.#release(session, bytesOf(message))
    return message
  }

  #nextCounter(): number {
    this.#lastCounter -= 1
    return this.#lastCounter
  }

  #discardOldest(sessions: Iterable<Session>): void {
    let oldest: Session | undefined
    for (const session of sessions) {
      if (oldest === undefined || session.awaySinceMs < oldest.awaySinceMs) oldest = session
      // The set of all that are away is in this order already.
      if (sessions === this.#away) break
    }
    if (oldest !== undefined) this.#discard(oldest)
  }

  #discard(session: Session): void {
    if (this.#sessions.get(session.key) !== session) return
    this.#sessions.delete(session.key)
    this.#away.delete(session)
    const same = this.#byDevice.get(session.deviceId)
    same?.delete(session)
    if (same?.size === 0) this.#byDevice.delete(session.deviceId)
    this.#counters.offlineMessagesDropped += session.outgoing.length
    this.#release(session, session.outgoingBytes)
    session.outgoing.length = 0
  }

  #release(session: Session, bytes: number): void {
    session.outgoingBytes -= bytes
    this.#queuedBytes -= bytes
  }
}

/** The best QoS granted to a filter that matches, or null when the session does not listen there. */
export function grantedQosOf(session: Session, topicName: string): number | null {
  let best: number | null = null
  for (const [topicFilter, qos] of session.subscriptions) {
    if ((best === null || qos > best) && matchesTopicFilter(topicFilter, topicName)) best = qos
  }
  return best
}

function bytesOf(message: { topic: string; payload: Buffer }): number {
  return message.payload.length + Buffer.byteLength(message.topic) + MESSAGE_OVERHEAD_BYTES
}
