import type { Performance } from '#alerting/annunciation/performance.ts'
import type { Settings } from '#config/schema.ts'
import type { FigureDto, FigureName } from './contract.ts'

const DAY_MS = 86_400_000

type Bounds = Settings['alarmManagement']['bounds']

/** The figures of a report, each beside what is good and what is the most. Percent are from 0 to 100. */
export function figuresOf(
  result: Performance,
  about: {
    readonly fromMs: number
    readonly toMs: number
    readonly stale: number
    readonly bounds: Bounds
  },
): readonly FigureDto[] {
  const { bounds, stale } = about
  const days = (about.toMs - about.fromMs) / DAY_MS
  const { total, byGrade } = result
  const mix = (count: number) => (total === 0 ? 0 : (100 * count) / total)
  const topTen = result.top.at(-1)?.runningShare ?? 0
  return [
    figure('perDay', total / days, bounds.perDay, bounds.perDayMax),
    figure('perHour', total / (24 * days), bounds.perHour, bounds.perHourMax),
    figure('perTenMinutes', total / (144 * days), bounds.perTenMinutes, bounds.perTenMinutesMax),
    figure('peakPerTenMinutes', result.peak?.count ?? 0, null, bounds.peakPerTenMinutesMax),
    figure('busyHoursPercent', 100 * result.busyHoursShare, null, bounds.busyHoursPercentMax),
    figure(
      'busyTenMinutesPercent',
      100 * result.busyTenMinutesShare,
      null,
      bounds.busyTenMinutesPercentMax,
    ),
    figure('floodPercent', 100 * result.flood.share, null, bounds.floodPercentMax),
    figure('floods', result.flood.count, null, null),
    amongEnough(
      figure('topTenPercent', 100 * topTen, bounds.topTenPercent, bounds.topTenPercentMax),
      { total, countMin: 10 },
    ),
    figure('stale', stale, null, bounds.stalePerDayMax),
    figure('chattering', result.chattering.length, 0, 0),
    figure('fleeting', result.fleeting.length, 0, 0),
    amongEnough(figure('redPercent', mix(byGrade[1]), null, bounds.redPercentMax), {
      total,
      countMin: 1,
    }),
    // The milder grades are a mix to aim at, not bounds.
    figure('orangePercent', mix(byGrade[2]), bounds.orangePercent, null),
    figure('yellowPercent', mix(byGrade[3]), bounds.yellowPercent, null),
    figure('bluePercent', mix(byGrade[4]), bounds.bluePercent, null),
  ]
}

/** Of few alarms, ten or even one are more than the bound allows, whatever the plant is like: no verdict then. */
function amongEnough(
  share: FigureDto,
  { total, countMin }: { readonly total: number; readonly countMin: number },
): FigureDto {
  const canHold = (total * (share.bound ?? 0)) / 100 >= countMin
  return canHold ? share : { ...share, verdict: 'none' }
}

function figure(
  name: FigureName,
  value: number,
  good: number | null,
  bound: number | null,
): FigureDto {
  return { name, value, good, bound, verdict: verdictOf(value, good, bound) }
}

function verdictOf(value: number, good: number | null, bound: number | null): FigureDto['verdict'] {
  if (bound === null) return 'none'
  if (value <= (good ?? bound)) return 'good'
  return value <= bound ? 'bearable' : 'beyond'
}
