import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import type { AlarmStore } from '#alerting/alarms/alarm-store.ts'
import type { AlarmVerbs } from '#alerting/alarms/alarm-verbs.ts'
import type { AlarmLoad } from '#alerting/annunciation/alarm-load.ts'
import type { IncidentStore } from '#alerting/annunciation/incident-store.ts'
import type { Clock } from '#alerting/clock.ts'
import type { DrillService } from '#alerting/drills/drill-service.ts'
import type { OutboxStore } from '#alerting/notification/outbox.ts'
import type { OutboxDispatcher } from '#alerting/notification/outbox-dispatcher.ts'
import type { DeviceId } from '#alerting/reading.ts'
import type { JudgingTools } from '#alerting/rules/judging-tools.ts'
import type { RuleEngine } from '#alerting/rules/rule-engine.ts'
import type { WindowService } from '#alerting/windows/window-service.ts'
import type { Settings } from '#config/schema.ts'
import type { BackTests } from '../back-testing/back-tests.ts'
import type { LookBacks } from '../back-testing/look-backs.ts'
import type { Entrances, Health } from '../contract.ts'
import type { AlarmQueries } from '../database/alarm-queries.ts'
import type { AuditLog } from '../database/audit-log.ts'
import type { SqliteDrillStore } from '../database/drill-store.ts'
import type { HandoverStore } from '../database/handover-store.ts'
import type { NotificationQueries } from '../database/notification-queries.ts'
import type { PerformanceQueries } from '../database/performance-queries.ts'
import type { RejectedMessageStore } from '../database/rejected-message-store.ts'
import type { SqliteWindowStore } from '../database/window-store.ts'
import type { PdfWriter } from '../documents/pdf-writer.ts'
import type { DutyBook } from '../duties/duty-book.ts'
import type { EvidenceCollector } from '../evidence/evidence-collector.ts'
import type { HazardArchive } from '../hazards/archive.ts'
import type { FilingDesk } from '../hazards/filing-desk.ts'
import type { HazardRegister } from '../hazards/register.ts'
import type { MapView } from '../map/map-view.ts'
import type { PhotoAlbum } from '../photos/photo-album.ts'
import type { Accounts } from '../registry/accounts.ts'
import type { CalendarBook } from '../registry/calendar-book.ts'
import type { CalendarLife } from '../registry/calendar-life.ts'
import type { ChannelBook } from '../registry/channels.ts'
import type { DeviceCredentials } from '../registry/credentials.ts'
import type { DevicePresence as PresentedPresence } from '../registry/presentation.ts'
import type { Registry } from '../registry/registry.ts'
import type { RuleChecks } from '../registry/rule-checks.ts'
import type { RuleLife } from '../registry/rule-life.ts'
import type { RuleRights } from '../registry/rule-rights.ts'
import type { RuleBook } from '../registry/rules.ts'
import type { RiskBoard } from '../risk/risk-board.ts'
import type { TimeSeriesStore } from '../timeseries/time-series.ts'
import type { SourceWatch } from '../watching/source-watch.ts'
import type { WatchBook } from '../watching/watch-book.ts'
import type { SourceDirectory } from '../watching/watched-source.ts'

/** What became of a message; `gateway/ingest` has it as it is. */
export interface IngestSummary {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly {
    readonly reason: string
    readonly detail: string
    readonly point?: string
    readonly count: number
  }[]
}

/** Everything the HTTP side asks of the rest; wired in `app.ts`. */
export interface HttpServices {
  readonly clock: Clock
  readonly registry: Registry
  readonly accounts: Accounts
  readonly credentials: DeviceCredentials
  readonly rules: RuleBook
  readonly ruleLife: RuleLife
  readonly backTests: BackTests
  readonly lookBacks: LookBacks
  readonly tools: JudgingTools
  /** What the engine makes of a point at the moment. */
  readonly engine: Pick<RuleEngine, 'explain' | 'fault'>
  readonly ruleRights: RuleRights
  readonly ruleChecks: RuleChecks
  readonly calendars: CalendarBook
  readonly calendarLife: CalendarLife
  readonly channels: ChannelBook
  readonly alarms: Pick<AlarmService, 'alarm' | 'openAlarms'>
  readonly alarmVerbs: AlarmVerbs
  readonly evidence: Pick<EvidenceCollector, 'of'>
  readonly photos: Pick<PhotoAlbum, 'of' | 'add' | 'read'>
  readonly pdf: Pick<PdfWriter, 'write'>
  readonly windows: Pick<WindowService, 'create' | 'move' | 'finish'>
  readonly windowStore: Pick<SqliteWindowStore, 'get' | 'list'>
  readonly drills: Pick<DrillService, 'begin' | 'end'>
  readonly drillStore: Pick<SqliteDrillStore, 'list'>
  readonly alarmQueries: AlarmQueries
  /** What alarms together are; of those that are over for long, the store knows. */
  readonly alarmLoad: Pick<AlarmLoad, 'incidentOf' | 'floodOf' | 'floodSettings'>
  readonly handovers: HandoverStore
  readonly performanceQueries: PerformanceQueries
  /** Floods, bad actors, and how good figures have to be. */
  readonly alarmManagement: Settings['alarmManagement']
  readonly incidentStore: Pick<IncidentStore, 'placesOf' | 'membersOf'>
  readonly alarmStore: Pick<AlarmStore, 'timeline'>
  readonly outbox: Pick<OutboxStore, 'add' | 'sendAgain'>
  readonly dispatcher: Pick<OutboxDispatcher, 'wake'>
  readonly notificationQueries: NotificationQueries
  readonly ingest: {
    accept(message: {
      readonly deviceId: DeviceId
      readonly topicName: string
      readonly payload: Uint8Array
      readonly arrivedAtMs: number
    }): Promise<IngestSummary>
  }
  readonly rejectedMessages: Pick<RejectedMessageStore, 'list'>
  /** What was rejected lately; `flush` before reading it back from `rejectedMessages`. */
  readonly rejections: { countOf(deviceId: string): number; flush(): Promise<void> }
  readonly audit: AuditLog
  readonly hazards: HazardRegister
  readonly filings: FilingDesk
  readonly archive: HazardArchive
  readonly timeSeries: Pick<TimeSeriesStore, 'query' | 'aggregate' | 'latest'>
  readonly presence: {
    statusOf(deviceId: string): Omit<PresentedPresence, 'rejectedMessages'>
  }
  readonly sources: SourceDirectory
  readonly watchBook: WatchBook
  readonly duties: DutyBook
  readonly sourceWatch: Pick<SourceWatch, 'stateOf' | 'unitsOf'>
  readonly map: MapView
  readonly risk: RiskBoard
  /** Ports on which devices are taken, as they are and not as they were asked for. */
  readonly entrances: () => Entrances
  readonly health: () => Health | Promise<Health>
  /** Prometheus text of the process's instruments. */
  readonly instruments: { readonly contentType: string; metrics(): Promise<string> }
}
