import { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { AlarmVerbs } from '#alerting/alarms/alarm-verbs.ts'
import { JudgementLoop } from '#alerting/alarms/judgement-loop.ts'
import { SystemAlarms, type SystemFact } from '#alerting/alarms/system-alarms.ts'
import type { InhibitionKeeper } from '#alerting/annunciation/inhibition-keeper.ts'
import { createChannel } from '#alerting/channels/create-channel.ts'
import { DrillService } from '#alerting/drills/drill-service.ts'
import type { DigestKeeper } from '#alerting/notification/digest-keeper.ts'
import { OutboxDispatcher } from '#alerting/notification/outbox-dispatcher.ts'
import { PacedChannels } from '#alerting/notification/paced-channels.ts'
import { CalendarClock } from '#alerting/rules/calendar-clock.ts'
import { JudgingTools } from '#alerting/rules/judging-tools.ts'
import { RuleEngine } from '#alerting/rules/rule-engine.ts'
import { BackTests } from '../back-testing/back-tests.ts'
import { LookBacks } from '../back-testing/look-backs.ts'
import { SqliteAlarmStore } from '../database/alarm-store.ts'
import { SqliteDrillStore } from '../database/drill-store.ts'
import { SqliteOutboxStore } from '../database/outbox-store.ts'
import { SqlitePacedOutbox } from '../database/paced-outbox.ts'
import { rungLately, shelvingsOf } from '../database/rule-alarm-history.ts'
import { rulePlaceOf } from '../registry/rule-places.ts'
import { QUANTITY_POINT } from '../watching/quantity-alarm.ts'
import { createInhibition, openAlarmLoad, openDigests } from './alarm-load.ts'
import { caseRulesOf } from './case-rules.ts'
import { failLoudly, type Ground } from './ground.ts'
import type { Plant } from './plant.ts'
import type { ReadingPath } from './reading-path.ts'
import { robotManners, robotPaces } from './robots.ts'
import { startWindows } from './windows.ts'

export type AlarmPath = Awaited<ReturnType<typeof openAlarmPath>>

/** Judging and telling. Loop and dispatcher are started later, by `app.ts`. */
export async function openAlarmPath(ground: Ground, plant: Plant, readingPath: ReadingPath) {
  const { journal, timeSeries, windows } = readingPath
  const { clock, stopping, settings } = ground
  const { database, rules } = plant
  const alarmStore = new SqliteAlarmStore(database)
  const outbox = new SqliteOutboxStore(database)
  const inhibition = createInhibition(ground, plant)
  const digests = openDigests(ground, plant, () => dispatcher.wake())
  const alarms = createAlarms(ground, plant, { alarmStore, inhibition, windows, digests })
  await alarms.start()
  stopping.push('alarms', () => alarms.stop())
  inhibition.start(alarms)
  stopping.push('inhibition', () => inhibition.stop())
  await startWindows(ground, plant, { windows, alarms })
  const drillStore = new SqliteDrillStore(database)
  const drills = new DrillService({ store: drillStore, clock, alarms, onFailure: failLoudly })
  await drills.start()
  stopping.push('drills', () => drills.stop())
  const load = await openAlarmLoad(ground, plant, alarms)
  const { alarmLoad } = load
  const { startsAbove } = alarmLoad.floodSettings
  digests.start({ startsAbove, floodOf: (position) => alarmLoad.floodOf(position) })
  stopping.push('digests', () => digests.stop())
  const alarmVerbs = new AlarmVerbs(alarms, settings.alarms)
  const systemAlarms = new SystemAlarms({ alarms, clock })
  systemAlarms.start()
  const report = (fact: SystemFact) => {
    systemAlarms.report(fact).catch(failLoudly)
  }
  const dispatcher = openDispatcher(ground, plant, { outbox, report })
  const tools = new JudgingTools(new CalendarClock(plant.calendars.years()))
  const engine = new RuleEngine(rules, tools)
  const loop = new JudgementLoop({
    source: journal,
    engine,
    alarms,
    store: alarmStore,
    clock,
    onFailure: failLoudly,
  })
  return {
    alarmStore,
    outbox,
    alarms,
    alarmVerbs,
    drills,
    drillStore,
    inhibition,
    ...load,
    report,
    dispatcher,
    engine,
    loop,
    tools,
    ...openBackTests(ground, plant, { timeSeries, tools }),
  }
}

function openBackTests(
  { clock, stopping }: Ground,
  { database, registry }: Plant,
  parts: { readonly timeSeries: ReadingPath['timeSeries']; readonly tools: JudgingTools },
): { readonly backTests: BackTests; readonly lookBacks: LookBacks } {
  const asked = {
    store: parts.timeSeries,
    clock,
    tools: parts.tools,
    placeOf: (deviceId: string) => rulePlaceOf(registry, deviceId),
    shelvings: (ruleId: string, deviceIds: readonly string[]) =>
      shelvingsOf(database, ruleId, deviceIds),
  }
  const backTests = new BackTests(asked)
  const lookBacks = new LookBacks({
    ...asked,
    rungLately: (ruleId, sinceMs) => rungLately(database, ruleId, sinceMs),
  })
  stopping.push('back-tests', () => backTests.stop())
  stopping.push('look-backs', () => lookBacks.stop())
  return { backTests, lookBacks }
}

/** The only writer of alarms, with what it asks at each step. */
function createAlarms(
  { clock, logger, settings }: Ground,
  { registry, channels }: Plant,
  asked: {
    readonly alarmStore: SqliteAlarmStore
    readonly inhibition: InhibitionKeeper
    readonly windows: ReadingPath['windows']
    readonly digests: DigestKeeper
  },
): AlarmService {
  const { alarmStore, inhibition, windows, digests } = asked
  return new AlarmService({
    holdBack: (entries) => digests.holdBack(entries),
    store: alarmStore,
    clock,
    inhibition,
    serviceWindows: windows,
    places: {
      placeOf: (deviceId) => registry.placeOf(deviceId),
      // The quantity in a tank is computed from its gauge; no profile has it.
      pointOf: (deviceId, point) =>
        point === QUANTITY_POINT.name ? QUANTITY_POINT : registry.pointOf(deviceId, point),
    },
    channels: () => channels.notificationChannels(),
    caseRules: caseRulesOf(settings.cases),
    onIgnored: (event, refusal) => {
      // A rule says again that it stands without knowing whether anybody has seen it.
      if (event.kind === 're-alarmed') return
      logger.warn({ event, refusal }, 'a condition was left aside')
    },
  })
}

function openDispatcher(
  { clock, settings }: Ground,
  { channels, database }: Plant,
  telling: {
    readonly outbox: SqliteOutboxStore
    readonly report: (fact: SystemFact) => void
  },
): OutboxDispatcher {
  const { robots, allowPrivateReceivers } = settings.notification
  const surroundings = { addresses: { allowPrivateReceivers }, manners: robotManners(robots) }
  return new OutboxDispatcher({
    store: telling.outbox,
    clock,
    paced: new PacedChannels({
      outbox: new SqlitePacedOutbox(database),
      paces: () => robotPaces(robots, channels.notificationChannels()),
    }),
    channelOf: (id) => {
      const channel = channels.notificationChannel(id)
      return channel?.enabled === true ? createChannel(channel, surroundings) : null
    },
    onGone: async (id) => {
      if (channels.channel(id) !== null) await channels.patch(id, { enabled: false })
    },
    onChannelFact: ({ channelId, isFailing, detail }) =>
      telling.report({
        condition: 'channel-failing',
        subject: channelId,
        isPresent: isFailing,
        detail,
      }),
    onFailure: failLoudly,
  })
}
