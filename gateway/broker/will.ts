import type { DeviceId } from '#alerting/reading.ts'
import type { TopicRights } from './access.ts'
import type { BrokerContext } from './broker-context.ts'
import type { CloseReason } from './broker-status.ts'
import type { WillMessage } from './connect-packet.ts'

const OUR_REASONS: ReadonlySet<CloseReason> = new Set([
  'stopping',
  'credential_revoked',
  'device_deleted',
  'administrator',
])
/** Of a depositor of one thing. */
const ONLY_TICKET = 0

/** What a device wants to be said when it is lost. */
export class Will {
  readonly #context: BrokerContext
  readonly #deviceId: DeviceId
  #message: WillMessage | null

  /** One on a topic that is not the device's, or to be retained, is shown and never published. `atMs`: of the CONNECT. */
  constructor(
    message: WillMessage | null,
    {
      context,
      deviceId,
      rights,
      atMs,
    }: {
      readonly context: BrokerContext
      readonly deviceId: DeviceId
      readonly rights: TopicRights
      readonly atMs: number
    },
  ) {
    this.#context = context
    this.#deviceId = deviceId
    this.#message = message
    if (message === null) return
    const isForeign = rights.refusePublish(message.topicName) !== null
    if (!isForeign && !message.retain) return
    this.#message = null
    context.refuse({
      deviceId,
      topicName: message.topicName.slice(0, context.limits.topicBytesMax),
      payload: message.payload,
      arrivedAtMs: atMs,
      reason: isForeign ? 'foreign_will' : 'retained_will',
    })
  }

  /** [MQTT-3.14.4-3]: the device said goodbye. */
  drop(): void {
    this.#message = null
  }

  /**
   * [MQTT-3.1.2-8]. A message like any other: whether a device is there is told by its connection and
   * its readings, never by its will. When we end the connection, for reasons of our own, it says nothing.
   */
  publish(reason: CloseReason): void {
    const message = this.#message
    this.#message = null
    if (message === null || OUR_REASONS.has(reason)) return
    const { topicName, payload } = message
    const arrivedAtMs = this.#context.clock.nowMs()
    this.#context.publishReceived(
      { deviceId: this.#deviceId, topicName, payload, arrivedAtMs, isWill: true },
      {
        settled: (_ticket, error) => {
          if (error === null) return
          this.#context.counters.publishesFailed += 1
          this.#context.logger.warn({ err: error, deviceId: this.#deviceId }, 'a will was lost')
        },
      },
      ONLY_TICKET,
    )
  }
}
