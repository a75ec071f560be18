import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { Counter, Registry as Instruments } from 'prom-client'
import { test as base } from 'vitest'
import { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { AlarmVerbs } from '#alerting/alarms/alarm-verbs.ts'
import { AlarmLoad } from '#alerting/annunciation/alarm-load.ts'
import { LOAD_SETTINGS } from '#alerting/annunciation/builders.suite.ts'
import { DrillService } from '#alerting/drills/drill-service.ts'
import { alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { JudgingTools } from '#alerting/rules/judging-tools.ts'
import { RuleEngine } from '#alerting/rules/rule-engine.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { WindowService } from '#alerting/windows/window-service.ts'
import { loadCalendars } from '#config/calendars.ts'
import { loadDuties } from '#config/duties.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import { loadSettings } from '#config/load.ts'
import { loadRequiredPoints } from '#config/required-points.ts'
import { Secret } from '#config/secret.ts'
import { BackTests } from '../back-testing/back-tests.ts'
import { LookBacks } from '../back-testing/look-backs.ts'
import type { Role } from '../contract.ts'
import { AlarmQueries } from '../database/alarm-queries.ts'
import { SqliteAlarmStore } from '../database/alarm-store.ts'
import { AuditLog } from '../database/audit-log.ts'
import { START_MS } from '../database/builders.suite.ts'
import { SqliteDrillStore } from '../database/drill-store.ts'
import { FairLock } from '../database/fair-lock.ts'
import { HandoverStore } from '../database/handover-store.ts'
import { SqliteIncidentStore } from '../database/incident-store.ts'
import { NotificationQueries } from '../database/notification-queries.ts'
import { openDatabase } from '../database/open.ts'
import { SqliteOutboxStore } from '../database/outbox-store.ts'
import { PerformanceQueries } from '../database/performance-queries.ts'
import { SqliteRejectedMessageStore } from '../database/rejected-message-store.ts'
import { RiskStore } from '../database/risk-store.ts'
import { rungLately, shelvingsOf } from '../database/rule-alarm-history.ts'
import { SqliteWindowStore } from '../database/window-store.ts'
import { PdfWriter } from '../documents/pdf-writer.ts'
import { DutyBook } from '../duties/duty-book.ts'
import { HazardArchive } from '../hazards/archive.ts'
import { DocumentFolder } from '../hazards/document-folder.ts'
import { FilingDesk } from '../hazards/filing-desk.ts'
import { DEFAULT_TERMS } from '../hazards/hazard-terms.ts'
import { HazardRegister } from '../hazards/register.ts'
import { createIngest } from '../ingest/pipeline.ts'
import { RejectedInbox } from '../ingest/rejected-inbox.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { MapPlaceBoard } from '../map/map-places.ts'
import { MapView } from '../map/map-view.ts'
import { Accounts } from '../registry/accounts.ts'
import { CalendarBook } from '../registry/calendar-book.ts'
import { CalendarLife } from '../registry/calendar-life.ts'
import { ChannelBook } from '../registry/channels.ts'
import { DeviceCredentials } from '../registry/credentials.ts'
import { Registry } from '../registry/registry.ts'
import { RuleChecks } from '../registry/rule-checks.ts'
import { RuleLife } from '../registry/rule-life.ts'
import { rulePlaceOf } from '../registry/rule-places.ts'
import { RuleRights } from '../registry/rule-rights.ts'
import { RuleBook } from '../registry/rules.ts'
import type { DeviceProfile } from '../registry/types.ts'
import { RISK_SETTINGS } from '../risk/risk.suite.ts'
import { RiskBoard } from '../risk/risk-board.ts'
import { riskFactsOf } from '../risk/risk-facts.ts'
import { SESSION_COOKIE } from '../same-origin.ts'
import { EmbeddedStore } from '../timeseries/embedded-store.ts'
import { SourceIndex } from '../watching/source-index.ts'
import { SourceWatch } from '../watching/source-watch.ts'
import { WatchBook } from '../watching/watch-book.ts'
import { openEvidence } from '../wiring/evidence.ts'
import { buildHttpServer, type HttpServerOptions } from './http-server.ts'
import type { HttpServices } from './services.ts'

export { START_MS }
export const PASSWORD = 'correct horse battery'
const CHEAP = { blocks: 16, blockSize: 8, passes: 1 }

export const GAS: DeviceProfile = {
  id: 'gas-combustible',
  name: { zh: '可燃气体探测器', en: 'Combustible gas detector' },
  family: 'gas',
  points: new Map([
    [
      'lel',
      {
        name: 'lel',
        label: { zh: '浓度', en: 'Concentration' },
        kind: 'number',
        unit: '%LEL',
        range: { min: 0, max: 100 },
        primary: true,
      },
    ],
  ]),
  silentAfterMs: 60_000,
  builtIn: true,
}

export const TANK: DeviceProfile = {
  ...GAS,
  id: 'tank',
  name: { zh: '储罐', en: 'Storage tank' },
  family: 'tank',
  points: new Map([
    [
      'level',
      {
        name: 'level',
        label: { zh: '液位', en: 'Level' },
        kind: 'number',
        unit: '%',
        range: { min: 0, max: 100 },
        primary: true,
      },
    ],
  ]),
}

const STEP_MS = { acknowledge: 60_000, dispatch: 60_000, arrive: 60_000 }
const STEPS_MS = { ...STEP_MS, dispose: 60_000, review: 60_000, close: 60_000 }
const CASE_RULES = {
  limits: { 1: STEPS_MS, 2: STEPS_MS, 3: STEPS_MS, 4: null },
  secondPersonGradeMax: 2,
}
export const GAS_RULE = alarmRuleDraft.parse({
  id: 'gas-combustible-high',
  name: { zh: '可燃气体浓度高', en: 'Combustible gas high' },
  profileIds: ['gas-combustible'],
  point: 'lel',
  condition: {
    kind: 'limit',
    direction: 'high',
    deadband: 5,
    setpoints: [{ setpoint: 25, grade: 3, label: { zh: '一级报警', en: 'First alarm' } }],
  },
  latching: true,
  response: { zh: '撤离并关阀', en: 'Leave and close the valve' },
})

/** A caller with a session of its own: sends what a browser of that person would send. */
export type Caller = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
) => Promise<LightMyRequestResponse>

const { alarmManagement: ALARM_MANAGEMENT } = loadSettings({})

/**
 * A district with two towns: in each an enterprise with one site and one gas detector, named `…-a`
 * and `…-b`. Everything is real and on disk but the clock; readings are given by the test.
 */
export class District {
  readonly app: FastifyInstance
  readonly services: HttpServices
  readonly registry: Registry
  readonly accounts: Accounts
  readonly alarms: AlarmService
  readonly alarmVerbs: AlarmVerbs
  readonly timeSeries: EmbeddedStore
  readonly journal: SqliteJournal
  readonly outbox: SqliteOutboxStore
  readonly clock: SimulatedClock
  readonly folder: string
  /** Hazard sources as watchers and the map see them. */
  readonly sources: SourceIndex
  /** What the self-check says. */
  readonly state: { isReady: boolean }

  constructor(parts: {
    readonly app: FastifyInstance
    readonly services: HttpServices
    readonly alarms: AlarmService
    readonly timeSeries: EmbeddedStore
    readonly journal: SqliteJournal
    readonly outbox: SqliteOutboxStore
    readonly clock: SimulatedClock
    readonly folder: string
    readonly sources: SourceIndex
    readonly state: { isReady: boolean }
  }) {
    this.app = parts.app
    this.services = parts.services
    this.registry = parts.services.registry
    this.accounts = parts.services.accounts
    this.alarms = parts.alarms
    this.alarmVerbs = new AlarmVerbs(parts.alarms)
    this.timeSeries = parts.timeSeries
    this.journal = parts.journal
    this.outbox = parts.outbox
    this.clock = parts.clock
    this.folder = parts.folder
    this.sources = parts.sources
    this.state = parts.state
  }

  async sessionOf(username: string): Promise<string> {
    const opened = await this.accounts.login({ username, password: PASSWORD, address: '::1' })
    return opened.token
  }

  async as(username: string): Promise<Caller> {
    const token = await this.sessionOf(username)
    return this.with({ cookie: `${SESSION_COOKIE}=${token}` })
  }

  with(headers: Readonly<Record<string, string>>): Caller {
    return (method, url, body) =>
      this.app.inject({
        method,
        url,
        headers: { host: 'vigil.local', ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      })
  }

  /** The detector of that town goes beyond its first set-point: one alarm; its id. */
  async raise(town: 'a' | 'b'): Promise<string> {
    await this.#condition(town, 'raised', 30)
    const open = [...this.alarms.openAlarms()].find((alarm) => alarm.deviceId === `gas-${town}`)
    if (open === undefined) throw new Error('no alarm was raised')
    return open.id
  }

  async clear(town: 'a' | 'b'): Promise<void> {
    await this.#condition(town, 'returned', 1)
  }

  async #condition(town: string, kind: 'raised' | 'returned', value: number): Promise<void> {
    const cause = { ruleId: GAS_RULE.id, deviceId: `gas-${town}`, point: 'lel' }
    const event = { ...cause, atMs: this.clock.nowMs(), value, note: null }
    await this.alarms.apply([
      kind === 'returned'
        ? { ...event, kind }
        : {
            ...event,
            kind,
            rule: { ...GAS_RULE, version: 1 },
            grade: 3,
            label: { zh: '一级报警', en: 'First alarm' },
            setpoint: 25,
            onset: `${this.clock.nowMs()}`,
          },
    ])
  }
}

export async function buildDistrict(
  folder: string,
  overrides: Partial<HttpServerOptions> = {},
): Promise<{ readonly district: District; readonly stop: () => Promise<void> }> {
  const logger = pino({ level: 'silent' })
  const clock = new SimulatedClock(START_MS)
  const database = await openDatabase({
    path: join(folder, 'vigil.db'),
    clock,
    logger,
    ballastBytes: 0,
  })
  const credentials = new DeviceCredentials({ database, clock })
  const registry = new Registry({ database, clock, credentials, profiles: [GAS, TANK] })
  const organizationExists = (id: string) => registry.organization(id) !== null
  const accounts = new Accounts({ database, clock, organizationExists, scryptCost: CHEAP })
  const channels = new ChannelBook({ database, clock, organizationExists })
  const rules = new RuleBook({ database, clock, registry, builtIn: [GAS_RULE] })
  await credentials.start()
  await registry.start()
  await accounts.start({ adminPassword: new Secret(PASSWORD) })
  await channels.start()
  await rules.start()
  const ruleRights = new RuleRights(registry)
  const calendars = new CalendarBook({ database, clock, shipped: loadCalendars() })
  await calendars.start()
  const ruleChecks = new RuleChecks({ model: registry, clock, shipped: [GAS_RULE], calendars })
  const changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })
  const life = { database, clock, rules, rights: ruleRights, changing }
  const ruleLife = new RuleLife({ ...life, checks: ruleChecks })
  await ruleLife.start()
  const calendarLife = new CalendarLife({ ...life, calendars })
  await calendarLife.start()
  const alarmStore = new SqliteAlarmStore(database)
  const outbox = new SqliteOutboxStore(database)
  const fail = (error: unknown) => {
    throw error
  }
  const windowStore = new SqliteWindowStore(database)
  const drillStore = new SqliteDrillStore(database)
  const windows = new WindowService({
    store: windowStore,
    clock,
    places: registry,
    onChange: () => undefined,
    onFailure: fail,
  })
  const alarms = new AlarmService({
    serviceWindows: windows,
    store: alarmStore,
    clock,
    places: registry,
    channels: () => channels.notificationChannels(),
    caseRules: CASE_RULES,
  })
  const timeSeries = new EmbeddedStore({ path: join(folder, 'readings.db'), clock })
  await timeSeries.start()
  const tools = new JudgingTools()
  const asked = {
    store: timeSeries,
    clock,
    tools,
    placeOf: (deviceId: string) => rulePlaceOf(registry, deviceId),
    shelvings: (ruleId: string, deviceIds: readonly string[]) =>
      shelvingsOf(database, ruleId, deviceIds),
  }
  const backTests = new BackTests(asked)
  const lookBacks = new LookBacks({
    ...asked,
    rungLately: (ruleId, sinceMs) => rungLately(database, ruleId, sinceMs),
  })
  const rejectedMessages = new SqliteRejectedMessageStore(database)
  const inbox = new RejectedInbox({ store: rejectedMessages, clock, logger })
  const journal = new SqliteJournal({
    path: join(folder, 'journal.db'),
    clock,
    logger,
    bytesMax: 1e9,
    diskReserveBytes: 0,
  })
  await journal.start()
  const hazards = new HazardRegister({ database, clock, places: registry })
  const sources = new SourceIndex()
  await sources.follow(hazards)
  const watchBook = new WatchBook({ database, plant: registry, sources })
  await watchBook.start()
  const duties = new DutyBook({
    database,
    clock,
    sources,
    duties: loadDuties(),
    days: { operating: 7, technical: 90, halfYearly: 182, yearly: 365 },
  })
  await duties.start()
  const sourceWatch = new SourceWatch({
    clock,
    book: watchBook,
    sources,
    plant: registry,
    required: loadRequiredPoints(),
    statusOf: () => 'online',
    apply: (events) => alarms.apply(events),
    settings: { grade: 2, deadbandPercent: 1, onDelaySeconds: 10 },
    retentionDays: 400,
    onFailure: (error) => logger.error(error),
  })
  const state = { isReady: true }
  const instruments = new Instruments()
  new Counter({ name: 'vigil_test_total', help: 'test', registers: [instruments] }).inc()
  const incidentStore = new SqliteIncidentStore(database)
  const alarmLoad = new AlarmLoad({
    settings: LOAD_SETTINGS,
    clock,
    places: registry,
    store: incidentStore,
    onFailure: (error) => {
      throw error
    },
  })
  alarms.onChange((change) => alarmLoad.changed(change))
  const pdf = new PdfWriter({ clock })
  const alarmVerbs = new AlarmVerbs(alarms)
  const presence = {
    statusOf: () => ({ status: 'never-seen', lastSeenAtMs: null, connected: false }) as const,
  }
  const proof = openEvidence(
    { clock, logger, dataPath: (name) => join(folder, name) },
    { database, registry, rules, channels, timeSeries, alarms, alarmVerbs, alarmStore, presence },
  )
  const services: HttpServices = {
    alarmLoad,
    incidentStore,
    performanceQueries: new PerformanceQueries(database),
    handovers: new HandoverStore(database),
    alarmManagement: ALARM_MANAGEMENT,
    clock,
    registry,
    accounts,
    credentials,
    rules,
    ruleLife,
    engine: new RuleEngine(rules),
    tools,
    backTests,
    lookBacks,
    ruleRights,
    ruleChecks,
    calendars,
    calendarLife,
    channels,
    alarms,
    alarmVerbs,
    ...proof,
    windows,
    windowStore,
    drills: new DrillService({ store: drillStore, clock, alarms, onFailure: fail }),
    drillStore,
    alarmQueries: new AlarmQueries(database),
    alarmStore,
    outbox,
    dispatcher: { wake: () => undefined },
    notificationQueries: new NotificationQueries(database),
    ingest: createIngest({ journal, directory: registry, inbox, work: windows }),
    rejectedMessages,
    rejections: inbox,
    audit: new AuditLog(database),
    hazards,
    filings: new FilingDesk({ register: hazards, clock, terms: DEFAULT_TERMS }),
    pdf,
    archive: new HazardArchive({
      register: hazards,
      folder: new DocumentFolder({
        path: join(folder, 'documents'),
        known: (sha256s) => hazards.documentStore.known(sha256s),
        clock,
        logger,
      }),
      clock,
    }),
    timeSeries,
    presence: {
      statusOf: () => ({ status: 'never-seen', lastSeenAtMs: null, connected: false }),
    },
    sources,
    watchBook,
    sourceWatch,
    duties,
    map: new MapView(
      new MapPlaceBoard({
        clock,
        plant: registry,
        sources,
        book: watchBook,
        openAlarms: () => alarms.openAlarms(),
        statusOf: () => 'online',
      }),
      { outline: null, outlineProblem: null, tiles: null },
    ),
    risk: new RiskBoard({
      clock,
      plant: registry,
      facts: riskFactsOf({
        plant: registry,
        sources,
        duties,
        openAlarms: () => alarms.openAlarms(),
        presenceOf: () => ({ status: 'online', lastSeenAtMs: null }),
      }),
      settings: RISK_SETTINGS,
      store: new RiskStore(database),
      keptDays: 30,
    }),
    entrances: () => ({ mqttPort: 1883, mqttsPort: null }),
    health: () => ({
      ready: state.isReady,
      parts: [{ name: 'journal', state: 'ok', detail: 'Takes readings.', reasons: [] }],
    }),
    instruments,
  }
  await alarms.start()
  await windows.start(alarms)
  await proof.evidence.start()
  await alarmLoad.start(alarms.openAlarms())
  await populate(services)
  const dashboardDir = join(folder, 'dist')
  await mkdir(join(dashboardDir, 'assets'), { recursive: true })
  await writeFile(join(dashboardDir, 'index.html'), '<!doctype html><title>安哨</title>')
  await writeFile(join(dashboardDir, 'assets', 'app-1a2b.js'), 'export {}')
  await writeFile(join(dashboardDir, '.secret'), 'hidden')
  const app = await buildHttpServer(services, {
    logger,
    version: '0.0.0-test',
    tls: null,
    allowedOrigins: [],
    dashboardDir,
    ...overrides,
  })
  const stop = async () => {
    await app.close()
    await pdf.stop()
    await proof.evidence.stop()
    await windows.stop()
    await alarms.stop()
    await alarmLoad.stop()
    await journal.stop()
    await inbox.stop()
    await timeSeries.stop()
    await database.stop()
  }
  return {
    district: new District({
      app,
      services,
      alarms,
      timeSeries,
      journal,
      outbox,
      clock,
      folder,
      sources,
      state,
    }),
    stop,
  }
}

async function populate({ registry, accounts }: HttpServices): Promise<void> {
  const anOrganization = (
    id: string,
    kind: 'district' | 'town' | 'enterprise',
    parentId?: string,
  ) => registry.createOrganization({ id, name: `${id} 名`, kind, parentId: parentId ?? null })
  const aUser = (username: string, role: Role, organizationId: string | null) =>
    accounts.createUser({
      username,
      displayName: username,
      password: PASSWORD,
      role,
      organizationId,
      language: 'zh',
    })
  await anOrganization('district', 'district')
  for (const town of ['a', 'b']) {
    await anOrganization(`town-${town}`, 'town', 'district')
    await anOrganization(`enterprise-${town}`, 'enterprise', `town-${town}`)
    await registry.createSite({
      id: `site-${town}`,
      name: `site ${town}`,
      organizationId: `enterprise-${town}`,
      address: '',
      position: null,
      contactName: '陈',
      contactPhone: '13800000000',
    })
    await registry.createDevice({
      id: `gas-${town}`,
      name: `gas ${town}`,
      profileId: GAS.id,
      siteId: `site-${town}`,
      location: 'boiler',
    })
    await aUser(`admin-${town}`, 'administrator', `town-${town}`)
    await aUser(`manager-${town}`, 'safety-manager', `enterprise-${town}`)
    await aUser(`operator-${town}`, 'operator', `enterprise-${town}`)
    await aUser(`viewer-${town}`, 'viewer', `town-${town}`)
  }
}

async function withDistrict(use: (district: District) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-http-'))
  const { district, stop } = await buildDistrict(folder)
  await use(district)
  await stop()
  await rm(folder, { recursive: true, force: true })
}

/** `district`: of the test alone; `shared`: of the file, for tests that change nothing. */
export const test = base.extend<{
  readonly district: District
  readonly shared: District
}>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  district: async ({}, use) => withDistrict(use),
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  shared: [async ({}, use) => withDistrict(use), { scope: 'file' }],
})
