import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import type { OutboxStore } from '#alerting/notification/outbox.ts'
import { loadDuties } from '#config/duties.ts'
import { loadRequiredPoints } from '#config/required-points.ts'
import type { Settings } from '#config/schema.ts'
import { DutyBook } from '../duties/duty-book.ts'
import { DutyReminders } from '../duties/duty-reminders.ts'
import type { DevicePresence } from '../live/device-presence.ts'
import { SourceIndex } from '../watching/source-index.ts'
import { SourceWatch } from '../watching/source-watch.ts'
import { WatchBook } from '../watching/watch-book.ts'
import { failLoudly, type Ground } from './ground.ts'
import type { Plant } from './plant.ts'

/** What watches hazard sources. It starts with the consumers, in `app.ts`. */
export async function openWatching(
  { clock, settings }: Ground,
  { database, registry, hazards, channels }: Plant,
  {
    presence,
    alarms,
    outbox,
  }: {
    readonly presence: DevicePresence
    readonly alarms: AlarmService
    readonly outbox: Pick<OutboxStore, 'add'>
  },
) {
  const sources = new SourceIndex()
  await sources.follow(hazards)
  const watchBook = new WatchBook({ database, plant: registry, sources })
  await watchBook.start()
  const sourceWatch = new SourceWatch({
    clock,
    book: watchBook,
    sources,
    plant: registry,
    required: loadRequiredPoints(),
    statusOf: (deviceId) => presence.statusOf(deviceId).status,
    apply: (events) => alarms.apply(events),
    settings: settings.watching.quantityAlarm,
    retentionDays: settings.timeSeries.retentionDays,
    onFailure: failLoudly,
  })
  const days = dutyDays(settings.duties)
  const duties = new DutyBook({ database, clock, sources, duties: loadDuties(), days })
  await duties.start()
  const dutyReminders = new DutyReminders({
    duties,
    places: registry,
    channels: () => channels.notificationChannels(),
    outbox,
    clock,
  })
  return { sources, watchBook, sourceWatch, duties, dutyReminders }
}

function dutyDays(settings: Settings['duties']) {
  return {
    operating: settings.operatingDays,
    technical: settings.technicalDays,
    halfYearly: settings.halfYearlyDays,
    yearly: settings.yearlyDays,
  }
}
