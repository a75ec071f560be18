import type { DeviceId } from '#alerting/reading.ts'
import { isAt } from '../bytes.ts'
import type { Depositor } from '../depositor.ts'
import type { RefusalReason, TopicRights } from './access.ts'
import { Acknowledgements, NO_ANSWER } from './acknowledgements.ts'
import type { BrokerContext } from './broker-context.ts'
import type { ReceivedMessage } from './broker-options.ts'
import type { CloseReason } from './broker-status.ts'
import { type Frame, PACKET_TYPE } from './frame-reader.ts'
import { type PublishHeader, readPublish, readTopicName } from './packet-check.ts'
import type { Violation } from './packet-cursor.ts'
import type { Session } from './session-store.ts'

const MINUTE_MS = 60_000
const ANSWER_OF_QOS = [NO_ANSWER, PACKET_TYPE.puback, PACKET_TYPE.pubrec] as const

/** What a device may do on the topic it used last; devices use the same one again and again. */
interface KnownTopic {
  readonly bytes: Buffer
  readonly topicName: string
  readonly refusal: RefusalReason | null
}

/**
 * The messages *from* one device, taken straight from the receive buffer: rights, hand-over to
 * `publishReceived`, and the answer once that has settled. aedes does not see them; nobody subscribes
 * to them, and it would acknowledge before they are stored.
 */
export class InboundPublishes implements Depositor {
  readonly #context: BrokerContext
  readonly #deviceId: DeviceId
  readonly #rights: TopicRights
  readonly #session: Session
  readonly #close: (reason: CloseReason) => void
  readonly #roomAgain: () => void
  readonly #acknowledgements: Acknowledgements
  /** Of the message in hand. */
  readonly #header: PublishHeader = {
    ...{ qos: 0, retain: false, packetIdentifier: 0 },
    ...{ topicStart: 0, topicEnd: 0, payloadStart: 0 },
  }
  #knownTopic: KnownTopic | null = null
  #pending = 0
  #pendingBytes = 0
  /** One will not be acknowledged: the connection ends once those before it are. */
  #hasFailed = false
  #refused = 0
  #refusedSinceMs = 0

  constructor(options: {
    context: BrokerContext
    deviceId: DeviceId
    rights: TopicRights
    session: Session
    write: (bytes: Buffer) => void
    close: (reason: CloseReason) => void
    /** `isFull` was true and is not any more. */
    roomAgain: () => void
  }) {
    this.#context = options.context
    this.#deviceId = options.deviceId
    this.#rights = options.rights
    this.#session = options.session
    this.#close = options.close
    this.#roomAgain = options.roomAgain
    this.#acknowledgements = new Acknowledgements({
      write: (bytes, count) => {
        this.#context.counters.publishesAcknowledged += count
        options.write(bytes)
      },
      failed: () => options.close('store_failed'),
    })
  }

  /** So much is not durable yet, or will never be, that this connection is not to be read. */
  get isFull(): boolean {
    const { inFlightInboundMax, inFlightInboundBytesMax } = this.#context.limits
    return (
      this.#hasFailed ||
      this.#pending >= inFlightInboundMax ||
      this.#pendingBytes >= inFlightInboundBytesMax
    )
  }

  /** Answers that are due leave now instead of at the end of this turn (before closing). */
  flush(): void {
    this.#acknowledgements.flush()
  }

  publish(frame: Frame, arrivedAtMs: number): Violation | null {
    const header = this.#header
    const violation = readPublish(frame, header)
    if (violation !== null) return violation
    const topic = this.#lookUp(frame, header)
    if (typeof topic === 'string') return topic
    if (header.qos === 2) {
      const received = this.#session.receivedPacketIdentifiers
      if (received.has(header.packetIdentifier)) {
        // [MQTT-4.3.3-2] Sent again before its PUBREL: taken once, acknowledged again.
        this.#acknowledgements.addSettled(PACKET_TYPE.pubrec, header.packetIdentifier)
        this.#context.inbound.handle(frame.end - frame.start, 1)
        return null
      }
      if (received.size >= this.#context.limits.inFlightQos2Max) return 'qos2_in_flight'
      received.add(header.packetIdentifier)
    }
    this.#context.counters.publishesReceived += 1
    const payload = frame.buffer.subarray(header.payloadStart, frame.end)
    const refusal =
      topic.refusal ??
      (header.retain ? 'retained' : null) ??
      (frame.isCut ? 'payload_too_large' : null)
    const { topicName } = topic
    if (refusal !== null) this.#refuse(header, { topicName, payload, arrivedAtMs, refusal })
    else {
      const deviceId = this.#deviceId
      this.#receive(header, { deviceId, topicName, payload, arrivedAtMs, isWill: false })
    }
    return null
  }

  /** PUBREL: the identifier is free again; answered even when it is not known [MQTT-4.3.3-2]. */
  release(packetIdentifier: number): void {
    this.#session.receivedPacketIdentifiers.delete(packetIdentifier)
    this.#acknowledgements.addSettled(PACKET_TYPE.pubcomp, packetIdentifier)
  }

  settled(ticket: number, error: unknown): void {
    const wasFull = this.isFull
    const bytes = this.#acknowledgements.bytesOf(ticket)
    this.#pending -= 1
    this.#pendingBytes -= bytes
    this.#context.inbound.give(bytes)
    if (error === null) this.#acknowledgements.settle(ticket)
    else this.#failed(ticket, error)
    if (wasFull && !this.isFull) this.#roomAgain()
  }

  #lookUp(frame: Frame, header: PublishHeader): KnownTopic | Violation {
    const { topicStart, topicEnd } = header
    const known = this.#knownTopic
    if (known !== null && isAt(frame.buffer, topicStart, topicEnd, known.bytes)) return known
    const bytes = frame.buffer.subarray(topicStart, topicEnd)
    const reading = readTopicName(bytes)
    if (!reading.ok) return reading.violation
    const { topicName } = reading
    const topic = { bytes, topicName, refusal: this.#rights.refusePublish(topicName) }
    // Only what is allowed is short, and worth a copy that outlives the receive buffer.
    if (topic.refusal === null) this.#knownTopic = { ...topic, bytes: Buffer.from(bytes) }
    return topic
  }

  #receive({ qos, packetIdentifier }: PublishHeader, message: ReceivedMessage): void {
    const bytes = message.payload.length
    const ticket = this.#acknowledgements.add(ANSWER_OF_QOS[qos], packetIdentifier, bytes)
    this.#pending += 1
    this.#pendingBytes += bytes
    this.#context.inbound.take(bytes)
    this.#context.publishReceived(message, this, ticket)
  }

  #failed(ticket: number, error: unknown): void {
    const acknowledgements = this.#acknowledgements
    const packetType = acknowledgements.packetTypeOf(ticket)
    this.#context.counters.publishesFailed += 1
    this.#context.logger.warn(
      { err: error, deviceId: this.#deviceId },
      'a message could not be kept; it is not acknowledged',
    )
    if (packetType === NO_ANSWER) {
      acknowledgements.settle(ticket)
      return
    }
    acknowledgements.fail(ticket)
    // What follows would be refused as well, message after message.
    this.#hasFailed = true
    // The device will send it again under the same identifier; it must be taken then.
    if (packetType === PACKET_TYPE.pubrec) {
      this.#session.receivedPacketIdentifiers.delete(acknowledgements.packetIdentifierOf(ticket))
    }
  }

  #refuse(
    header: PublishHeader,
    message: {
      topicName: string
      payload: Buffer
      arrivedAtMs: number
      refusal: RefusalReason
    },
  ): void {
    const { refusal, topicName, ...rest } = message
    this.#context.inbound.handle(rest.payload.length, 1)
    this.#context.refuse({
      deviceId: this.#deviceId,
      topicName: topicName.slice(0, this.#context.limits.topicBytesMax),
      ...rest,
      reason: refusal,
    })
    this.#acknowledgements.addSettled(ANSWER_OF_QOS[header.qos], header.packetIdentifier)
    if (isAbuse(refusal)) this.#countAbuse()
  }

  #countAbuse(): void {
    const nowMs = this.#context.time.nowMs
    if (nowMs - this.#refusedSinceMs >= MINUTE_MS) {
      this.#refused = 0
      this.#refusedSinceMs = nowMs
    }
    this.#refused += 1
    if (this.#refused > this.#context.limits.refusedPublishesPerMinuteMax) {
      this.#close('refused_too_often')
    }
  }
}

/** A retained or oversized message of one's own is a mistake in firmware; it stays connected. */
function isAbuse(refusal: RefusalReason): boolean {
  return refusal !== 'retained' && refusal !== 'payload_too_large'
}
