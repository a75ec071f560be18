import { HOUR_MS, KIB, SECOND_MS } from './units.ts'

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
  /** Words of a search that are looked at; each takes a bit of a number. */
  searchWordsMax: 8,
  searchLengthMax: 100,
  /** Alarms of which one call asks who was told. */
  toldAlarmsMax: 100,
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

/** What one question for history may ask. */
export const HISTORY_LIMITS = {
  /** Points of devices in one chart. */
  seriesMax: 12,
  /** Buckets of each: a screen has no more columns. A question that would make more gets wider ones. */
  bucketsPerSeriesMax: 2_000,
  bucketsPerSeriesDefault: 600,
  /** Readings of all series together; of more, buckets are shown. */
  readingsPerAnswerMax: 40_000,
  /** Buckets narrower than this are not made unasked: readings serve. */
  bucketMsMin: 15 * SECOND_MS,
  rangeDaysMax: 3_660,
  /** An export is streamed, so it may be long; these keep one from taking the day. */
  exportSeriesMax: 50,
  exportRawDaysMax: 400,
  /** Rows that are fetched at once, and so in memory. */
  exportRowsPerPage: 5_000,
  exportsAtOnceMax: 2,
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
