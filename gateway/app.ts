import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { JudgementLoop } from '#alerting/alarms/judgement-loop.ts'
import { SystemAlarms, type SystemFact } from '#alerting/alarms/system-alarms.ts'
import { createChannel } from '#alerting/channels/create-channel.ts'
import { CodedError } from '#alerting/errors.ts'
import { OutboxDispatcher } from '#alerting/notification/outbox-dispatcher.ts'
import { type DeviceId, parseDeviceId } from '#alerting/reading.ts'
import { alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { RuleEngine } from '#alerting/rules/rule-engine.ts'
import { loadProfiles, loadRulePacks } from '#config/profiles.ts'
import type { Settings } from '#config/schema.ts'
import { EmbeddedBroker } from './broker/embedded-broker.ts'
import { attachWebSocket } from './broker/websocket.ts'
import type { Entrances } from './contract.ts'
import { AlarmQueries } from './database/alarm-queries.ts'
import { SqliteAlarmStore } from './database/alarm-store.ts'
import { AuditLog } from './database/audit-log.ts'
import { claimDataFolder } from './database/data-folder.ts'
import { NotificationQueries } from './database/notification-queries.ts'
import { openDatabase } from './database/open.ts'
import { SqliteOutboxStore } from './database/outbox-store.ts'
import { SqliteRejectedMessageStore } from './database/rejected-message-store.ts'
import { toDeviceProfile } from './device-profile.ts'
import { buildHttpServer } from './http/http-server.ts'
import { createIngest } from './ingest/pipeline.ts'
import { RejectedInbox } from './ingest/rejected-inbox.ts'
import { Instruments } from './instruments.ts'
import { Jobs } from './jobs/jobs.ts'
import { SqliteJournal } from './journal/sqlite-journal.ts'
import { DevicePresence } from './live/device-presence.ts'
import { JournalListener } from './live/journal-listener.ts'
import { LiveFeed } from './live/live-feed.ts'
import { putRefusedAside } from './refused-readings.ts'
import { Accounts } from './registry/accounts.ts'
import { ChannelBook } from './registry/channels.ts'
import { DeviceCredentials } from './registry/credentials.ts'
import { Registry } from './registry/registry.ts'
import { RuleBook } from './registry/rules.ts'
import { SelfCheck } from './self-check.ts'
import { StopStack } from './stop-stack.ts'
import { SystemClock } from './system-clock.ts'
import { latestAtStart, openTimeSeries } from './timeseries/open-time-series.ts'
import { TimeSeriesWriter } from './timeseries/writer.ts'

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
 * The whole gateway, wired in the order in which a reading travels; stopping is the mirror of it.
 * Long on purpose: splitting it would hide who is handed to whom. Rejects with a `CodedError` for
 * what an operator can mend (folder in use, damaged database, port taken); what was started is
 * stopped again then.
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

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one straight line, read from top to bottom.
async function start(settings: Settings, logger: Logger, stopping: StopStack): Promise<App> {
  const clock = new SystemClock()
  const dataPath = (name: string) => join(settings.dataDir, name)
  const claim = claimDataFolder(settings.dataDir)
  stopping.push('data folder', () => claim.release())

  // What is known: the plant, its people and its rules.
  const database = await openDatabase({ path: dataPath('vigil.db'), clock, logger })
  stopping.push('database', () => database.stop())
  const credentials = new DeviceCredentials({ database, clock })
  await credentials.start()
  const profiles = loadProfiles().map(toDeviceProfile)
  const registry = new Registry({ database, clock, credentials, profiles })
  await registry.start()
  const organizationExists = (id: string) => registry.organization(id) !== null
  const accounts = new Accounts({ database, clock, organizationExists })
  const { printedPassword } = await accounts.start({ adminPassword: settings.adminPassword })
  const rules = new RuleBook({ database, clock, registry, builtIn: loadRulePacks(alarmRuleDraft) })
  await rules.start()
  const channels = new ChannelBook({ database, clock, organizationExists })
  await channels.start()

  // The way of a reading: journal, time series, ingest.
  const journal = new SqliteJournal({
    path: dataPath('journal.db'),
    clock,
    logger,
    ...settings.journal,
  })
  await journal.start()
  stopping.push('journal', () => journal.stop())
  const rejectedMessages = new SqliteRejectedMessageStore(database)
  const inbox = new RejectedInbox({ store: rejectedMessages, clock, logger })
  stopping.push('rejected inbox', () => inbox.stop())
  inbox.restore(await rejectedMessages.counts())
  const timeSeries = openTimeSeries(settings.timeSeries.url.reveal(), {
    dataDir: settings.dataDir,
    clock,
    logger,
    token: settings.timeSeries.influxToken?.reveal() ?? null,
    retentionDays: settings.timeSeries.retentionDays,
    journal: journal.status(),
    onRefusedReadings: (refused) => putRefusedAside(refused, { clock, inbox, logger }),
  })
  await timeSeries.start()
  stopping.push('time series', () => timeSeries.stop())
  const writer = new TimeSeriesWriter({ store: timeSeries, journal, clock, random })
  const ingest = createIngest({ journal, directory: registry, inbox, clock })
  const [tail, latest] = [await journal.tail(), await latestAtStart(timeSeries, { clock, logger })]
  clock.notBefore(tail.at(-1)?.readings.at(-1)?.arrivedAtMs ?? 0)
  ingest.seed(tail, latest)

  // Judging and telling.
  const alarmStore = new SqliteAlarmStore(database)
  const outbox = new SqliteOutboxStore(database)
  const alarms = new AlarmService({
    store: alarmStore,
    clock,
    places: registry,
    channels: () => channels.notificationChannels(),
    onIgnored: (event, refusal) => logger.warn({ event, refusal }, 'a condition was left aside'),
  })
  await alarms.start()
  stopping.push('alarms', () => alarms.stop())
  const systemAlarms = new SystemAlarms({ alarms, clock })
  systemAlarms.start()
  const report = (fact: SystemFact) => {
    systemAlarms.report(fact).catch(failLoudly)
  }
  const { allowPrivateReceivers } = settings.notification
  const dispatcher = new OutboxDispatcher({
    store: outbox,
    clock,
    channelOf: (id) => {
      const channel = channels.notificationChannel(id)
      return channel?.enabled === true ? createChannel(channel, { allowPrivateReceivers }) : null
    },
    onChannelFact: ({ channelId, isFailing, detail }) =>
      report({ condition: 'channel-failing', subject: channelId, isPresent: isFailing, detail }),
    onFailure: failLoudly,
  })
  const engine = new RuleEngine(rules)
  const loop = new JudgementLoop({
    source: journal,
    engine,
    alarms,
    store: alarmStore,
    clock,
    onFailure: failLoudly,
  })

  // Those who watch.
  const presence = new DevicePresence({
    clock,
    silentAfterMsOf: (id) => registry.profileOf(id)?.silentAfterMs ?? null,
  })
  presence.restore(latest)
  stopping.push('presence', () => presence.stop())
  const live = new LiveFeed({ clock, registry, accounts, allowedOrigins: [] })
  const listener = new JournalListener({
    journal,
    listeners: [(readings) => presence.hear(readings), (readings) => live.hear(readings)],
    onFailure: failLoudly,
  })
  const broker = new EmbeddedBroker({
    clock,
    logger,
    access: {
      authenticate: async ({ username, password }) =>
        credentials.verify(username, password.toString('utf8')) ? parseDeviceId(username) : null,
      authenticateCertificate: async ({ commonName }) =>
        registry.device(commonName) === null ? null : parseDeviceId(commonName),
    },
    publishReceived: async (message) => {
      await ingest.accept(message)
    },
    publishRefused: ({ deviceId, topicName, payload, arrivedAtMs, reason }) =>
      inbox.record({
        deviceId,
        receivedAtMs: arrivedAtMs,
        topic: topicName,
        reason,
        detail: '',
        payload,
        payloadBytes: payload.length,
      }),
    deviceConnected: (deviceId) => presence.connected(deviceId),
    deviceDisconnected: (deviceId) => presence.disconnected(deviceId),
    identityContested: (deviceId, info) =>
      logger.warn({ deviceId, ...info }, 'one identity is used from several places'),
  })

  const instruments = new Instruments()
  const selfCheck = new SelfCheck({
    clock,
    journal,
    database,
    writer,
    broker,
    ingest,
    inbox,
    live,
    alarms,
    report,
  })
  selfCheck.observe(instruments)
  const tls = readTls(settings)
  let entrances: Entrances = { mqttPort: null, mqttsPort: null }
  const http = await buildHttpServer(
    {
      clock,
      registry,
      accounts,
      credentials,
      rules,
      channels,
      ingest,
      alarms,
      alarmQueries: new AlarmQueries(database),
      alarmStore,
      outbox,
      dispatcher,
      notificationQueries: new NotificationQueries(database),
      rejectedMessages,
      rejections: inbox,
      audit: new AuditLog(database),
      timeSeries,
      presence,
      entrances: () => entrances,
      health: () => selfCheck.health(),
      instruments,
    },
    { logger, version: VERSION, tls, allowedOrigins: [], dashboardDir: DASHBOARD_DIR },
  )
  stopping.push('HTTP', () => http.close())

  // Who is told of what.
  alarms.onChange(({ alarm }) => {
    live.alarmChanged(alarm)
    dispatcher.wake()
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
  registry.onChange((change) => {
    live.registryChanged(change)
    if (change.kind !== 'device' || change.action !== 'removed') return
    broker.disconnectDevice(change.id as DeviceId, 'device_deleted')
    ingest.forget(change.id)
    presence.forget(change.id)
  })

  // From here on it runs: consumers first, the doors last.
  for (const { deviceId, point, value } of latest) engine.remember(deviceId, point, value)
  writer.start()
  stopping.push('time-series writer', () => writer.stop())
  await loop.start()
  stopping.push('judgement loop', () => loop.stop())
  listener.start()
  stopping.push('journal listener', () => listener.stop())
  dispatcher.start()
  stopping.push('outbox dispatcher', () => dispatcher.stop())
  const jobs = new Jobs({
    clock,
    logger,
    timeSeries,
    database,
    retentionDays: settings.timeSeries.retentionDays,
  })
  jobs.start()
  stopping.push('jobs', () => jobs.stop())
  selfCheck.start()
  stopping.push('self-check', () => selfCheck.stop())
  live.start(http.server, alarms.openAlarms())
  stopping.push('live feed', () => live.stop())
  stopping.push('MQTT over WebSocket', attachWebSocket(http.server, broker))
  stopping.push('broker', () => broker.stop())
  entrances = await listening('MQTT', broker.start(mqttAddresses(settings, tls)))
  const { host } = settings
  await listening('HTTP', http.listen({ host, port: settings.http.port }))
  const httpPort = (http.server.address() as AddressInfo).port
  return { httpPort, mqttPort: entrances.mqttPort, printedPassword, stop: () => stopping.stop() }
}

interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
  readonly clientCa?: Buffer
}

function readTls({ tls }: Settings): TlsFiles | null {
  const { certFile, keyFile, clientCaFile } = tls
  if (certFile === null || keyFile === null) return null
  try {
    return {
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      ...(clientCaFile === null ? {} : { clientCa: readFileSync(clientCaFile) }),
    }
  } catch (error) {
    throw new CodedError(
      'tls_unreadable',
      `A TLS file cannot be read: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  }
}

function mqttAddresses({ host, mqtt }: Settings, tls: TlsFiles | null) {
  return {
    plain: mqtt.port === 'off' ? null : { host, port: mqtt.port },
    tls: tls === null || mqtt.tlsPort === 'off' ? null : { host, port: mqtt.tlsPort, ...tls },
  }
}

/** A port that somebody else has is the operator's to mend, not a crash. */
async function listening<Result>(what: string, opened: Promise<Result>): Promise<Result> {
  try {
    return await opened
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || !LISTEN_REFUSALS.has(code)) throw error
    throw new CodedError('port_unavailable', `${what} cannot listen: ${message}.`, {
      hint: 'Another program has the port, or it needs rights: choose another (VIGIL_HTTP_PORT, VIGIL_MQTT_PORT).',
      cause: error,
    })
  }
}

const LISTEN_REFUSALS = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'])

const RANDOM_STEPS = 2 ** 32

/** From 0 to below 1, to spread retries. */
function random(): number {
  return randomInt(RANDOM_STEPS) / RANDOM_STEPS
}

/** A defect: out of every promise, so that the process ends and its supervisor restarts it. */
function failLoudly(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
