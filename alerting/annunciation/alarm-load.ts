import { STORM_LIMITS } from '#config/limits.ts'
import type { Alarm, AlarmId } from '../alarms/alarm.ts'
import type { AlarmChange, Turn } from '../alarms/alarm-service.ts'
import type { PlaceDirectory } from '../alarms/place-directory.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import { AheadOfTurn } from './ahead-of-turn.ts'
import { type Annunciation, Annunciator } from './annunciation.ts'
import {
  type FloodChange,
  type FloodSettings,
  type FloodState,
  FloodWatch,
  type Position,
} from './flood-watch.ts'
import {
  IncidentBook,
  type IncidentPlace,
  type IncidentSettings,
  type Membership,
} from './incident-book.ts'
import type { IncidentStore } from './incident-store.ts'

export interface AlarmLoadSettings {
  readonly flood: FloodSettings
  readonly incident: IncidentSettings
}

export interface AlarmLoadOptions {
  readonly settings: AlarmLoadSettings
  readonly clock: Clock
  readonly places: Pick<PlaceDirectory, 'placeOf'>
  readonly store: IncidentStore
  /** Places could not be written and a defect is the reason. */
  readonly onFailure: (error: unknown) => void
}

/**
 * What the alarms together are: which belong to one incident and came first, and which operator
 * position has more than it can read. It hears what stands on disk, decides nothing about an alarm, and
 * holds nobody up: its own record is written behind it, and found again from the alarms' if it was not.
 */
export class AlarmLoad {
  readonly #options: AlarmLoadOptions
  readonly #flood: FloodWatch
  readonly #incidents: IncidentBook
  readonly #floodListeners = new Set<(change: FloodChange) => void>()
  readonly #endedPlaces = new Map<AlarmId, IncidentPlace>()
  readonly #ahead = new AheadOfTurn()
  readonly #placeListeners = new Set<(alarmId: AlarmId) => void>()
  #annunciator = new Annunciator([])
  #unwritten: Membership[] = []
  #writing: Promise<void> | null = null
  #cancelTick: (() => void) | null = null
  #isStopped = false

  constructor(options: AlarmLoadOptions) {
    this.#options = options
    this.#flood = new FloodWatch(options.settings.flood)
    this.#incidents = new IncidentBook(options.settings.incident)
  }

  /**
   * After the alarm service has started and before it is told of anything new. `allBefore`: what comes
   * after it has overtaken conditions that still wait.
   */
  async start(open: Iterable<Alarm>, allBefore = Number.POSITIVE_INFINITY): Promise<void> {
    const { clock, store } = this.#options
    const nowMs = clock.nowMs()
    this.#annunciator = new Annunciator(open)
    for (const stored of await store.load(nowMs - STORM_LIMITS.replayedMs)) {
      const { annunciation, place, order } = stored
      if (place !== null) this.#incidents.restore(annunciation, place)
      else if (order >= allBefore) this.#ahead.add(order, annunciation)
      else this.#join(annunciation)
      if (annunciation.atMs >= nowMs - STORM_LIMITS.replayedMs) this.#count(annunciation)
    }
    this.#flood.advance(nowMs)
    this.#tick()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTick?.()
    await this.#writing
  }

  /** After the commit, in order; before those who show the alarm. */
  changed({ alarm, entries, turn }: AlarmChange): void {
    for (const annunciation of this.#annunciator.hear(alarm, entries)) {
      if (turn === undefined) this.#join(annunciation)
      else this.#joinInTurn(annunciation, turn)
      this.#count(annunciation).forEach(this.#tellFlood)
    }
    if (alarm.state === 'normal') {
      this.#ahead.ended(alarm.id)
      this.#endPlace(alarm.id)
    }
    this.#write()
    this.#tick()
  }

  /** A turn of conditions is over: what has overtaken those before it gets its place when they are applied. */
  turned(allBefore: number): void {
    for (const late of this.#ahead.takeBefore(allBefore)) this.#joinLate(late)
    this.#write()
    this.#tick()
  }

  /** Called when an alarm gets its place in an incident later than it was told of. */
  onLatePlace(listener: (alarmId: AlarmId) => void): () => void {
    this.#placeListeners.add(listener)
    return () => this.#placeListeners.delete(listener)
  }

  /** Of an open alarm, and of one that ended lately. */
  incidentOf(alarmId: string): IncidentPlace | null {
    const id = alarmId as AlarmId
    return this.#incidents.placeOf(id) ?? this.#endedPlaces.get(id) ?? null
  }

  get floodSettings(): FloodSettings {
    return this.#options.settings.flood
  }

  floodOf(position: Position): FloodState {
    return this.#flood.stateOf(position)
  }

  /** Called when a flood begins or ends. */
  onFlood(listener: (change: FloodChange) => void): () => void {
    this.#floodListeners.add(listener)
    return () => this.#floodListeners.delete(listener)
  }

  #join(annunciation: Annunciation): void {
    const membership = this.#incidents.hear(annunciation)
    if (membership !== null) this.#unwritten.push(membership)
  }

  /** In the order in which they came, though a worse one is applied before those that came first. */
  #joinInTurn(annunciation: Annunciation, { order, allBefore }: Turn): void {
    this.#ahead.add(order, annunciation)
    for (const due of this.#ahead.takeBefore(Math.min(order + 1, allBefore))) {
      if (due.annunciation === annunciation) this.#join(annunciation)
      else this.#joinLate(due)
    }
  }

  #joinLate({ annunciation, isOver }: ReturnType<AheadOfTurn['takeBefore']>[number]): void {
    const { alarmId } = annunciation
    this.#join(annunciation)
    if (isOver) this.#endPlace(alarmId)
    for (const listener of this.#placeListeners) listener(alarmId)
  }

  /** Drills are for practice and hidden alarms call nobody: neither makes a flood. */
  #count(annunciation: Annunciation): readonly FloodChange[] {
    const { atMs, isHidden, drill, deviceId, organizationId } = annunciation
    if (isHidden || drill) return []
    const path = this.#options.places.placeOf(deviceId)?.organizationPath ?? [organizationId]
    return this.#flood.hear(atMs, [null, ...path])
  }

  readonly #tellFlood = (change: FloodChange): void => {
    for (const listener of this.#floodListeners) listener(change)
  }

  #endPlace(alarmId: AlarmId): void {
    const place = this.#incidents.placeOf(alarmId)
    if (place === null) return
    this.#incidents.forget(alarmId)
    this.#endedPlaces.set(alarmId, place)
    const [oldest] = this.#endedPlaces.keys()
    if (oldest !== undefined && this.#endedPlaces.size > STORM_LIMITS.endedPlacesMax) {
      this.#endedPlaces.delete(oldest)
    }
  }

  /** Only while time changes something. */
  #tick(): void {
    const { clock } = this.#options
    const isIdle = !this.#flood.hasAny && this.#unwritten.length === 0
    if (this.#cancelTick !== null || isIdle || this.#isStopped) return
    const atMs = clock.nowMs() + STORM_LIMITS.tickMs
    this.#cancelTick = clock.wakeAt(atMs, () => {
      this.#cancelTick = null
      this.#flood.advance(clock.nowMs()).forEach(this.#tellFlood)
      this.#incidents.advance(clock.nowMs())
      this.#write()
      this.#tick()
    })
  }

  /** What comes while a write is under way goes with the next one. */
  #write(): void {
    if (this.#writing !== null || this.#unwritten.length === 0 || this.#isStopped) return
    this.#writing = this.#writeOnce()
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#writing = null
      })
  }

  async #writeOnce(): Promise<void> {
    // Not in the turn of the commit: those who show the alarm go first.
    await Promise.resolve()
    const batch = this.#unwritten.slice(0, STORM_LIMITS.membershipsPerWriteMax)
    try {
      await this.#options.store.add(batch)
      this.#unwritten = this.#unwritten.slice(batch.length)
    } catch (error) {
      // Written with the next tick, or found again after the next start.
      if (!(error instanceof CodedError && error.code === 'database_unavailable')) throw error
    }
  }
}
