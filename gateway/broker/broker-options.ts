import type { Logger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import type { DeviceId } from '#alerting/reading.ts'
import type { Depositor } from '../depositor.ts'
import type { BrokerAccess, RefusalReason } from './access.ts'
import type { CloseReason } from './broker-status.ts'
import type { MqttLimits } from './limits.ts'

/** What a device published. `payload` is a view of the receive buffer: copy it to keep it. */
export interface ReceivedMessage {
  readonly deviceId: DeviceId
  readonly topicName: string
  readonly payload: Buffer
  readonly arrivedAtMs: number
  /** Left behind at log-in and published because the connection ended without DISCONNECT. */
  readonly isWill: boolean
}

export interface RefusedMessage {
  readonly deviceId: DeviceId
  readonly topicName: string
  /** The head of it only, when it was too large. */
  readonly payload: Buffer
  readonly arrivedAtMs: number
  readonly reason: RefusalReason
}

export interface ConnectionInfo {
  readonly clientId: string
  readonly remoteAddress: string
  readonly connectedAtMs: number
}

/**
 * What the broker needs and whom it tells. No callback may throw; if one does all the same, that is
 * logged and counted, and the broker goes on.
 */
export interface BrokerOptions {
  readonly access: BrokerAccess
  readonly clock: Clock
  readonly logger: Logger
  /**
   * Takes a message on one of the device's topics. Tells `depositor`, with the ticket, that it is settled
   * when it is durable, or was put aside as rejected: the device then gets its PUBACK. With an error when
   * it could not be kept: the connection is closed without PUBACK, and the device sends it again. Once, at
   * once or whenever.
   *
   * Called in the order of arrival of each connection, without waiting for the one before.
   */
  publishReceived(message: ReceivedMessage, depositor: Depositor, ticket: number): void
  /**
   * How much `publishReceived` has not settled, by itself and for others: from 1 on no device is read, until
   * it has fallen to a half. Without it only the broker's own limits count.
   */
  backlog?(): number
  /** A message the broker itself put aside; it has been, or is about to be, acknowledged. */
  publishRefused(message: RefusedMessage): void
  deviceConnected(deviceId: DeviceId, info: ConnectionInfo): void
  /** `connectionsLeft`: of the same device, a newcomer that has just taken over included. */
  deviceDisconnected(
    deviceId: DeviceId,
    info: ConnectionInfo & { readonly reason: CloseReason; readonly connectionsLeft: number },
  ): void
  /** One client id keeps being taken over: two devices use one identity, or somebody copied it. */
  identityContested(
    deviceId: DeviceId,
    info: { readonly clientId: string; readonly remoteAddresses: readonly string[] },
  ): void
  /** Differences from MQTT_LIMITS, for tests. */
  readonly limits?: Partial<MqttLimits>
}
