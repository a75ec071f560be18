import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { RiskStore } from '../database/risk-store.ts'
import type { DutyBook } from '../duties/duty-book.ts'
import type { DevicePresence } from '../live/device-presence.ts'
import { MapPlaceBoard } from '../map/map-places.ts'
import { MapView } from '../map/map-view.ts'
import { loadOutline } from '../map/outline.ts'
import { RiskBoard } from '../risk/risk-board.ts'
import { riskFactsOf } from '../risk/risk-facts.ts'
import type { SourceIndex } from '../watching/source-index.ts'
import type { WatchBook } from '../watching/watch-book.ts'
import type { Ground } from './ground.ts'
import type { Plant } from './plant.ts'

/** The map and the risk of what is on it. */
export async function openMap(
  { clock, settings, dataPath, logger }: Ground,
  { database, registry: plant }: Plant,
  watched: {
    readonly alarms: AlarmService
    readonly presence: DevicePresence
    readonly sources: SourceIndex
    readonly watchBook: WatchBook
    readonly duties: DutyBook
  },
) {
  const { alarms, presence, sources, watchBook: book, duties } = watched
  const { outlineFile, tiles } = settings.map
  const { snapshotMinutes: _minutes, keptDays, ...weights } = settings.risk
  const openAlarms = () => alarms.openAlarms()
  const presenceOf = (deviceId: string) => presence.statusOf(deviceId)
  const statusOf = (deviceId: string) => presence.statusOf(deviceId).status
  const risk = new RiskBoard({
    clock,
    plant,
    facts: riskFactsOf({ plant, sources, duties, openAlarms, presenceOf }),
    settings: weights,
    store: new RiskStore(database),
    keptDays,
  })
  const outline = await loadOutline(outlineFile ?? dataPath('outline.geojson'), {
    isNamed: outlineFile !== null,
  })
  if (outline.outlineProblem !== null) logger.warn(outline.outlineProblem)
  const board = new MapPlaceBoard({ clock, plant, sources, book, openAlarms, statusOf })
  return { risk, map: new MapView(board, { ...outline, tiles }) }
}
