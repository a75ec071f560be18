import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import type { SystemFact } from '#alerting/alarms/system-alarms.ts'
import type { Clock } from '#alerting/clock.ts'
import { SELF_CHECK_LIMITS } from '#config/limits.ts'
import type { EmbeddedBroker } from './broker/embedded-broker.ts'
import type { Health } from './contract.ts'
import type { Database } from './database/open.ts'
import type { Ingest } from './ingest/pipeline.ts'
import type { RejectedInbox } from './ingest/rejected-inbox.ts'
import type { Instruments } from './instruments.ts'
import type { Journal } from './journal/journal.ts'
import type { LiveFeed } from './live/live-feed.ts'
import type { SystemClock } from './system-clock.ts'
import type { TimeSeriesWriter } from './timeseries/writer.ts'

type HealthPart = Health['parts'][number]

export interface SelfCheckOptions {
  readonly clock: Clock & Pick<SystemClock, 'aheadOfWallMs'>
  readonly journal: Pick<Journal, 'status' | 'onStateChange'>
  /** At this size the journal takes no more. */
  readonly journalBytesMax: number
  readonly database: Pick<Database, 'status' | 'onStateChange'>
  readonly writer: Pick<TimeSeriesWriter, 'status'>
  readonly broker: Pick<EmbeddedBroker, 'status'>
  readonly ingest: Pick<Ingest, 'counts'>
  readonly inbox: Pick<RejectedInbox, 'counts'>
  readonly live: Pick<LiveFeed, 'stats'>
  readonly alarms: Pick<AlarmService, 'openAlarms'>
  /** A fact for the gateway's own alarms. */
  readonly report: (fact: SystemFact) => void
}

/**
 * The gateway looking at itself: what each part says of its state, in words for people
 * (`/health/ready`), in numbers for Prometheus, and as facts for its own alarms.
 */
export class SelfCheck {
  readonly #options: SelfCheckOptions
  readonly #startedAtMs: number
  #cancelCheck: (() => void) | null = null
  #isFilling = false

  constructor(options: SelfCheckOptions) {
    this.#options = options
    this.#startedAtMs = options.clock.nowMs()
  }

  start(): void {
    const { journal, database } = this.#options
    journal.onStateChange(() => this.#reportJournal())
    database.onStateChange(() => this.#reportDatabase())
    this.#reportJournal()
    this.#reportDatabase()
    this.#check()
  }

  stop(): void {
    this.#cancelCheck?.()
  }

  health(): Health {
    const parts = [
      this.#journalPart(),
      this.#databasePart(),
      this.#timeSeriesPart(),
      this.#brokerPart(),
      this.#clockPart(),
    ]
    return { ready: parts.every(({ state }) => state !== 'failing'), parts }
  }

  observe(instruments: Instruments): void {
    this.#observeBroker(instruments)
    this.#observeReadings(instruments)
    const { live, alarms } = this.#options
    instruments.gauge(
      'alarms_open',
      'Alarms that are not normal.',
      () => [...alarms.openAlarms()].length,
    )
    instruments.gauge('live_connections', 'Screens connected.', () => live.stats().connections)
    instruments.counter(
      'live_dropped_total',
      'Screens dropped because they did not keep up.',
      () => live.stats().dropped,
    )
  }

  #observeBroker(instruments: Instruments): void {
    const { broker } = this.#options
    instruments.gauge(
      'mqtt_connections',
      'Devices connected over MQTT.',
      () => broker.status().connections,
    )
    instruments.counter(
      'mqtt_publishes_total',
      'Messages received from devices.',
      () => broker.status().publishesReceived,
    )
    instruments.counter(
      'mqtt_acknowledged_total',
      'Messages acknowledged after the disk.',
      () => broker.status().publishesAcknowledged,
    )
    instruments.counters('mqtt_closed_total', {
      help: 'Connections closed, by reason.',
      label: 'reason',
      read: () => broker.status().closed,
    })
  }

  #observeReadings(instruments: Instruments): void {
    const { ingest, inbox, journal, writer } = this.#options
    const backlog = () => writer.status().backlog
    instruments.counter(
      'readings_accepted_total',
      'Readings taken.',
      () => ingest.counts().accepted,
    )
    instruments.counter(
      'readings_duplicate_total',
      'Repeats, not stored again.',
      () => ingest.counts().duplicates,
    )
    instruments.counter(
      'readings_late_total',
      'Readings older than the limit on arrival.',
      () => ingest.counts().late,
    )
    instruments.counter(
      'readings_skewed_total',
      'Readings with an impossible time.',
      () => ingest.counts().clockSkewed,
    )
    instruments.counters('messages_rejected_total', {
      help: 'Messages of which something was not taken, by reason.',
      label: 'reason',
      read: () => inbox.counts().byReason,
    })
    instruments.gauge('journal_bytes', 'Size of the journal.', () => journal.status().bytes)
    instruments.gauge(
      'journal_bytes_max',
      'Size at which the journal takes no more.',
      () => this.#options.journalBytesMax,
    )
    instruments.gauge(
      'journal_pending_readings',
      'Readings not on disk yet.',
      () => journal.status().pendingReadings,
    )
    instruments.gauge(
      'time_series_backlog_readings',
      'Readings the store has not taken.',
      () => backlog().readings,
    )
    instruments.gauge('time_series_backlog_bytes', 'What these take in the journal, about.', () =>
      this.#backlogBytes(),
    )
    instruments.gauge(
      'time_series_backlog_age_seconds',
      'Age of the oldest of them.',
      () => backlog().ageMs / 1000,
    )
  }

  #journalPart(): HealthPart {
    const { state, reason, pendingReadings } = this.#options.journal.status()
    if (state === 'ok' && this.#isFilling) {
      return part(
        'journal',
        'degraded',
        `${this.#filledDetail()}; at the bound readings are refused.`,
      )
    }
    if (state === 'ok')
      return part('journal', 'ok', 'Readings are written to disk before they are acknowledged.')
    const waiting = `${pendingReadings} readings wait; devices get no acknowledgement until there is room.`
    return part('journal', 'failing', `${reason ?? state} ${waiting}`)
  }

  #databasePart(): HealthPart {
    const { state, reason } = this.#options.database.status()
    return state === 'ok'
      ? part('database', 'ok', 'Alarms and settings are stored.')
      : part('database', 'failing', reason ?? 'The database cannot be written.')
  }

  #timeSeriesPart(): HealthPart {
    const { state, reason, backlog } = this.#options.writer.status()
    const waiting = `${backlog.readings} readings (${mebibytes(this.#backlogBytes())}) wait to be stored, the oldest for ${Math.round(backlog.ageMs / 1000)} s; none is lost.`
    if (state === 'retrying') {
      return part('time series', 'degraded', `${reason ?? 'The store refuses.'} ${waiting}`)
    }
    return backlog.ageMs < SELF_CHECK_LIMITS.backlogAgeMsMax
      ? part('time series', 'ok', 'Readings are kept for history.')
      : part('time series', 'degraded', waiting)
  }

  #brokerPart(): HealthPart {
    const { devicesConnected } = this.#options.broker.status()
    return part('broker', 'ok', `${devicesConnected} devices are connected over MQTT.`)
  }

  #clockPart(): HealthPart {
    const aheadMs = this.#options.clock.aheadOfWallMs()
    return aheadMs < SELF_CHECK_LIMITS.clockAheadMsMax
      ? part('clock', 'ok', 'The clock runs evenly.')
      : part(
          'clock',
          'degraded',
          `The machine's clock was set back by ${Math.round(aheadMs / 1000)} s; times go on from before until the next start.`,
        )
  }

  #check(): void {
    const { clock, writer, report } = this.#options
    const { readings, ageMs } = writer.status().backlog
    const detail = `${readings} readings, the oldest ${Math.round(ageMs / 1000)} s old`
    const isOld = ageMs >= SELF_CHECK_LIMITS.backlogAgeMsMax
    // Right after a start readings are as old as the gateway was down; whether the store takes them shows after a while.
    const isUpForLong = clock.nowMs() - this.#startedAtMs >= SELF_CHECK_LIMITS.backlogAgeMsMax
    if (!isOld || isUpForLong) {
      report({ condition: 'time-series-backlog', isPresent: isOld, detail })
    }
    this.#isFilling = this.#journalIsFilling()
    report({
      condition: 'journal-filling',
      isPresent: this.#isFilling,
      detail: `${this.#filledDetail()}; ${detail} wait`,
    })
    this.#cancelCheck = clock.wakeAt(clock.nowMs() + SELF_CHECK_LIMITS.intervalMs, () =>
      this.#check(),
    )
  }

  #journalIsFilling(): boolean {
    const { journal, journalBytesMax } = this.#options
    const { journalFilledShareMax, journalFilledShareRest } = SELF_CHECK_LIMITS
    const share = journal.status().bytes / journalBytesMax
    return share >= (this.#isFilling ? journalFilledShareRest : journalFilledShareMax)
  }

  #filledDetail(): string {
    const { journal, journalBytesMax } = this.#options
    const { bytes } = journal.status()
    const percent = Math.round((bytes / journalBytesMax) * 100)
    return `the journal is filled to ${percent} % (${mebibytes(bytes)} of ${mebibytes(journalBytesMax)})`
  }

  /** The journal's bytes a batch, times the batches that wait. */
  #backlogBytes(): number {
    const { journal, writer } = this.#options
    const { bytes, firstOffset, nextOffset } = journal.status()
    const kept = nextOffset - firstOffset
    return kept === 0 ? 0 : Math.round(bytes * Math.min(1, writer.status().backlog.batches / kept))
  }

  #reportJournal(): void {
    const { journal, report } = this.#options
    const { state, reason, damage } = journal.status()
    const detail = reason ?? 'readings are written again'
    report({ condition: 'journal-full', isPresent: state === 'full', detail })
    report({ condition: 'journal-failing', isPresent: state === 'failing', detail })
    const worst = damage.find(({ kind }) => kind !== 'unfinished_write')
    if (worst !== undefined)
      report({ condition: 'journal-damaged', isPresent: true, detail: worst.detail })
  }

  #reportDatabase(): void {
    const { database, report } = this.#options
    const { state, reason } = database.status()
    report({
      condition: 'database-unavailable',
      isPresent: state !== 'ok',
      detail: reason ?? 'the database is written again',
    })
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`
}

function part(name: string, state: HealthPart['state'], detail: string): HealthPart {
  return { name, state, detail }
}
