import type { Alarm } from '#alerting/alarms/alarm.ts'
import { isPresent } from '#alerting/alarms/alarm-transition.ts'
import type { Clock } from '#alerting/clock.ts'
import type { Reading } from '#alerting/reading.ts'
import type { ConditionEvent } from '#alerting/rules/condition-event.ts'
import { TIME_SERIES_LIMITS, WATCHING_LIMITS } from '#config/limits.ts'
import type { RequiredPoints } from '#config/required-points.ts'
import type { DeviceStatus, LiveUnit, Tank, WatchState } from '../contract.ts'
import type { PlantModel } from '../registry/plant-model.ts'
import { type HeardReading, LatestPoints } from './latest-points.ts'
import { liveUnits } from './live-inventory.ts'
import { bindingsNow, liveTankOf, requirementsOf } from './present-watch.ts'
import {
  judgeQuantity,
  QUANTITY_RULE_ID,
  type QuantityAlarmSettings,
  type QuantityState,
  quantityRaised,
  quantityReturned,
} from './quantity-alarm.ts'
import type { WatchBook } from './watch-book.ts'
import type { SourceDirectory, WatchedSource } from './watched-source.ts'

export interface SourceWatchOptions {
  readonly clock: Clock
  readonly book: WatchBook
  readonly sources: SourceDirectory
  readonly plant: PlantModel
  readonly required: RequiredPoints
  readonly statusOf: (deviceId: string) => DeviceStatus
  readonly apply: (events: readonly ConditionEvent[]) => Promise<void>
  readonly settings: QuantityAlarmSettings
  readonly retentionDays: number
  /** A defect: alarms could not be applied for another reason than a stop. */
  readonly onFailure: (error: unknown) => void
}

interface Judged {
  readonly state: QuantityState
  /** The gauge that the alarm stands at, while it does. */
  readonly deviceId: string | null
}

/**
 * Watches what is in the tanks of hazard sources: hears readings that are on disk, keeps S and R of
 * now, and raises an alarm where more is there than was registered. A source is looked at again at
 * most once in `WATCHING_LIMITS.inventoryIntervalMs`, and then with the newest values.
 */
export class SourceWatch {
  readonly #options: SourceWatchOptions
  readonly #latest = new LatestPoints()
  readonly #dirty = new Set<string>()
  readonly #judged = new Map<string, Judged>()
  #sourcesOfDevice: ReadonlyMap<string, ReadonlySet<string>> = new Map()
  #cancelLook: (() => void) | null = null
  #ends: (() => void)[] = []
  #applying: Promise<void> = Promise.resolve()

  constructor(options: SourceWatchOptions) {
    this.#options = options
  }

  /** `latest`: the newest values before the start; `openAlarms`: to take up what stood. */
  start(latest: Iterable<HeardReading>, openAlarms: Iterable<Alarm>): void {
    const { book, sources } = this.#options
    this.#index()
    this.#latest.hear(latest, (deviceId) => this.#sourcesOfDevice.has(deviceId))
    this.#takeUp(openAlarms)
    this.#ends = [
      book.onChange((sourceId) => {
        this.#index()
        this.#look(sourceId)
      }),
      sources.onChange((sourceId) => this.#look(sourceId)),
    ]
    for (const { sourceId } of book.tanks()) this.#look(sourceId)
  }

  /** What was found is on disk when it resolves, or given up with the alarms. */
  async stop(): Promise<void> {
    this.#cancelLook?.()
    this.#cancelLook = null
    for (const end of this.#ends) end()
    await this.#applying
  }

  /** What the device says tells of a source. */
  isWatched(deviceId: string): boolean {
    return this.#sourcesOfDevice.has(deviceId)
  }

  hear(readings: readonly Reading[]): void {
    this.#latest.hear(readings, (deviceId) => {
      const sources = this.#sourcesOfDevice.get(deviceId)
      if (sources === undefined) return false
      for (const sourceId of sources) this.#look(sourceId)
      return true
    })
  }

  /** Null: no such source. */
  stateOf(sourceId: string): WatchState | null {
    const { sources, book, plant, required, clock, retentionDays } = this.#options
    const source = sources.source(sourceId)
    if (source === null) return null
    const daysByLaw = TIME_SERIES_LIMITS.retentionDaysMin
    const bindings = book.bindingsOf(sourceId)
    const tanks = book.tanksOf(sourceId)
    const now = { plant, latest: this.#latest, statusOf: this.#options.statusOf }
    return {
      sourceId,
      sourceName: source.name,
      at: new Date(clock.nowMs()).toISOString(),
      units: [...this.unitsOf(source)],
      tanks: tanks.map((tank) => liveTankOf(tank, now)),
      bindings: bindings.map((binding) => bindingsNow(binding, now)),
      requirements: requirementsOf(required[source.kind], { bindings, tanks }),
      retention: { days: retentionDays, daysByLaw, isEnough: retentionDays >= daysByLaw },
    }
  }

  unitsOf(source: WatchedSource): readonly LiveUnit[] {
    const { book, plant, statusOf } = this.#options
    const now = { plant, latest: this.#latest, statusOf }
    return liveUnits(
      source,
      book.tanksOf(source.id).map((tank) => {
        const { tonnes, status } = liveTankOf(tank, now)
        const isStale = status === 'silent' || status === 'never-seen'
        return { unitId: tank.unitId, substanceId: tank.substanceId, tonnes, isStale }
      }),
    )
  }

  #index(): void {
    const index = new Map<string, Set<string>>()
    const add = (deviceId: string, sourceId: string) =>
      index.set(deviceId, (index.get(deviceId) ?? new Set()).add(sourceId))
    for (const tank of this.#options.book.tanks()) {
      add(tank.level.deviceId, tank.sourceId)
      if (tank.temperature !== null) add(tank.temperature.deviceId, tank.sourceId)
    }
    for (const { deviceId, sourceId } of this.#options.book.bindings()) add(deviceId, sourceId)
    this.#sourcesOfDevice = index
  }

  #takeUp(openAlarms: Iterable<Alarm>): void {
    const tankAt = new Map(
      [...this.#options.book.tanks()].map((tank) => [tank.level.deviceId, tank]),
    )
    for (const alarm of openAlarms) {
      if (alarm.ruleId !== QUANTITY_RULE_ID || !isPresent(alarm.state)) continue
      const tank = tankAt.get(alarm.deviceId)
      // Its tank is gone: nothing is watched there any more.
      const key = tank === undefined ? `gone/${alarm.deviceId}` : keyOf(tank)
      this.#judged.set(key, { state: { kind: 'exceeded' }, deviceId: alarm.deviceId })
      if (tank === undefined) this.#look('')
    }
  }

  #look(sourceId: string): void {
    this.#dirty.add(sourceId)
    if (this.#cancelLook !== null) return
    const { clock } = this.#options
    this.#cancelLook = clock.wakeAt(clock.nowMs() + WATCHING_LIMITS.inventoryIntervalMs, () => {
      this.#cancelLook = null
      this.#judgeDirty()
    })
  }

  #judgeDirty(): void {
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    const events = dirty.flatMap((sourceId) => this.#judge(sourceId))
    // A delay that runs needs another look, whether or not its gauge talks.
    for (const [key, { state }] of this.#judged) {
      if (state.kind === 'pending') this.#look(key.split('/')[0] ?? '')
    }
    if (events.length === 0) return
    this.#applying = this.#options.apply(events).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'alarms_stopped') this.#options.onFailure(error)
    })
  }

  #judge(sourceId: string): readonly ConditionEvent[] {
    const { sources, book, clock, settings } = this.#options
    const nowMs = clock.nowMs()
    const source = sources.source(sourceId)
    const tanks = book.tanksOf(sourceId)
    const events = this.#forgetUnwatched(sourceId, source === null ? [] : tanks, nowMs)
    if (source === null) return events
    for (const unit of this.unitsOf(source)) {
      for (const substance of unit.substances) {
        const key = `${sourceId}/${unit.id}/${substance.id}`
        const tank = tanks.find((candidate) => keyOf(candidate) === key)
        if (tank === undefined) continue
        const before = this.#judged.get(key) ?? { state: { kind: 'below' }, deviceId: null }
        const { state, verdict } = judgeQuantity(before.state, substance, nowMs, settings)
        const deviceId = before.deviceId ?? tank.level.deviceId
        if (state.kind === 'below') this.#judged.delete(key)
        else this.#judged.set(key, { state, deviceId: state.kind === 'exceeded' ? deviceId : null })
        if (verdict === 'raise') {
          const { grade } = settings
          const sourceName = source.name
          events.push(quantityRaised({ deviceId, sourceName, unit, substance, nowMs, grade }))
        } else if (verdict === 'return') {
          const note = `${substance.name} ${substance.now ?? '–'} t`
          const value = Number(substance.now)
          events.push(quantityReturned({ deviceId, nowMs, value, note }))
        }
      }
    }
    return events
  }

  /** An alarm whose tank or source is gone returns: nobody could ever see it fall. */
  #forgetUnwatched(sourceId: string, tanks: readonly Tank[], nowMs: number): ConditionEvent[] {
    const watched = new Set(tanks.map(keyOf))
    const events: ConditionEvent[] = []
    for (const [key, { deviceId }] of [...this.#judged]) {
      if (!key.startsWith(`${sourceId}/`) && !key.startsWith('gone/')) continue
      if (watched.has(key)) continue
      this.#judged.delete(key)
      if (deviceId === null) continue
      const note = '不再监测 no longer watched'
      events.push(quantityReturned({ deviceId, nowMs, value: null, note }))
    }
    return events
  }
}

function keyOf(tank: Tank): string {
  return `${tank.sourceId}/${tank.unitId}/${tank.substanceId}`
}
