/** Why a connection ended: the label of an instrument and a word in the log. */
export const CLOSE_REASONS = [
  /** The device said DISCONNECT. */
  'disconnected',
  /** The network ended without one. */
  'connection_lost',
  'keep_alive_expired',
  'protocol_violation',
  'connect_timeout',
  'authenticate_timeout',
  /** The longest waiting of too many that were not logged in. */
  'evicted',
  'login_refused',
  'taken_over',
  /** The least active of too many connections of one device. */
  'too_many_connections',
  /** Does not read what it is sent. */
  'slow_reader',
  /** A message could not be made durable; the device is to send it again. */
  'store_failed',
  'refused_too_often',
  'broker_error',
  'credential_revoked',
  'device_deleted',
  'administrator',
  'stopping',
] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]

/** Counted since the start; instruments are derived from it where it is read. */
export interface BrokerCounters {
  connectionsAccepted: number
  loginsAccepted: number
  loginsRefused: number
  /** Refused without a look, because of too many guesses. */
  loginsRefusedUnseen: number
  takeovers: number
  publishesReceived: number
  publishesAcknowledged: number
  publishesRefused: number
  publishesFailed: number
  subscriptionsGranted: number
  subscriptionsRefused: number
  messagesToDevices: number
  offlineMessagesDropped: number
  hookFailures: number
  readonly closed: Record<CloseReason, number>
}

export function createCounters(): BrokerCounters {
  return {
    connectionsAccepted: 0,
    loginsAccepted: 0,
    loginsRefused: 0,
    loginsRefusedUnseen: 0,
    takeovers: 0,
    publishesReceived: 0,
    publishesAcknowledged: 0,
    publishesRefused: 0,
    publishesFailed: 0,
    subscriptionsGranted: 0,
    subscriptionsRefused: 0,
    messagesToDevices: 0,
    offlineMessagesDropped: 0,
    hookFailures: 0,
    closed: Object.fromEntries(CLOSE_REASONS.map((reason) => [reason, 0])) as Record<
      CloseReason,
      number
    >,
  }
}

export interface BrokerStatus extends BrokerCounters {
  /** Logged in. */
  readonly connections: number
  /** Not logged in yet. */
  readonly connectionsBeforeLogin: number
  readonly devicesConnected: number
  readonly sessionsAway: number
  readonly offlineQueueBytes: number
  /** Received but not durable yet. */
  readonly inFlightInbound: number
  readonly inFlightInboundBytes: number
}
