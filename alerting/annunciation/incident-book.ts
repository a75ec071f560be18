import type { AlarmId } from '../alarms/alarm.ts'
import type { Annunciation } from './annunciation.ts'

export interface IncidentSettings {
  /** An alarm belongs to the incident of its place when it comes this soon after the last one of it. */
  readonly windowMs: number
  /** What counts as one place. */
  readonly area: 'site' | 'organization'
}

/** Where an alarm stands in its incident; `ordinal` 1 is the first-out: what came first. */
export interface IncidentPlace {
  readonly incidentId: string
  readonly ordinal: number
}

/** The incident that is going on at a place. */
interface Current {
  readonly incidentId: string
  size: number
  lastAtMs: number
}

/** An alarm that has just got its place. */
export interface Membership extends IncidentPlace {
  readonly alarmId: AlarmId
  readonly atMs: number
}

/**
 * Groups alarms that come together at one place into incidents, in the exact order of the engine, also
 * within one millisecond. An alarm has one place for its whole life, from its first annunciation on.
 * The same annunciations give the same incidents: what was not written down before a crash is found
 * again from the stored annunciations.
 */
export class IncidentBook {
  readonly #settings: IncidentSettings
  readonly #current = new Map<string, Current>()
  readonly #places = new Map<AlarmId, IncidentPlace>()

  constructor(settings: IncidentSettings) {
    this.#settings = settings
  }

  /** In order. Null: the alarm has its place already, or is hidden and explains nothing. */
  hear(annunciation: Annunciation): Membership | null {
    const { alarmId, atMs, isHidden } = annunciation
    if (isHidden || this.#places.has(alarmId)) return null
    const area = this.#areaOf(annunciation)
    const before = this.#current.get(area)
    const isSame = before !== undefined && atMs - before.lastAtMs <= this.#settings.windowMs
    const current = isSame ? before : { incidentId: incidentIdOf(alarmId), size: 0, lastAtMs: atMs }
    current.size += 1
    current.lastAtMs = Math.max(current.lastAtMs, atMs)
    this.#current.set(area, current)
    const place = { incidentId: current.incidentId, ordinal: current.size }
    this.#places.set(alarmId, place)
    return { alarmId, atMs, ...place }
  }

  /** What was written down: in the order of the annunciations, before anything is heard. */
  restore(annunciation: Annunciation, place: IncidentPlace): void {
    const { alarmId, atMs } = annunciation
    this.#places.set(alarmId, place)
    const area = this.#areaOf(annunciation)
    const before = this.#current.get(area)
    if (before !== undefined && before.lastAtMs > atMs) return
    this.#current.set(area, {
      incidentId: place.incidentId,
      size: place.ordinal,
      lastAtMs: atMs,
    })
  }

  placeOf(alarmId: AlarmId): IncidentPlace | null {
    return this.#places.get(alarmId) ?? null
  }

  /** The alarm is over; its place is kept by who wrote it down. */
  forget(alarmId: AlarmId): void {
    this.#places.delete(alarmId)
  }

  /** Places where nothing has come for so long that the next alarm begins an incident. */
  advance(nowMs: number): void {
    for (const [area, { lastAtMs }] of this.#current) {
      if (nowMs - lastAtMs > this.#settings.windowMs) this.#current.delete(area)
    }
  }

  #areaOf({ siteId, organizationId }: Annunciation): string {
    return this.#settings.area === 'site' ? `${organizationId}/${siteId}` : organizationId
  }
}

/** From the alarm it began with. */
function incidentIdOf(alarmId: AlarmId): string {
  return `inc_${alarmId.replace(/^alm_/, '')}`
}
