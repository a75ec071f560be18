import type { Alarm } from '#alerting/alarms/alarm.ts'
import type { Clock } from '#alerting/clock.ts'
import { MAP_LIMITS } from '#config/limits.ts'
import type { DeviceStatus, MapPlace } from '../contract.ts'
import type { PlantModel } from '../registry/plant-model.ts'
import { counts } from '../risk/risk-facts.ts'
import type { WatchBook } from '../watching/watch-book.ts'
import type { SourceDirectory } from '../watching/watched-source.ts'
import type { Position } from './coordinates.ts'

export interface MapWorld {
  readonly clock: Clock
  readonly plant: PlantModel
  readonly sources: SourceDirectory
  readonly book: Pick<WatchBook, 'tanksOf' | 'bindingsOf'>
  readonly openAlarms: () => Iterable<Alarm>
  readonly statusOf: (deviceId: string) => DeviceStatus
}

type Tally = Pick<
  MapPlace,
  'worstGrade' | 'alarms' | 'unacknowledged' | 'devices' | 'silent' | 'fault'
>
type MutableTally = { -readonly [Key in keyof Tally]: Tally[Key] }

interface Board {
  readonly atMs: number
  readonly places: readonly MapPlace[]
  readonly withoutPosition: readonly { kind: MapPlace['kind']; organizationId: string }[]
}

/**
 * Everything that has a position: sites with their devices, hazard sources with the devices bound to
 * them. Put together at most once a second in one pass, however many look.
 */
export class MapPlaceBoard {
  readonly #world: MapWorld
  #board: Board | null = null

  constructor(world: MapWorld) {
    this.#world = world
  }

  now(): Board {
    const atMs = this.#world.clock.nowMs()
    if (this.#board !== null && atMs - this.#board.atMs < MAP_LIMITS.judgedAgainMs) {
      return this.#board
    }
    this.#board = this.#gather(atMs)
    return this.#board
  }

  #gather(atMs: number): Board {
    const { plant, sources } = this.#world
    const devices = this.#tallyDevices()
    const places: MapPlace[] = []
    const withoutPosition: Board['withoutPosition'][number][] = []
    const add = (place: Omit<MapPlace, 'position' | 'organizationName'>, at: Position | null) => {
      const { kind, organizationId } = place
      if (at === null) withoutPosition.push({ kind, organizationId })
      else {
        const organizationName = plant.organization(organizationId)?.name ?? organizationId
        places.push({ ...place, organizationName, position: at })
      }
    }
    const ofSite = bySite(plant, devices)
    for (const { id, name, organizationId, position } of plant.sites()) {
      const own = ofSite.get(id) ?? NOTHING
      const none = { hazardLevel: null, sourceKind: null, people: null }
      add({ kind: 'site', id, name, organizationId, ...own, ...none }, position)
    }
    for (const source of sources.sources()) {
      const { id, name, organizationId, position, siteId, registered, exposedPopulation } = source
      const bound = [...this.#boundTo(id)].map((deviceId) => devices.get(deviceId) ?? SILENT_ONE)
      const rest = {
        hazardLevel: registered.hazardLevel,
        sourceKind: source.kind,
        people: exposedPopulation.people,
      }
      // A source that is not surveyed yet stands where its site is.
      const at = position ?? (siteId === null ? null : (plant.site(siteId)?.position ?? null))
      add({ kind: 'source', id, name, organizationId, ...sumOf(bound), ...rest }, at)
    }
    return { atMs, places, withoutPosition }
  }

  #boundTo(sourceId: string): ReadonlySet<string> {
    const { book } = this.#world
    const bound = new Set(book.bindingsOf(sourceId).map(({ deviceId }) => deviceId))
    for (const { level, temperature } of book.tanksOf(sourceId)) {
      bound.add(level.deviceId)
      if (temperature !== null) bound.add(temperature.deviceId)
    }
    return bound
  }

  #tallyDevices(): ReadonlyMap<string, Tally> {
    const { plant, openAlarms, statusOf } = this.#world
    const tallies = new Map<string, MutableTally>()
    for (const { id } of plant.devices()) {
      const status = statusOf(id)
      if (status !== 'silent' && status !== 'fault') tallies.set(id, QUIET_ONE)
      else tallies.set(id, { ...QUIET_ONE, [status]: 1 })
    }
    for (const alarm of openAlarms()) {
      if (!counts(alarm)) continue
      // The quiet ones share one tally: it is copied before it is written to.
      const tally = { ...(tallies.get(alarm.deviceId) ?? QUIET_ONE) }
      tally.worstGrade = worse(tally.worstGrade, alarm.grade)
      tally.alarms += 1
      tally.unacknowledged += Number(alarm.state.endsWith('unacknowledged'))
      tallies.set(alarm.deviceId, tally)
    }
    return tallies
  }
}

const NOTHING: Tally = {
  worstGrade: null,
  alarms: 0,
  unacknowledged: 0,
  devices: 0,
  silent: 0,
  fault: 0,
}
const QUIET_ONE: Tally = { ...NOTHING, devices: 1 }
/** Bound, but removed from the plant: nothing is known of it. */
const SILENT_ONE: Tally = { ...QUIET_ONE, silent: 1 }

function bySite(
  plant: PlantModel,
  devices: ReadonlyMap<string, Tally>,
): ReadonlyMap<string, Tally> {
  const sums = new Map<string, MutableTally>()
  for (const { id, siteId } of plant.devices()) {
    const sum = sums.get(siteId) ?? { ...NOTHING }
    addTo(sum, devices.get(id) ?? QUIET_ONE)
    sums.set(siteId, sum)
  }
  return sums
}

export function sumOf(tallies: Iterable<Tally>): Tally {
  const sum: MutableTally = { ...NOTHING }
  for (const tally of tallies) addTo(sum, tally)
  return sum
}

function addTo(sum: MutableTally, tally: Tally): void {
  sum.worstGrade = worse(sum.worstGrade, tally.worstGrade)
  sum.alarms += tally.alarms
  sum.unacknowledged += tally.unacknowledged
  sum.devices += tally.devices
  sum.silent += tally.silent
  sum.fault += tally.fault
}

function worse(one: Tally['worstGrade'], other: Tally['worstGrade']): Tally['worstGrade'] {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}
