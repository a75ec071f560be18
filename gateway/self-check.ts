import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import type { SystemFact } from '#alerting/alarms/system-alarms.ts'
import type { Clock } from '#alerting/clock.ts'
import { SELF_CHECK_LIMITS } from '#config/limits.ts'
import type { EmbeddedBroker } from './broker/embedded-broker.ts'
import type { Health, HealthReason } from './contract.ts'
import type { Database } from './database/open.ts'
import {
  type HealthReasonCode,
  healthReason,
  inBothLanguages,
  storeReasonCode,
} from './health-words.ts'
import type { Ingest } from './ingest/pipeline.ts'
import type { RejectedInbox } from './ingest/rejected-inbox.ts'
import type { Instruments } from './instruments.ts'
import type { Journal, JournalDamage } from './journal/journal.ts'
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
    const { state, pendingReadings } = this.#options.journal.status()
    if (state !== 'ok') {
      const waiting = healthReason('journal_waiting', { readings: pendingReadings })
      return part('journal', 'failing', ...this.#journalReasons(), waiting)
    }
    return this.#isFilling
      ? part('journal', 'degraded', this.#filled('journal_filling'))
      : part('journal', 'ok', healthReason('journal_writes'))
  }

  #databasePart(): HealthPart {
    return this.#options.database.status().state === 'ok'
      ? part('database', 'ok', healthReason('database_stores'))
      : part('database', 'failing', ...this.#databaseReasons())
  }

  #timeSeriesPart(): HealthPart {
    const { refusal, backlog } = this.#options.writer.status()
    if (refusal !== null) {
      const why = healthReason(storeReasonCode(refusal.kind))
      return part('time series', 'degraded', why, ...said(refusal.said), this.#backlog())
    }
    return backlog.ageMs < SELF_CHECK_LIMITS.backlogAgeMsMax
      ? part('time series', 'ok', healthReason('store_takes'))
      : part('time series', 'degraded', this.#backlog())
  }

  #brokerPart(): HealthPart {
    const { devicesConnected } = this.#options.broker.status()
    return part('broker', 'ok', healthReason('devices_connected', { devices: devicesConnected }))
  }

  #clockPart(): HealthPart {
    const aheadMs = this.#options.clock.aheadOfWallMs()
    return aheadMs < SELF_CHECK_LIMITS.clockAheadMsMax
      ? part('clock', 'ok', healthReason('clock_even'))
      : part(
          'clock',
          'degraded',
          healthReason('clock_set_back', { seconds: Math.round(aheadMs / 1000) }),
        )
  }

  #check(): void {
    const { clock, writer, report } = this.#options
    const { ageMs } = writer.status().backlog
    const isOld = ageMs >= SELF_CHECK_LIMITS.backlogAgeMsMax
    // Right after a start readings are as old as the gateway was down; whether the store takes them shows after a while.
    const isUpForLong = clock.nowMs() - this.#startedAtMs >= SELF_CHECK_LIMITS.backlogAgeMsMax
    if (!isOld || isUpForLong) {
      report({
        condition: 'time-series-backlog',
        isPresent: isOld,
        detail: inBothLanguages([this.#backlog()]),
      })
    }
    this.#isFilling = this.#journalIsFilling()
    report({
      condition: 'journal-filling',
      isPresent: this.#isFilling,
      detail: inBothLanguages([this.#filled('journal_filled'), this.#backlog()]),
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

  #filled(code: 'journal_filling' | 'journal_filled'): HealthReason {
    const { journal, journalBytesMax } = this.#options
    const { bytes } = journal.status()
    return healthReason(code, {
      percent: Math.round((bytes / journalBytesMax) * 100),
      mebibytes: mebibytes(bytes),
      mebibytesMax: mebibytes(journalBytesMax),
    })
  }

  #backlog(): HealthReason {
    const { readings, ageMs } = this.#options.writer.status().backlog
    return healthReason('store_backlog', {
      readings,
      mebibytes: mebibytes(this.#backlogBytes()),
      seconds: Math.round(ageMs / 1000),
    })
  }

  /** Why the journal or the database is not `ok`; that they are again when they are. */
  #journalReasons(): readonly HealthReason[] {
    const { state, reason } = this.#options.journal.status()
    if (state === 'ok') return [healthReason('written_again')]
    // Full is full: what the disk said of it adds nothing.
    if (state === 'full') return [healthReason('journal_full')]
    return [healthReason('journal_refused'), ...said(reason)]
  }

  #databaseReasons(): readonly HealthReason[] {
    const { state, reason, isDamaged } = this.#options.database.status()
    if (state === 'ok') return [healthReason('written_again')]
    if (state === 'full') return [healthReason('database_full')]
    return [healthReason(isDamaged ? 'database_damaged' : 'database_refused'), ...said(reason)]
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
    const { state, damage } = journal.status()
    const detail = inBothLanguages(this.#journalReasons())
    report({ condition: 'journal-full', isPresent: state === 'full', detail })
    report({ condition: 'journal-failing', isPresent: state === 'failing', detail })
    const worst = damage.find(({ kind }) => kind !== 'unfinished_write')
    if (worst === undefined) return
    const reasons = [healthReason(DAMAGE_CODES[worst.kind]), ...said(worst.detail)]
    report({ condition: 'journal-damaged', isPresent: true, detail: inBothLanguages(reasons) })
  }

  #reportDatabase(): void {
    const { database, report } = this.#options
    report({
      condition: 'database-unavailable',
      isPresent: database.status().state !== 'ok',
      detail: inBothLanguages(this.#databaseReasons()),
    })
  }
}

const DAMAGE_CODES = {
  damaged_file: 'journal_damaged_file',
  damaged_batch: 'journal_damaged_batch',
  missing_batches: 'journal_missing_batches',
  unfinished_write: 'journal_unfinished_write',
} as const satisfies Record<JournalDamage['kind'], HealthReasonCode>

function mebibytes(bytes: number): number {
  // Whatever there is is never none.
  return Math.ceil(bytes / 1_048_576)
}

function said(words: string | null): readonly HealthReason[] {
  return words === null ? [] : [healthReason('said', { words })]
}

function part(
  name: string,
  state: HealthPart['state'],
  ...reasons: readonly HealthReason[]
): HealthPart {
  const detail = reasons.map(({ message }) => message.en).join(' ')
  return { name, state, detail, reasons: [...reasons] }
}
