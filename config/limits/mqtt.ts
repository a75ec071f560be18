import { HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from './units.ts'

/** MQTT: what a client may send or hold open. */
export const MQTT_LIMITS = {
  /** A CONNECT carries five short strings; more before log-in is memory given to a stranger. */
  connectPacketBytesMax: 4 * KIB,
  publishPacketBytesMax: 256 * KIB,
  /** A PUBLISH between the two is read past, acknowledged and shown; closing would make the device send it for ever. */
  publishPacketBytesSkippedMax: 4 * MIB,
  webSocketMessageBytesMax: 512 * KIB,
  subscribePacketBytesMax: 64 * KIB,
  /** aedes handles a SUBSCRIBE in quadratic time for kept sessions; a device needs a handful. */
  filtersPerSubscribeMax: 50,
  subscriptionsPerSessionMax: 100,
  /** TCP accepted until CONNACK sent. */
  connectDurationMsMax: 8 * SECOND_MS,
  authenticateDurationMsMax: 5 * SECOND_MS,
  connectionsMax: 20_000,
  connectionsPerDeviceMax: 8,
  /** Sockets that are not logged in; the oldest makes room, so that a flood of silent ones shuts nobody out. */
  connectionsBeforeLoginMax: 5_000,
  connectionsPerAddressBeforeLoginMax: 2_000,
  /** A fleet that comes back at once is accepted faster than it is read; nobody is evicted this early. */
  waitingGraceMs: 1 * SECOND_MS,
  /** Messages of one connection that are not on disk yet; above it its socket is not read. */
  inFlightInboundMax: 1_000,
  inFlightInboundBytesMax: 1 * MIB,
  /** The same over all connections. */
  inFlightInboundBytesTotalMax: 128 * MIB,
  /** Taken in one turn of the event loop, over all connections (about 5 ms of work): commits and alarms get their turn. */
  inboundPerTurnMax: 500,
  inboundBytesPerTurnMax: 256 * KIB,
  /** Until all that wait had their share; smaller ones cost more, for readings of one device are cheapest together. */
  inboundBytesPerRoundMax: 1 * MIB,
  /** QoS 2 messages whose PUBREL is outstanding. */
  inFlightQos2Max: 100,
  /** Publishes to topics that are not the device's, and the like, before the connection is closed. */
  refusedPublishesPerMinuteMax: 600,
  clientIdLengthMax: 64,
  topicBytesMax: 256,
  topicLevelsMax: 8,
  /** Keep-alive 0 means "never"; a silent socket is closed after this all the same. */
  idleDurationMsMax: 10 * MINUTE_MS,
  keepAliveSecondsMax: 3_600,
  /** A subscriber that does not read is closed instead of being waited for. */
  subscriberBacklogBytesMax: 1 * MIB,
  offlineQueueMessagesMax: 1_000,
  offlineQueueBytesMax: 1 * MIB,
  offlineQueueBytesTotalMax: 64 * MIB,
  sessionExpiryMs: 24 * HOUR_MS,
  /** Sessions kept for clients that are away; the one away longest makes room. */
  sessionsAwayMax: 20_000,
  sessionsAwayPerDeviceMax: 8,
  /** One client id taking over from itself more often than this is two devices with one identity. */
  takeoversPerMinuteMax: 6,
  takeoverDelayMs: 5 * SECOND_MS,
  willPayloadBytesMax: 4 * KIB,
  /** Delay before a refused log-in is answered: doubles with each failure of an address. */
  loginFailureDelayMsMin: 250,
  loginFailureDelayMsMax: 8 * SECOND_MS,
  loginFailureMemoryMs: 15 * MINUTE_MS,
  loginFailureAddressesMax: 10_000,
  /** Guesses per (address, user name) and minute that are looked at; a password known to be right always is. */
  loginGuessesPerMinuteMax: 10,
  /** On stopping: what is on its way to the disk is still acknowledged. */
  stopDurationMsMax: 3 * SECOND_MS,
} as const
