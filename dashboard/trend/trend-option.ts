import type { EChartsCoreOption } from 'echarts/core'
import { type Grade, presentGrade } from '../alarms/grade.ts'
import { formatClock } from '../format/format.ts'
import type { TrendData } from './trend-data.ts'

export interface TrendSetpoint {
  readonly value: number
  readonly grade: Grade
}

export interface TrendSpan {
  readonly fromMs: number
  readonly toMs: number
  readonly grade: Grade
}

export interface TrendLook {
  readonly text: string
  readonly textQuiet: string
  readonly line: string
  readonly surface: string
  readonly fontFamily: string
}

export interface TrendPicture {
  readonly data: TrendData
  readonly fromMs: number
  readonly toMs: number
  readonly unit: string | null
  readonly isBoolean: boolean
  readonly setpoints: readonly TrendSetpoint[]
  readonly spans: readonly TrendSpan[]
  readonly look: TrendLook
  readonly words: {
    readonly yes: string
    readonly no: string
    readonly number: (value: number) => string
    readonly range: string
    readonly poor: string
  }
}

const DAY_MS = 86_400_000

/** The picture of a trend: one neutral line; colour only where an alarm is meant. */
export function trendOption(picture: TrendPicture): EChartsCoreOption {
  const { look } = picture
  return {
    animation: false,
    textStyle: { fontFamily: look.fontFamily, color: look.text },
    grid: { left: 8, right: 56, top: 14, bottom: 4, outerBoundsMode: 'same' },
    xAxis: timeAxis(picture),
    yAxis: valueAxis(picture),
    tooltip: tooltip(picture),
    series: [...bandSeries(picture), lineSeries(picture), poorSeries(picture)],
  }
}

function timeAxis(picture: TrendPicture) {
  const { fromMs, toMs, look } = picture
  const showsDates = toMs - fromMs > 1.5 * DAY_MS
  return {
    type: 'time',
    min: fromMs,
    max: toMs,
    splitNumber: 5,
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: {
      color: look.textQuiet,
      hideOverlap: true,
      formatter: (atMs: number) => {
        const at = new Date(atMs)
        return showsDates ? `${at.getMonth() + 1}-${at.getDate()}` : formatClock(atMs).slice(0, 5)
      },
    },
  }
}

/** Set-points are always inside the picture: how far one is from the alarm is the point of it. */
function valueAxis(picture: TrendPicture) {
  const { look, isBoolean, words } = picture
  const extent = isBoolean ? { min: -0.1, max: 1.1, step: 1 } : niceExtent(valuesOf(picture))
  return {
    type: 'value',
    min: extent.min,
    max: extent.max,
    interval: extent.step,
    axisLabel: {
      color: look.textQuiet,
      ...(isBoolean ? { showMinLabel: false, showMaxLabel: false } : {}),
      formatter: (value: number) => {
        if (!isBoolean) return words.number(value)
        // The axis begins a little below "no", so that the line does not lie on its edge.
        return value > 0.5 ? words.yes : words.no
      },
    },
    splitLine: { lineStyle: { color: look.line, opacity: 0.6 } },
  }
}

function* valuesOf({ data, setpoints }: TrendPicture): Iterable<number> {
  for (const { value } of [...data.line, ...data.poor]) if (value !== null) yield value
  for (const { min, max } of data.band) {
    if (min !== null) yield min
    if (max !== null) yield max
  }
  for (const { value } of setpoints) yield value
}

/** Round ends around the values, at a step of 1, 2 or 5 times a power of ten. */
export function niceExtent(values: Iterable<number>): {
  readonly min: number
  readonly max: number
  readonly step: number
} {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return { min: 0, max: 1, step: 0.5 }
  // A line that never moves must not be blown up until its noise looks like news.
  const smallest = low === high ? 0.25 : 0.01
  const rough = Math.max((high - low) / 4, Math.abs(high) * 0.01, smallest)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const max = Math.ceil((high + step * 0.1) / step) * step
  const min = Math.floor(low / step) * step
  return { min: Math.min(min, max - step), max, step }
}

function lineSeries(picture: TrendPicture) {
  const { data, look, isBoolean } = picture
  return {
    id: 'value',
    type: 'line',
    step: isBoolean ? 'end' : false,
    showSymbol: data.line.length < 3,
    symbolSize: 5,
    connectNulls: false,
    sampling: 'minmax',
    lineStyle: { color: look.text, width: 1.6 },
    itemStyle: { color: look.text },
    data: data.line.map((sample) => [sample.atMs, sample.value]),
    markLine: setpointLines(picture),
    markArea: alarmSpans(picture),
    z: 3,
  }
}

function setpointLines(picture: TrendPicture) {
  return {
    silent: true,
    symbol: 'none',
    data: picture.setpoints.map((setpoint) => {
      const { fill, letter, glyph } = presentGrade(setpoint.grade)
      return {
        yAxis: setpoint.value,
        lineStyle: { color: fill, type: 'dashed', width: 1.6 },
        label: {
          position: 'end',
          color: picture.look.text,
          formatter: `{grade|${glyph}} ${letter} ${picture.words.number(setpoint.value)}`,
          rich: { grade: { color: fill } },
        },
      }
    }),
  }
}

function alarmSpans(picture: TrendPicture) {
  return {
    silent: true,
    data: picture.spans.map((span) => [
      {
        xAxis: Math.max(span.fromMs, picture.fromMs),
        itemStyle: { color: presentGrade(span.grade).fill, opacity: 0.16 },
      },
      { xAxis: Math.min(span.toMs, picture.toMs) },
    ]),
  }
}

/** The space between the extremes: an unseen line at the minimum with the height stacked on it. */
function bandSeries(picture: TrendPicture) {
  const { data, look } = picture
  if (data.band.length === 0) return []
  const common = {
    type: 'line',
    stack: 'band',
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    lineStyle: { opacity: 0 },
    connectNulls: false,
  }
  const height = (min: number | null, max: number | null) =>
    min === null || max === null ? null : max - min
  return [
    { ...common, id: 'min', data: data.band.map((part) => [part.atMs, part.min]) },
    {
      ...common,
      id: 'range',
      areaStyle: { color: look.textQuiet, opacity: 0.3 },
      data: data.band.map((part) => [part.atMs, height(part.min, part.max)]),
    },
  ]
}

function poorSeries(picture: TrendPicture) {
  return {
    id: 'poor',
    type: 'line',
    symbol: 'emptyCircle',
    symbolSize: 5,
    showSymbol: true,
    lineStyle: { opacity: 0 },
    itemStyle: { color: picture.look.textQuiet },
    data: picture.data.poor.map((sample) => [sample.atMs, sample.value]),
  }
}

interface TooltipPart {
  readonly seriesId: string
  readonly value: readonly [number, number | null]
}

function tooltip(picture: TrendPicture) {
  const { look, words, unit, isBoolean } = picture
  const figure = (value: number) => {
    if (isBoolean) return value === 1 ? words.yes : words.no
    return unit === null ? words.number(value) : `${words.number(value)} ${unit}`
  }
  return {
    trigger: 'axis',
    backgroundColor: look.surface,
    borderColor: look.line,
    textStyle: { color: look.text, fontSize: 12 },
    formatter: (parts: readonly TooltipPart[]) => {
      const at = parts[0]?.value[0]
      if (at === undefined) return ''
      const valueIn = (id: string) => parts.find((part) => part.seriesId === id)?.value[1] ?? null
      const [value, min, range, poor] = ['value', 'min', 'range', 'poor'].map(valueIn)
      const lines = [formatClock(at)]
      if (value !== null && value !== undefined) lines.push(`<b>${figure(value)}</b>`)
      if (min !== null && min !== undefined && range !== null && range !== undefined) {
        lines.push(`${words.range} ${figure(min)} – ${figure(min + range)}`)
      }
      if (poor !== null && poor !== undefined) lines.push(`${figure(poor)} (${words.poor})`)
      return lines.join('<br>')
    },
  }
}
