import type { ConditionOf } from './alarm-rule.ts'
import type { RuleContext } from './judging-tools.ts'
import type { Measure } from './measure.ts'
import { observeOperand, referenceValue, staleWakeAtMs } from './operand-measures.ts'
import { ownKey } from './operands.ts'
import type { MeasureMemory } from './rule-memory.ts'
import {
  type ForecastHour,
  forecastHours,
  learn,
  type SeasonClock,
  type SeasonHours,
  usualAt,
} from './season-model.ts'
import { figure, type Signal, unknown } from './signal.ts'

const HOURS_A_DAY = 24

export const seasonMeasure: Measure<'season'> = {
  shape: ({ calendar, timeZone }) => `season ${calendar} ${timeZone}`,
  observe: (condition, memory, { sample, context }) => {
    const observed = observeOperand(memory, { sample, context })
    if (sample.key !== ownKey(context.rule)) return observed
    const clock = clockOf(condition, context)
    const value = Number(sample.value)
    const season = learn(memory.season, { value, atMs: context.nowMs, clock })
    const next = { ...observed, season, lastValue: value, lastAtMs: context.nowMs }
    const asked = askedOf(condition)
    if (season.running[1] > 1 && next.foretold?.asked === asked) return next
    return { ...next, foretold: { asked, figure: foretell(condition, season, context) } }
  },
  signal: (condition, memory, { context }) => {
    if (memory?.season === undefined) return unknown('season_unknown')
    const less = lessOf(condition, memory, context)
    if (less === undefined) {
      return condition.missing === 'hold'
        ? unknown('operand_missing')
        : { kind: 'state', state: condition.missing, value: null }
    }
    const judged = seasonFigure(condition, memory, context)
    return judged.kind === 'figure' ? figure(judged.figure - less) : judged
  },
  wakeAtMs: ({ staleAfterMs }, memory, context) => staleWakeAtMs(staleAfterMs, memory, context),
}

function clockOf(
  { timeZone, calendar }: ConditionOf<'season'>,
  { tools }: RuleContext,
): SeasonClock {
  return { calendars: tools.calendars, timeZone, calendar }
}

function lessOf(
  { less, staleAfterMs }: ConditionOf<'season'>,
  memory: MeasureMemory,
  { nowMs }: RuleContext,
): number | undefined {
  return less === undefined ? 0 : referenceValue(less, memory, { staleAfterMs, nowMs })
}

function seasonFigure(
  condition: ConditionOf<'season'>,
  { season, lastValue, lastAtMs, foretold }: MeasureMemory,
  context: RuleContext,
): Signal {
  if (season === undefined || lastValue === undefined || lastAtMs === undefined) {
    return unknown('season_unknown')
  }
  if (condition.judge !== 'band') {
    const known = foretold?.asked === askedOf(condition) ? foretold.figure : null
    return known === null ? unknown('season_unknown') : figure(known)
  }
  const clock = clockOf(condition, context)
  const usual = usualAt(season, { clock, atMs: lastAtMs, daysMin: condition.daysMin })
  if (usual === null) return unknown('season_unknown')
  if (usual.spread === 0) return unknown('division_by_zero')
  return figure((lastValue - usual.mean) / usual.spread)
}

/** What a forecast was made for: a rule may be edited within the hour. */
function askedOf(condition: ConditionOf<'season'>): string {
  const { judge, aheadHours, band, edge, direction, daysMin } = condition
  return [judge, aheadHours, band, edge, direction, daysMin].join(' ')
}

/** The figure of the coming hours, worked out once an hour; null: too little is known. */
function foretell(
  condition: ConditionOf<'season'>,
  season: SeasonHours,
  context: RuleContext,
): number | null {
  const { judge, aheadHours, daysMin, direction } = condition
  if (judge === 'band') return null
  const forecast = forecastHours(season, {
    clock: clockOf(condition, context),
    atMs: context.nowMs,
    hours: judge === 'day' ? HOURS_A_DAY : aheadHours,
    daysMin,
  })
  const edges = forecast.map((hour) => edgeOf(condition, hour))
  if (judge === 'day') {
    return edges.length < HOURS_A_DAY ? null : edges.reduce((sum, edge) => sum + edge, 0)
  }
  if (edges.length === 0) return null
  return direction === 'high' ? Math.max(...edges) : Math.min(...edges)
}

function edgeOf({ edge, band }: ConditionOf<'season'>, { mean, spread }: ForecastHour): number {
  if (edge === 'middle') return mean
  return edge === 'upper' ? mean + band * spread : mean - band * spread
}
