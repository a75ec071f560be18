import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { DeviceId } from '#alerting/reading.ts'
import { calendarsAskedBy } from '#alerting/rules/calendars-asked.ts'
import { keptDays } from '#config/retention.ts'
import type { Settings } from '#config/schema.ts'
import { attachWebSocket } from './broker/websocket.ts'
import type { Entrances } from './contract.ts'
import { AlarmQueries } from './database/alarm-queries.ts'
import { AuditLog } from './database/audit-log.ts'
import { claimDataFolder } from './database/data-folder.ts'
import { HandoverStore } from './database/handover-store.ts'
import { NotificationQueries } from './database/notification-queries.ts'
import { PerformanceQueries } from './database/performance-queries.ts'
import { buildHttpServer } from './http/http-server.ts'
import { Instruments } from './instruments.ts'
import { Jobs } from './jobs/jobs.ts'
import { SelfCheck } from './self-check.ts'
import { StopStack } from './stop-stack.ts'
import { SystemClock } from './system-clock.ts'
import { failUnlessStopped } from './wiring/alarm-load.ts'
import { type AlarmPath, openAlarmPath } from './wiring/alarm-path.ts'
import { listening, mqttAddresses, openBroker, readTls } from './wiring/doors.ts'
import { type Evidence, openEvidence } from './wiring/evidence.ts'
import type { Ground } from './wiring/ground.ts'
import { openPlant, type Plant } from './wiring/plant.ts'
import { openReadingPath, type ReadingPath } from './wiring/reading-path.ts'
import { openWatchers, type Watchers } from './wiring/watchers.ts'

const DASHBOARD_DIR = fileURLToPath(new URL('../dashboard/dist/', import.meta.url))
const VERSION = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
).version

/** A running gateway. */
export interface App {
  readonly httpPort: number
  /** Null when MQTT over TCP is switched off. */
  readonly mqttPort: number | null
  /** Of the first account, when it was made just now without a password in the settings. */
  readonly printedPassword: string | null
  /** Takes nothing more, finishes what it has accepted, closes. Idempotent. */
  stop(): Promise<void>
}

/**
 * The whole gateway, wired in the order in which a reading travels, a stage a file of `wiring/`;
 * stopping is the mirror of it. Rejects with a `CodedError` for what an operator can mend (folder in
 * use, damaged database, port taken); what was started is stopped again then.
 */
export async function startApp(
  settings: Settings,
  options: { readonly logger: Logger },
): Promise<App> {
  const stopping = new StopStack()
  try {
    return await start(settings, options.logger, stopping)
  } catch (error) {
    await stopping.stop()
    throw error
  }
}

async function start(settings: Settings, logger: Logger, stopping: StopStack): Promise<App> {
  const ground: Ground = {
    settings,
    clock: new SystemClock(),
    logger,
    stopping,
    dataPath: (name) => join(settings.dataDir, name),
  }
  const claim = claimDataFolder(settings.dataDir)
  stopping.push('data folder', () => claim.release())
  const plant = await openPlant(ground)
  const readingPath = await openReadingPath(ground, plant)
  const alarmPath = await openAlarmPath(ground, plant, readingPath)
  const watchers = await openWatchers(ground, plant, readingPath, alarmPath)
  const broker = openBroker(ground, plant, readingPath, watchers)
  const evidence = openEvidence(ground, { ...plant, ...readingPath, ...alarmPath, ...watchers })
  const stages: Stages = {
    ...plant,
    ...readingPath,
    ...alarmPath,
    ...watchers,
    ...evidence,
    broker,
  }

  const instruments = new Instruments()
  const journalBytesMax = ground.settings.journal.bytesMax
  const selfCheck = new SelfCheck({ clock: ground.clock, journalBytesMax, ...stages })
  selfCheck.observe(instruments)
  const tls = readTls(settings)
  let entrances: Entrances = { mqttPort: null, mqttsPort: null }
  const { database } = plant
  const http = await buildHttpServer(
    {
      clock: ground.clock,
      ...stages,
      alarmQueries: new AlarmQueries(database),
      performanceQueries: new PerformanceQueries(database),
      handovers: new HandoverStore(database),
      alarmManagement: settings.alarmManagement,
      notificationQueries: new NotificationQueries(database),
      rejections: readingPath.inbox,
      audit: new AuditLog(database),
      entrances: () => entrances,
      health: () => selfCheck.health(),
      instruments,
    },
    { logger, version: VERSION, tls, allowedOrigins: [], dashboardDir: DASHBOARD_DIR },
  )
  stopping.push('HTTP', () => http.close())

  introduce(stages)
  await startConsumers(ground, stages)
  await stages.evidence.start()
  stopping.push('evidence', () => stages.evidence.stop())
  selfCheck.start()
  stopping.push('self-check', () => selfCheck.stop())
  watchers.live.start(http.server, alarmPath.alarms.openAlarms())
  stopping.push('live feed', () => watchers.live.stop())
  stopping.push('MQTT over WebSocket', attachWebSocket(http.server, broker))
  stopping.push('broker', () => broker.stop())
  entrances = await listening('MQTT', broker.start(mqttAddresses(settings, tls)))
  await listening('HTTP', http.listen({ host: settings.host, port: settings.http.port }))
  const httpPort = (http.server.address() as AddressInfo).port
  const { printedPassword } = plant
  return { httpPort, mqttPort: entrances.mqttPort, printedPassword, stop: () => stopping.stop() }
}

type Stages = Plant &
  ReadingPath &
  AlarmPath &
  Evidence &
  Watchers & { readonly broker: ReturnType<typeof openBroker> }

/** Who is told of what. */
function introduce(stages: Stages): void {
  const {
    alarms,
    alarmLoad,
    inhibition,
    live,
    dispatcher,
    presence,
    credentials,
    channels,
    rules,
    registry,
    calendars,
    tools,
  } = stages
  const { broker, ingest, loop, report } = stages
  alarms.onChange((change) => {
    const { alarm } = change
    // First: its place in an incident is shown with it.
    alarmLoad.changed(change)
    inhibition.changed(alarm).catch(failUnlessStopped)
    live.alarmChanged(alarm)
    dispatcher.wake()
  })
  alarms.onTurn((allBefore) => alarmLoad.turned(allBefore))
  alarmLoad.onLatePlace((id) => {
    const alarm = alarms.alarm(id)
    if (alarm !== null) live.alarmChanged(alarm)
  })
  presence.onChange((event) => live.deviceChanged(event))
  credentials.onRevoke((id) => broker.disconnectDevice(id as DeviceId, 'credential_revoked'))
  channels.onChange((id) => {
    const isTelling = channels.notificationChannel(id)?.enabled === true
    if (!isTelling) {
      const detail = 'switched off or removed'
      report({ condition: 'channel-failing', subject: id, isPresent: false, detail })
    }
  })
  rules.onChange((change) => loop.rulesChanged(change))
  calendars.onChange((calendar) => {
    tools.calendars.use(calendars.years())
    for (const rule of rules.all()) {
      if (calendarsAskedBy(rule).has(calendar)) loop.rulesChanged({ ruleId: rule.id })
    }
  })
  registry.onChange((change) => {
    live.registryChanged(change)
    if (change.kind !== 'device' || change.action !== 'removed') return
    broker.disconnectDevice(change.id as DeviceId, 'device_deleted')
    ingest.forget(change.id)
    presence.forget(change.id)
  })
}

/** From here on it runs: consumers first, the doors last. */
async function startConsumers(ground: Ground, stages: Stages): Promise<void> {
  const { clock, logger, settings, stopping } = ground
  const { latest, engine, writer, loop, listener, dispatcher, timeSeries, database, sourceWatch } =
    stages
  for (const { deviceId, point, value } of latest) engine.remember(deviceId, point, value)
  writer.start()
  stopping.push('time-series writer', () => writer.stop())
  await loop.start()
  stopping.push('judgement loop', () => loop.stop())
  sourceWatch.start(latest, stages.alarms.openAlarms())
  stopping.push('source watch', () => sourceWatch.stop())
  listener.start()
  stopping.push('journal listener', () => listener.stop())
  dispatcher.start()
  stopping.push('outbox dispatcher', () => dispatcher.stop())
  const retentionDays = keptDays(settings.timeSeries)
  const jobs = new Jobs({
    clock,
    logger,
    timeSeries,
    database,
    retentionDays,
    keepRisk: () => stages.risk.keepSnapshot(),
    riskSnapshotMinutes: settings.risk.snapshotMinutes,
    hazardReminders: told(stages.hazardReminders, dispatcher),
    dutyReminders: told(stages.dutyReminders, dispatcher),
    sweepFiles: async (signal) =>
      (await stages.documents.sweep(signal)) + (await stages.photoFiles.sweep(signal)),
  })
  jobs.start()
  // Whatever was broken off by the crash before this start.
  void jobs.runNow('abandoned-files')
  // The replay begins with what is found, not an hour later.
  void jobs.runNow('risk-snapshot')
  stopping.push('jobs', () => jobs.stop())
}

/** What a job puts into the outbox goes out now, not with the next alarm. */
function told(reminders: { remind(): Promise<number> }, dispatcher: { wake(): void }) {
  return {
    remind: async () => {
      const count = await reminders.remind()
      dispatcher.wake()
      return count
    },
  }
}
