import { GRADES, type Grade } from '../rules/alarm-rule.ts'
import type { Annunciation } from './annunciation.ts'
import { type FloodSettings, FloodWatch } from './flood-watch.ts'
import { quantile } from './quantile.ts'

/** An annunciation with what followed. */
export interface AnsweredAnnunciation extends Annunciation {
  readonly acknowledgedAtMs: number | null
  readonly returnedAtMs: number | null
}

export interface BadActorSettings {
  /** Raised so many times within so long is chattering. */
  readonly chatteringTimes: number
  readonly chatteringWithinMs: number
  /** Gone again within so long is fleeting. */
  readonly fleetingMs: number
}

export interface PerformanceOptions {
  readonly fromMs: number
  readonly toMs: number
  readonly flood: FloodSettings
  readonly badActors: BadActorSettings
  /** An hour with more than so many is busy. */
  readonly busyHourAlarms: number
  /** The organization and those above it, for the answers by enterprise and town. */
  readonly pathOf: (organizationId: string) => readonly string[]
}

export interface CauseCount {
  readonly ruleId: string
  readonly deviceId: string
  readonly point: string
  readonly count: number
}

/** How long until somebody acknowledged; durations in milliseconds, null where nobody did. */
export interface ResponseTimes {
  readonly answered: number
  readonly unanswered: number
  readonly medianMs: number | null
  readonly p95Ms: number | null
}

export interface Performance {
  readonly total: number
  /** Counted apart. */
  readonly drills: number
  readonly hidden: number
  /** New alarms in each ten minutes from the beginning on. */
  readonly perTenMinutes: readonly number[]
  readonly peak: { readonly count: number; readonly atMs: number } | null
  /** Shares are from 0 to 1. */
  readonly busyHoursShare: number
  readonly busyTenMinutesShare: number
  readonly flood: { readonly count: number; readonly share: number }
  readonly byGrade: Readonly<Record<Grade, number>>
  readonly top: readonly (CauseCount & { readonly share: number; readonly runningShare: number })[]
  readonly chattering: readonly CauseCount[]
  readonly fleeting: readonly CauseCount[]
  readonly responseByGrade: Readonly<Record<Grade, ResponseTimes>>
  readonly responseByOrganization: ReadonlyMap<string, ResponseTimes>
}

const TEN_MINUTES_MS = 600_000
const HOUR_MS = 3_600_000
const TOP = 10
const LISTED_MAX = 50
const POSITION = ['here']

/**
 * The figures of EEMUA 191 and ISA-18.2 over a period, for one operator position. Annunciations are
 * handed in in the order of time, in as many portions as is convenient; what is hidden or a drill is
 * counted apart and enters no figure. Memory grows with the causes and the answers, not with text.
 */
export class PerformanceMeter {
  readonly #options: PerformanceOptions
  readonly #buckets: number[]
  readonly #flood: FloodWatch
  readonly #causes = new Map<string, CauseHistory>()
  readonly #byGrade: Record<Grade, number> = { 1: 0, 2: 0, 3: 0, 4: 0 }
  readonly #responseByGrade = new Map<Grade, Responses>()
  readonly #responseByOrganization = new Map<string, Responses>()
  #total = 0
  #drills = 0
  #hidden = 0
  #floods = 0
  #floodedMs = 0
  #floodSinceMs: number | null = null

  constructor(options: PerformanceOptions) {
    this.#options = options
    const { fromMs, toMs } = options
    this.#buckets = Array.from({ length: Math.ceil((toMs - fromMs) / TEN_MINUTES_MS) }, () => 0)
    this.#flood = new FloodWatch(options.flood)
  }

  add(annunciations: Iterable<AnsweredAnnunciation>): void {
    for (const annunciation of annunciations) {
      if (annunciation.drill) this.#drills += 1
      else if (annunciation.isHidden) this.#hidden += 1
      else this.#count(annunciation)
    }
  }

  result(): Performance {
    const { toMs, fromMs, flood, busyHourAlarms } = this.#options
    this.#passTime(toMs)
    if (this.#floodSinceMs !== null) this.#floodedMs += toMs - this.#floodSinceMs
    const causes = [...this.#causes.values()]
    const largest = Math.max(0, ...this.#buckets)
    const hours = hoursOf(this.#buckets)
    return {
      total: this.#total,
      drills: this.#drills,
      hidden: this.#hidden,
      perTenMinutes: this.#buckets,
      peak:
        largest === 0
          ? null
          : { count: largest, atMs: fromMs + this.#buckets.indexOf(largest) * TEN_MINUTES_MS },
      busyHoursShare: shareOf(hours, (count) => count > busyHourAlarms),
      busyTenMinutesShare: shareOf(this.#buckets, (count) => count > flood.startsAbove),
      flood: { count: this.#floods, share: this.#floodedMs / (toMs - fromMs) },
      byGrade: { ...this.#byGrade },
      top: this.#top(causes),
      chattering: listed(causes, (cause) => cause.chatteringTimes),
      fleeting: listed(causes, (cause) => cause.fleetingTimes),
      responseByGrade: Object.fromEntries(
        GRADES.map((grade) => [grade, (this.#responseByGrade.get(grade) ?? NONE).times()]),
      ) as Record<Grade, ResponseTimes>,
      responseByOrganization: new Map(
        [...this.#responseByOrganization].map(([id, responses]) => [id, responses.times()]),
      ),
    }
  }

  #count(annunciation: AnsweredAnnunciation): void {
    const { atMs, grade, organizationId } = annunciation
    const { fromMs, badActors, pathOf } = this.#options
    this.#total += 1
    this.#byGrade[grade] += 1
    const bucket = Math.floor((atMs - fromMs) / TEN_MINUTES_MS)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#passTime(atMs)
    for (const { isFlooded, atMs: at } of this.#flood.hear(atMs, POSITION)) {
      this.#turnFlood(isFlooded, at)
    }
    this.#causeOf(annunciation).add(annunciation, badActors)
    responsesOf(this.#responseByGrade, grade).add(annunciation)
    for (const id of pathOf(organizationId)) {
      responsesOf(this.#responseByOrganization, id).add(annunciation)
    }
  }

  #passTime(nowMs: number): void {
    for (const { isFlooded, atMs } of this.#flood.advance(nowMs)) this.#turnFlood(isFlooded, atMs)
  }

  #turnFlood(isFlooded: boolean, atMs: number): void {
    if (isFlooded) {
      this.#floods += 1
      this.#floodSinceMs = atMs
    } else if (this.#floodSinceMs !== null) {
      this.#floodedMs += Math.min(atMs, this.#options.toMs) - this.#floodSinceMs
      this.#floodSinceMs = null
    }
  }

  #causeOf(annunciation: Annunciation): CauseHistory {
    const { ruleId, deviceId, point } = annunciation
    const key = `${ruleId}/${deviceId}/${point}`
    let cause = this.#causes.get(key)
    if (cause === undefined) {
      cause = new CauseHistory({ ruleId, deviceId, point })
      this.#causes.set(key, cause)
    }
    return cause
  }

  #top(causes: readonly CauseHistory[]): Performance['top'] {
    let running = 0
    return listed(causes, (cause) => cause.times)
      .slice(0, TOP)
      .map((entry) => {
        running += entry.count
        return {
          ...entry,
          share: entry.count / this.#total,
          runningShare: running / this.#total,
        }
      })
  }
}

/** What one cause did. */
class CauseHistory {
  readonly cause: Omit<CauseCount, 'count'>
  times = 0
  fleetingTimes = 0
  /** How often it came as the third (or a further one) within a minute. */
  chatteringTimes = 0
  /** The last few instants at which it was raised. */
  #lately: number[] = []

  constructor(cause: Omit<CauseCount, 'count'>) {
    this.cause = cause
  }

  add({ atMs, returnedAtMs }: AnsweredAnnunciation, settings: BadActorSettings): void {
    this.times += 1
    if (returnedAtMs !== null && returnedAtMs - atMs < settings.fleetingMs) this.fleetingTimes += 1
    this.#lately.push(atMs)
    while ((this.#lately[0] ?? atMs) <= atMs - settings.chatteringWithinMs) this.#lately.shift()
    if (this.#lately.length >= settings.chatteringTimes) this.chatteringTimes += 1
  }
}

class Responses {
  readonly #durationsMs: number[] = []
  #unanswered = 0

  add({ atMs, acknowledgedAtMs }: AnsweredAnnunciation): void {
    if (acknowledgedAtMs === null) this.#unanswered += 1
    else this.#durationsMs.push(acknowledgedAtMs - atMs)
  }

  times(): ResponseTimes {
    const inOrder = Float64Array.from(this.#durationsMs).sort()
    return {
      answered: inOrder.length,
      unanswered: this.#unanswered,
      medianMs: quantile(inOrder, 0.5),
      p95Ms: quantile(inOrder, 0.95),
    }
  }
}

const NONE = new Responses()

function responsesOf<Key>(of: Map<Key, Responses>, key: Key): Responses {
  let responses = of.get(key)
  if (responses === undefined) {
    responses = new Responses()
    of.set(key, responses)
  }
  return responses
}

function listed(
  causes: readonly CauseHistory[],
  countOf: (cause: CauseHistory) => number,
): readonly CauseCount[] {
  return causes
    .map((history) => ({ ...history.cause, count: countOf(history) }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count || (one.deviceId < other.deviceId ? -1 : 1))
    .slice(0, LISTED_MAX)
}

function hoursOf(tenMinutes: readonly number[]): readonly number[] {
  const inHour = HOUR_MS / TEN_MINUTES_MS
  return Array.from({ length: Math.ceil(tenMinutes.length / inHour) }, (_, hour) =>
    tenMinutes.slice(hour * inHour, (hour + 1) * inHour).reduce((sum, count) => sum + count, 0),
  )
}

function shareOf(counts: readonly number[], isMeant: (count: number) => boolean): number {
  return counts.length === 0 ? 0 : counts.filter(isMeant).length / counts.length
}
