import { RULE_LIMITS } from '#config/limits.ts'
import type { CalendarClock } from './calendar-clock.ts'

/** What is usual at one hour of the day: days learnt, mean, and spread (a standard deviation). */
export type UsualHour = readonly [days: number, mean: number, spread: number]

/** What has been learnt of a point, hour by hour. */
export interface SeasonHours {
  /** 0 … 23: working days; 24 … 47: rest days. Null: not seen yet. */
  readonly usual: readonly (UsualHour | null)[]
  /** The hour that runs: its index from the epoch, readings, their mean, instants of the first and last. */
  readonly running: readonly [
    hourIndex: number,
    readings: number,
    mean: number,
    firstAtMs: number,
    lastAtMs: number,
  ]
  /** How far the last hours lay above the usual: the forecast is lifted by it, less and less. */
  readonly bias: number
}

export interface SeasonClock {
  readonly calendars: CalendarClock
  readonly timeZone: string
  readonly calendar: string
}

/** The forecast of one hour. */
export interface ForecastHour {
  readonly fromMs: number
  readonly mean: number
  readonly spread: number
}

export const HOUR_MS = 3_600_000
const HOURS_A_DAY = 24

/** Takes a value into the hour that runs; a new hour first lets the last one be learnt. */
export function learn(
  season: SeasonHours | undefined,
  {
    value,
    atMs,
    clock,
  }: { readonly value: number; readonly atMs: number; readonly clock: SeasonClock },
): SeasonHours {
  const hourIndex = Math.floor(atMs / HOUR_MS)
  if (season === undefined) {
    const usual = new Array<null>(2 * HOURS_A_DAY).fill(null)
    return { usual, running: [hourIndex, 1, value, atMs, atMs], bias: 0 }
  }
  const [index, readings, mean, firstAtMs] = season.running
  if (index === hourIndex) {
    const count = readings + 1
    return { ...season, running: [index, count, mean + (value - mean) / count, firstAtMs, atMs] }
  }
  return { ...closed(season, clock), running: [hourIndex, 1, value, atMs, atMs] }
}

/** An hour of which less than half was heard says nothing about the hour. */
function closed(season: SeasonHours, clock: SeasonClock): SeasonHours {
  const [index, , mean, firstAtMs, lastAtMs] = season.running
  if (lastAtMs - firstAtMs < HOUR_MS / 2) return season
  const slot = slotAt(clock, index * HOUR_MS)
  const known = season.usual[slot] ?? null
  const learnt = known === null ? ([1, mean, 0] as const) : relearnt(known, mean)
  const deviation = known === null ? 0 : mean - known[1]
  return {
    ...season,
    usual: season.usual.map((usual, at) => (at === slot ? learnt : usual)),
    bias: season.bias + RULE_LIMITS.seasonBiasWeight * (deviation - season.bias),
  }
}

/**
 * Mean and spread by weights that fall to `seasonWeightMin`, so that winter forgets summer. A day
 * far outside its band moves them no further than the edge of three spreads would.
 */
function relearnt([days, mean, spread]: UsualHour, value: number): UsualHour {
  const weight = Math.max(1 / (days + 1), RULE_LIMITS.seasonWeightMin)
  const isSettled = days >= RULE_LIMITS.seasonSettledDays
  const edge = isSettled ? Math.max(3 * spread, Number.EPSILON) : Number.POSITIVE_INFINITY
  const deviation = Math.min(Math.max(value - mean, -edge), edge)
  const variance = (1 - weight) * (spread * spread + weight * deviation * deviation)
  return [days + 1, mean + weight * deviation, Math.sqrt(variance)]
}

function slotAt({ calendars, timeZone, calendar }: SeasonClock, atMs: number): number {
  const { hour, isWorkday } = calendars.localHour(timeZone, calendar, atMs)
  return isWorkday ? hour : HOURS_A_DAY + hour
}

/** What is usual at the instant; null while fewer than `daysMin` days of its kind are known. */
export function usualAt(
  season: SeasonHours,
  {
    clock,
    atMs,
    daysMin,
  }: { readonly clock: SeasonClock; readonly atMs: number; readonly daysMin: number },
): ForecastHour | null {
  const usual = season.usual[slotAt(clock, atMs)] ?? null
  if (usual === null || usual[0] < daysMin) return null
  return { fromMs: Math.floor(atMs / HOUR_MS) * HOUR_MS, mean: usual[1], spread: usual[2] }
}

/**
 * The hours after the one of `atMs`, lifted by how far the last hours lay above the usual, which
 * fades by a fifth an hour. Hours that are not known are left out.
 */
export function forecastHours(
  season: SeasonHours,
  options: {
    readonly clock: SeasonClock
    readonly atMs: number
    readonly hours: number
    readonly daysMin: number
  },
): readonly ForecastHour[] {
  const found: ForecastHour[] = []
  for (let ahead = 1; ahead <= options.hours; ahead += 1) {
    const atMs = options.atMs + ahead * HOUR_MS
    const usual = usualAt(season, { ...options, atMs })
    if (usual === null) continue
    const lift = season.bias * RULE_LIMITS.seasonBiasFading ** ahead
    found.push({ ...usual, mean: usual.mean + lift })
  }
  return found
}
