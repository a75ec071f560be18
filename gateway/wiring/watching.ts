import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { loadRequiredPoints } from '#config/required-points.ts'
import type { DevicePresence } from '../live/device-presence.ts'
import { SourceIndex } from '../watching/source-index.ts'
import { SourceWatch } from '../watching/source-watch.ts'
import { WatchBook } from '../watching/watch-book.ts'
import { failLoudly, type Ground } from './ground.ts'
import type { Plant } from './plant.ts'

/** What watches hazard sources. It starts with the consumers, in `app.ts`. */
export async function openWatching(
  { clock, settings }: Ground,
  { database, registry, hazards }: Plant,
  { presence, alarms }: { readonly presence: DevicePresence; readonly alarms: AlarmService },
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
  return { sources, watchBook, sourceWatch }
}
