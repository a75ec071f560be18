import { DevicePresence } from '../live/device-presence.ts'
import { JournalListener } from '../live/journal-listener.ts'
import { LiveFeed } from '../live/live-feed.ts'
import { failLoudly, type Ground } from './ground.ts'
import type { Plant } from './plant.ts'
import type { ReadingPath } from './reading-path.ts'

export type Watchers = ReturnType<typeof openWatchers>

/** Those who watch: who is there, and what people see live. */
export function openWatchers(
  { clock, stopping }: Ground,
  { registry, accounts }: Plant,
  { journal, latest }: ReadingPath,
) {
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
  return { presence, live, listener }
}
