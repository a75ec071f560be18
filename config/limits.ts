/**
 * Every bound that Vigil puts on what comes from outside, in one place, each with its reason.
 * A bound an operator may sensibly change is a setting in `schema.ts` whose default stands here.
 */

const KIB = 1024
const MIB = 1024 * KIB
const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

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

/** One payload of readings, however it arrives. */
export const PAYLOAD_LIMITS = {
  payloadBytesMax: 256 * KIB,
  jsonDepthMax: 8,
  readingsPerPayloadMax: 5_000,
  samplesPerPayloadMax: 1_000,
  pointsPerSampleMax: 200,
  pointNameLengthMax: 64,
  /** Earlier than any device of ours was built: such a clock is wrong, not late. */
  observedAtMsMin: Date.UTC(2020, 0, 1),
  /** Later than this after arrival: the device's clock is ahead. */
  clockAheadMsMax: 30 * SECOND_MS,
  /** Older than this on arrival: late (buffered, or a clock that is behind). */
  lateAfterMs: 60 * SECOND_MS,
  /** Older than this on arrival: no buffer is that long, the clock is wrong. */
  clockBehindMsMax: 30 * DAY_MS,
  /** How many source times a point remembers to recognise a repeat. */
  duplicateMemoryPerPoint: 64,
  /**
   * Readings of one point without a time of their own that arrive in the same millisecond are put one
   * millisecond apart, so that none hides another, but no further from their arrival than this.
   */
  arrivalShiftMsMax: 1 * SECOND_MS,
  /** A device's clock that still shows its newest time this long after it came first stands still. */
  clockStandsStillAfterMs: 10 * SECOND_MS,
  /** A device's clock was set back: so many older readings in a row, each newer than the last … */
  clockStepReadingsMin: 3,
  /** … over this long by our clock, and none newer than before. */
  clockStepAfterMs: 60 * SECOND_MS,
  /** Distinct complaints kept of one payload; what is beyond is counted by reason only. */
  rejectedPartsMax: 50,
  rejectionDetailLengthMax: 200,
} as const

/** Identifiers and texts given by people. */
export const TEXT_LIMITS = {
  idLengthMax: 64,
  nameLengthMax: 120,
  noteLengthMax: 2_000,
  passwordLengthMin: 10,
  passwordLengthMax: 200,
} as const

export const HTTP_LIMITS = {
  bodyBytesMax: 512 * KIB,
  pageSizeDefault: 50,
  pageSizeMax: 200,
  requestDurationMsMax: 30 * SECOND_MS,
  headersDurationMsMax: 10 * SECOND_MS,
  keepAliveMs: 65 * SECOND_MS,
  headerBytesMax: 16 * KIB,
  headersMax: 100,
  /** HTTP, live feed and MQTT over WebSocket together. */
  connectionsMax: 25_000,
  /** Devices whose newest readings are asked for in one call. */
  latestDevicesMax: 200,
  readingsPerAnswerDefault: 5_000,
  readingsPerAnswerMax: 20_000,
  bucketsPerAnswerMax: 2_000,
  sessionLifetimeMs: 12 * HOUR_MS,
  sessionsPerUserMax: 20,
  /** Guesses per (address, user name) and minute before 429. */
  loginAttemptsPerMinute: 10,
} as const

export const LIVE_LIMITS = {
  connectionsMax: 2_000,
  messageBytesMax: 64 * KIB,
  snapshotAlarmsMax: 200,
  watchedDevicesMax: 200,
  /** A reading of one point is shown at most this often. */
  readingIntervalMs: 1 * SECOND_MS,
  /** How often readings that may be shown are looked for. */
  readingTickMs: SECOND_MS / 4,
  /** A browser that misses one takes the link for dead and says so: within 5 s, as promised. */
  heartbeatIntervalMs: 2 * SECOND_MS,
  /** Packets handed to one client's socket and not taken by it yet; the rest waits in order. */
  clientBacklogPacketsMax: 100,
  /** Alarm events waiting for one client; above it the client is dropped and comes back for a snapshot. */
  clientBacklogAlarmsMax: 20 * 1000,
  /** A client that takes nothing for this long while something waits is dropped. */
  clientStallMsMax: 10 * SECOND_MS,
  /** From the opened socket to the account being known. */
  handshakeDurationMsMax: 5 * SECOND_MS,
  /** A client that does not answer a ping within the time-out is gone. */
  pingIntervalMs: 10 * SECOND_MS,
  pingTimeoutMs: 10 * SECOND_MS,
  /** Snapshots of one client are at least this far apart, however often it asks. */
  snapshotIntervalMs: 1 * SECOND_MS,
  watchesPerSecondMax: 10,
  /** WebSocket: a message comes in at most so many pieces; ours are sent in one. */
  messageFragmentsMax: 16,
  messageChunksMax: 1_024,
} as const

export const JOURNAL_LIMITS = {
  /** A group commit happens when its oldest reading is this old … */
  commitAgeMsMax: 5,
  /** … or when it holds this many readings. */
  readingsPerBatchMax: 10_000,
  /** Readings accepted but not on disk yet (a stalled disk); beyond it publishers are refused. */
  pendingReadingsMax: 200_000,
  /** Batches kept in memory for consumers that are close behind. */
  recentBatchesMax: 512,
  /** … bounded by this many readings as well (about 100 bytes each). */
  recentReadingsMax: 200_000,
  /** What a consumer further behind reads from disk at a time; decoding it holds the loop for a few ms. */
  catchUpBytesMax: 256 * KIB,
  /** The tail is kept this long after all have passed it, to recognise repeats after a restart. */
  tailKeptMs: 5 * MINUTE_MS,
  /** … but no more than this is read back at start (about 150,000 readings). */
  tailBytesMax: 2 * MIB,
  /** While the disk takes no writes, it is tried again this often. */
  probeIntervalMs: 1 * SECOND_MS,
  /** What all have passed is deleted this often, in steps of `pruneBytesMax` between commits. */
  pruneIntervalMs: 1 * SECOND_MS,
  pruneBytesMax: 4 * MIB,
  /** The write-ahead log is folded into the file about every so many bytes. */
  checkpointBytes: 8 * MIB,
  /** The end of the journal that is verified at start; the rest is verified when it is read. */
  verifiedAtStartBytes: 8 * MIB,
  damageRecordsMax: 100,
} as const

export const REJECTED_INBOX_LIMITS = {
  messagesPerDeviceMax: 50,
  messagesMax: 5_000,
  payloadSampleBytesMax: 4 * KIB,
  /** Waiting to be stored; beyond it messages are counted only. */
  bufferedMessagesMax: 1_000,
  /** Of one device, so that it cannot crowd out the others. */
  bufferedMessagesPerDeviceMax: 50,
  storeIntervalMs: 1 * SECOND_MS,
} as const

export const ALARM_LIMITS = {
  /** Ours, from the practice of ISA-18.2: shelving always ends, within one shift. */
  shelvingMsMax: 8 * HOUR_MS,
  /** A late reading is judged when nothing newer follows within this time (see alerting/DESIGN.md). */
  lateHoldMs: 2 * SECOND_MS,
  engineCheckpointIntervalMs: 1 * SECOND_MS,
  /** Readings judged in one go, between two turns of the event loop (about 10 ms of work). */
  readingsPerStepMax: 5_000,
  /** Readings taken from the journal and not judged yet; beyond it the journal is not read on. */
  readingsAheadMax: 20_000,
  /** Timers that wait for readings still on their way to the disk look again after this. */
  watermarkRetryMs: 20,
  /** A commit of alarms that the database refuses is tried again after this, doubling. */
  commitRetryMsMin: 100,
  commitRetryMsMax: 2 * SECOND_MS,
  /** A stop waits this long for a commit that is being tried again; it is done over after the next start. */
  stopGraceMs: 2 * SECOND_MS,
  rulesMax: 100_000,
  setpointsPerRuleMax: 8,
  delayMsMax: 24 * HOUR_MS,
} as const

export const OUTBOX_LIMITS = {
  attemptDurationMsMax: 15 * SECOND_MS,
  /** An attempt and its settling; what a crashed process had in hand is taken up again after this. */
  leaseMs: 20 * SECOND_MS,
  /** A channel has this many attempts at a time, so that a slow one takes nobody else's place. */
  concurrentDeliveriesPerChannelMax: 4,
  responseBytesMax: 64 * KIB,
  /** What is kept of an answer or an error, for a person to read. */
  detailLengthMax: 300,
  /** A transition tells at most this many channels. */
  channelsMax: 100,
  /** A channel that has only failed for this long raises an alarm of the gateway. */
  channelFailingMsMax: 60 * SECOND_MS,
  /** While the database refuses, the outbox is looked at again after this. */
  storeRetryMs: 1 * SECOND_MS,
  /** Something is due that could not be claimed yet. */
  recheckMs: 50,
} as const

export const DATABASE_LIMITS = {
  /** Given up when the disk is full, so that alarms can still be written: some thousands of them. */
  ballastBytes: 8 * MIB,
  /** A released ballast is made again when this many times its size is free, … */
  ballastRoomFactor: 4,
  /** … looked at no more often than this. */
  ballastRestoreIntervalMs: 10 * SECOND_MS,
  statementsCachedMax: 256,
  /** Waiting for the one writing connection; beyond it callers are refused. */
  waitingRequestsMax: 20_000,
  busyTimeoutMs: 5 * SECOND_MS,
  /** A start waits this long for the quick check; a large file goes on being checked beside the work. */
  quickCheckDurationMsMax: 1 * SECOND_MS,
  /** Lists of this many organizations are merged from one index walk each; of more, filtered from all. */
  organizationsMergedMax: 200,
} as const

export const REGISTRY_LIMITS = {
  organizationsMax: 20_000,
  sitesMax: 100_000,
  devicesMax: 100_000,
  usersMax: 10_000,
  tokensPerUserMax: 50,
  /** scrypt takes 16 MiB and a core each: log-ins are done two at a time … */
  loginsAtOnceMax: 2,
  /** … and more than this waiting are refused at once. */
  loginsWaitingMax: 100,
  /** (address, user name) pairs whose failures are remembered. */
  loginAttemptsRememberedMax: 10_000,
} as const

export const TIME_SERIES_LIMITS = {
  /** Law for major hazard sources: history of at least 30 days (order no. 40, article 13). */
  retentionDaysMin: 30,
  /** Readings in memory only, at most twice (one half fills while the other is sealed); 32 bytes each. */
  hotReadingsMax: 262_144,
  /** The hot readings are sealed when the oldest is this old: how much a restart replays. */
  sealAgeMs: 5 * MINUTE_MS,
  /** Four and a half hours at one a second: opened in 1 ms, merged in 10. */
  readingsPerBlockMax: 16_384,
  /** This many small blocks of one age are merged into one. */
  blocksPerMerge: 8,
  /** A merge takes in at most this many readings, so that one step stays short. */
  readingsPerMergeMax: 131_072,
  /** A day that is over is finished this long after, when buffered readings have come in. */
  dayGraceMs: 1 * HOUR_MS,
  /** What one question may ask of the thread. HTTP has tighter bounds of its own. */
  readingsPerQueryMax: 1_000_000,
  bucketsPerQueryMax: 100_000,
  /** Questions and writes that wait for the thread; beyond it callers are refused. */
  waitingRequestsMax: 10_000,
  /** The writer's batches: this many readings, or this old. */
  readingsPerWriteMax: 20_000,
  writeAgeMsMax: 250,
  /** Waits after a refused write double from the first to the last, each shortened by chance by up to a half. */
  retryDelayMsMin: 500,
  retryDelayMsMax: 30 * SECOND_MS,
  /** How often the journal is told what need not be kept any more. */
  releaseIntervalMs: 5 * SECOND_MS,
} as const

export const INFLUX_LIMITS = {
  /**
   * One request. InfluxDB advises 5,000 to 10,000 points; fewer cost a tenth of the throughput and hold
   * the loop, on which alarms are judged, for 4 ms instead of 9.
   */
  readingsPerRequestMax: 2_000,
  /** A write that takes longer is given up and made again; slow (2 s) is not dead. */
  writeDurationMsMax: 10 * SECOND_MS,
  queryDurationMsMax: 30 * SECOND_MS,
  /** Forgetting a day of a large database; InfluxDB walks over all its series. */
  deleteDurationMsMax: 10 * MINUTE_MS,
  /** The gateway starts without InfluxDB when it has not answered by then. */
  startDurationMsMax: 5 * SECOND_MS,
  connectionsMax: 8,
  /** Small questions about one series each that go into one request. */
  questionsPerRequestMax: 100,
  /** Stored times of one series that lie closer than this are asked for by one question. */
  timesTogetherMs: 60 * SECOND_MS,
  /** A `Retry-After` beyond this is taken for this. */
  retryAfterMsMax: 5 * MINUTE_MS,
  /** Requests that telling refused readings from good ones may take in one write; beyond it all wait. */
  requestsPerWriteMax: 2_000,
  /** So many refused for the type of a field, and nothing taken: the fault is the database's, not theirs. */
  conflictReadingsMin: 100,
  /** What is kept of InfluxDB's words for people to read. */
  messageLengthMax: 300,
} as const

export const JOB_LIMITS = {
  /** Records of what was told are kept at least this long. */
  notificationDaysMin: 180,
  /** One transaction of a clean-up; alarms are committed between two of them. */
  rowsPerDeleteMax: 1_000,
} as const

/** When the gateway begins to complain about itself. */
export const SELF_CHECK_LIMITS = {
  intervalMs: 5 * SECOND_MS,
  /** Readings that wait longer than this for the time-series store are a fault of its own. */
  backlogAgeMsMax: 60 * SECOND_MS,
  clockAheadMsMax: 5 * SECOND_MS,
} as const

/** One calculation of a major hazard source. */
export const HAZARD_LIMITS = {
  substancesMax: 200,
  categoriesPerSubstanceMax: 24,
} as const
