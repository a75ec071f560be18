import { DAY_MS, HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from './units.ts'

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

export const JOURNAL_LIMITS = {
  /** A group commit happens when its oldest reading is this old … */
  commitAgeMsMax: 5,
  /** … or when it holds this many readings. */
  readingsPerBatchMax: 10_000,
  /** Readings accepted but not on disk yet (a stalled disk); beyond it publishers are refused. */
  pendingReadingsMax: 200_000,
  /** From so many of them on, connections of devices are not read until half of them are on disk: they wait, and nothing is refused. */
  pendingReadingsHeldAt: 50_000,
  /** Batches kept in memory for consumers that are close behind. */
  recentBatchesMax: 512,
  /** … bounded by this many readings as well (about 32 bytes each). */
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

export const TIME_SERIES_LIMITS = {
  /** Law for major hazard sources: history of at least 30 days (order no. 40, article 13). */
  retentionDaysMin: 30,
  retentionDaysMax: 36_500,
  /** An hour is rolled up this long after it is over; what comes later makes it anew. */
  rollUpGraceMs: 5 * MINUTE_MS,
  /** Readings in memory only, at most twice (one half fills while the other is sealed); 32 bytes each. */
  hotReadingsMax: 262_144,
  /** The hot readings are sealed when the oldest is this old: how much a restart replays. */
  sealAgeMs: 5 * MINUTE_MS,
  /** Four and a half hours at one a second: opened in 1 ms, merged in 10. */
  readingsPerBlockMax: 16_384,
  /** So many small blocks of one tier are merged into one; fewer, when they nearly fill one. */
  blocksPerMerge: 32,
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
  /** Readings in memory while a store is copied into another. */
  readingsPerCopyMax: 50_000,
  /** Waits after a refused write double from the first to the last, each shortened by chance by up to a half. */
  retryDelayMsMin: 500,
  retryDelayMsMax: 30 * SECOND_MS,
  /** How often the journal is told what need not be kept any more. */
  releaseIntervalMs: 5 * SECOND_MS,
} as const

export const INFLUX_LIMITS = {
  /**
   * One request. InfluxDB advises 5,000 to 10,000 points; encoding more holds the loop, on which alarms
   * are judged, for longer.
   */
  readingsPerRequestMax: 5_000,
  /** Requests of one write that are under way at a time: InfluxDB is not to wait for our encoding. */
  writesAtOnceMax: 4,
  /** Beginnings of lines that are kept encoded, one a series, about 100 bytes each; beyond it they are made anew. */
  seriesRememberedMax: 100_000,
  /** A write that takes longer is given up and made again; slow (2 s) is not dead. */
  writeDurationMsMax: 10 * SECOND_MS,
  queryDurationMsMax: 30 * SECOND_MS,
  /** Forgetting a day of a large database; InfluxDB walks over all its series. */
  deleteDurationMsMax: 10 * MINUTE_MS,
  /** The gateway starts without InfluxDB when it has not answered by then. */
  startDurationMsMax: 5 * SECOND_MS,
  connectionsMax: 8,
  /** Hours of readings of all devices that one request rolls up. */
  rollUpHoursMax: 6,
  /** Hours with late readings that are remembered one by one, and the devices named in them; what is beyond is made again as a whole. */
  staleHoursMax: 1_000,
  staleDevicesMax: 300,
  /** Rows of an answer that are taken in one go: a millisecond of the loop, on which alarms are judged. */
  rowsPerAnswerPart: 2_000,
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
