import { readingsWhere } from '#alerting/reading-columns.ts'
import { DevicePresence } from '../live/device-presence.ts'
import { JournalListener } from '../live/journal-listener.ts'
import { LiveFeed } from '../live/live-feed.ts'
import type { AlarmPath } from './alarm-path.ts'
import { failLoudly, type Ground } from './ground.ts'
import { openMap } from './map.ts'
import type { Plant } from './plant.ts'
import type { ReadingPath } from './reading-path.ts'
import { openWatching } from './watching.ts'

export type Watchers = Awaited<ReturnType<typeof openWatchers>>

/** Those who watch: who is there, and what people see live. */
export async function openWatchers(
  ground: Ground,
  plant: Plant,
  { journal, latest }: ReadingPath,
  { alarms, alarmLoad, outbox }: AlarmPath,
) {
  const { clock, stopping } = ground
  const { registry, accounts } = plant
  const presence = new DevicePresence({
    clock,
    silentAfterMsOf: (id) => registry.profileOf(id)?.silentAfterMs ?? null,
  })
  presence.restore(latest)
  stopping.push('presence', () => presence.stop())
  const watching = await openWatching(ground, plant, { presence, alarms, outbox })
  const map = await openMap(ground, plant, { presence, alarms, ...watching })
  const live = new LiveFeed({ clock, registry, accounts, allowedOrigins: [], alarmLoad })
  const { sourceWatch } = watching
  const listener = new JournalListener({
    journal,
    listeners: [
      (columns) => presence.hear(columns),
      (columns) => live.hear(readingsWhere(columns, (it) => live.isWatched(it.deviceId))),
      (columns) =>
        sourceWatch.hear(readingsWhere(columns, (it) => sourceWatch.isWatched(it.deviceId))),
    ],
    onFailure: failLoudly,
  })
  return { presence, live, listener, ...watching, ...map }
}
