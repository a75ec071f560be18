import type { EChartsCoreOption } from 'echarts/core'
import { presentGrade } from '../alarms/grade.ts'
import { formatClock } from '../format/format.ts'
import {
  niceExtent,
  type TrendLook,
  type TrendSetpoint,
  type TrendSpan,
} from '../trend/trend-option.ts'
import { type HistoryLine, panelsOf } from './history-lines.ts'
import { DAY_MS } from './history-state.ts'

export interface HistoryPicture {
  readonly lines: readonly HistoryLine[]
  readonly fromMs: number
  readonly toMs: number
  /** By key of the line. */
  readonly setpoints: ReadonlyMap<string, readonly TrendSetpoint[]>
  readonly spans: readonly TrendSpan[]
  readonly look: TrendLook & { readonly isDark: boolean }
  readonly words: {
    readonly yes: string
    readonly no: string
    readonly number: (value: number) => string
    readonly poor: string
    readonly range: string
  }
}

export const PANEL_HEIGHT = 250
const TOP = 30
const BOTTOM = 30

/** Far from the colours of alarms, and from one another; with a dash of their own when they come again. */
const COLORS = {
  light: ['#0f766e', '#7c3aa0', '#6b4f2a', '#a8327d', '#5b6b12', '#334155'],
  dark: ['#5ec8bd', '#c39ae0', '#cdae82', '#e58cc6', '#b9c96a', '#b6c2cf'],
} as const

export function lineStyleOf(index: number, isDark: boolean) {
  const colors = isDark ? COLORS.dark : COLORS.light
  const color = colors[index % colors.length] ?? colors[0]
  return { color, type: index < colors.length ? ('solid' as const) : ('dashed' as const) }
}

/** One panel a unit, one under the other, over the same time. */
export function historyOption(picture: HistoryPicture): EChartsCoreOption {
  const panels = panelsOf(picture.lines)
  const { look } = picture
  return {
    animation: false,
    textStyle: { fontFamily: look.fontFamily, color: look.text },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: panels.map((_, index) => ({
      left: 64,
      right: 64,
      top: index * PANEL_HEIGHT + TOP,
      height: PANEL_HEIGHT - TOP - BOTTOM,
    })),
    xAxis: panels.map((_, index) => timeAxis(picture, index)),
    yAxis: panels.map((lines, index) => valueAxis(picture, lines, index)),
    tooltip: tooltip(picture),
    series: panels.flatMap((lines, index) =>
      lines.flatMap((line, place) =>
        seriesOf(picture, line, { index, isFirst: place === 0, lines }),
      ),
    ),
  }
}

function timeAxis({ fromMs, toMs, look }: HistoryPicture, gridIndex: number) {
  const showsDates = toMs - fromMs > 1.5 * DAY_MS
  return {
    type: 'time',
    gridIndex,
    min: fromMs,
    max: toMs,
    splitNumber: 6,
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: {
      color: look.textQuiet,
      hideOverlap: true,
      formatter: (atMs: number) => {
        const at = new Date(atMs)
        return showsDates ? `${at.getMonth() + 1}-${at.getDate()}` : formatClock(atMs)
      },
    },
  }
}

function valueAxis(picture: HistoryPicture, lines: readonly HistoryLine[], gridIndex: number) {
  const { look, words, setpoints } = picture
  const isBoolean = lines[0]?.isBoolean === true
  const values = lines.flatMap((line) => [...valuesOf(line), ...levelsOf(setpoints, [line])])
  const extent = isBoolean ? { min: -0.1, max: 1.1, step: 1 } : niceExtent(values)
  return {
    type: 'value',
    gridIndex,
    name: lines[0]?.unit ?? '',
    nameGap: 10,
    nameTextStyle: { color: look.textQuiet, align: 'right' },
    min: extent.min,
    max: extent.max,
    interval: extent.step,
    axisLabel: {
      color: look.textQuiet,
      ...(isBoolean ? { showMinLabel: false, showMaxLabel: false } : {}),
      formatter: (value: number) => {
        if (!isBoolean) return words.number(value)
        return value > 0.5 ? words.yes : words.no
      },
    },
    splitLine: { lineStyle: { color: look.line, opacity: 0.6 } },
  }
}

function* valuesOf({ line, poor, band }: HistoryLine): Iterable<number> {
  for (const { value } of [...line, ...poor]) if (value !== null) yield value
  for (const { min, max } of band) {
    if (min !== null) yield min
    if (max !== null) yield max
  }
}

function levelsOf(
  setpoints: HistoryPicture['setpoints'],
  lines: readonly HistoryLine[],
): readonly number[] {
  return lines.flatMap(({ key }) => (setpoints.get(key) ?? []).map(({ value }) => value))
}

interface Place {
  readonly index: number
  readonly isFirst: boolean
  readonly lines: readonly HistoryLine[]
}

function seriesOf(picture: HistoryPicture, line: HistoryLine, place: Place) {
  const { color, type } = lineStyleOf(picture.lines.indexOf(line), picture.look.isDark)
  const axes = { xAxisIndex: place.index, yAxisIndex: place.index }
  const main = {
    ...axes,
    id: `${line.key} value`,
    name: line.name,
    type: 'line',
    step: line.isBoolean ? 'end' : false,
    showSymbol: line.line.length < 3,
    symbolSize: 5,
    connectNulls: false,
    sampling: 'minmax',
    lineStyle: { color, type, width: 1.6 },
    itemStyle: { color },
    data: line.line.map((sample) => [sample.atMs, sample.value]),
    // Marks belong to the panel, not to a line: drawn once.
    ...(place.isFirst
      ? { markLine: setpointLines(picture, place.lines), markArea: spans(picture) }
      : {}),
    z: 3,
  }
  const poor = {
    ...axes,
    id: `${line.key} poor`,
    type: 'line',
    symbol: 'emptyCircle',
    symbolSize: 5,
    showSymbol: true,
    silent: true,
    lineStyle: { opacity: 0 },
    itemStyle: { color: picture.look.textQuiet },
    data: line.poor.map((sample) => [sample.atMs, sample.value]),
    z: 4,
  }
  return [...bandOf(line, axes, color), main, poor]
}

/** The space between the extremes: an unseen line at the minimum with the height stacked on it. */
function bandOf(line: HistoryLine, axes: object, color: string) {
  if (line.band.length === 0 || line.isBoolean) return []
  const common = {
    ...axes,
    type: 'line',
    stack: `${line.key} band`,
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    lineStyle: { opacity: 0 },
    connectNulls: false,
  }
  const height = (min: number | null, max: number | null) =>
    min === null || max === null ? null : max - min
  return [
    { ...common, id: `${line.key} min`, data: line.band.map(({ atMs, min }) => [atMs, min]) },
    {
      ...common,
      id: `${line.key} range`,
      areaStyle: { color, opacity: 0.16 },
      data: line.band.map(({ atMs, min, max }) => [atMs, height(min, max)]),
    },
  ]
}

function setpointLines({ setpoints, look, words }: HistoryPicture, lines: readonly HistoryLine[]) {
  const all = lines.flatMap(({ key }) => setpoints.get(key) ?? [])
  const distinct = new Map(all.map((each) => [`${each.value} ${each.grade}`, each]))
  return {
    silent: true,
    symbol: 'none',
    data: [...distinct.values()].map((setpoint) => {
      const { fill, letter, glyph } = presentGrade(setpoint.grade)
      return {
        yAxis: setpoint.value,
        lineStyle: { color: fill, type: 'dashed', width: 1.4 },
        label: {
          position: 'end',
          color: look.text,
          formatter: `{grade|${glyph}} ${letter} ${words.number(setpoint.value)}`,
          rich: { grade: { color: fill } },
        },
      }
    }),
  }
}

function spans({ spans: all, fromMs, toMs }: HistoryPicture) {
  return {
    silent: true,
    data: all.map((span) => [
      {
        xAxis: Math.max(span.fromMs, fromMs),
        itemStyle: { color: presentGrade(span.grade).fill, opacity: 0.14 },
      },
      { xAxis: Math.min(span.toMs, toMs) },
    ]),
  }
}

interface TooltipPart {
  readonly seriesId: string
  readonly value: readonly [number, number | null]
  readonly color: string
}

function tooltip({ lines, look, words }: HistoryPicture) {
  return {
    trigger: 'axis',
    confine: true,
    backgroundColor: look.surface,
    borderColor: look.line,
    textStyle: { color: look.text, fontSize: 12 },
    formatter: (parts: readonly TooltipPart[]) => {
      const at = parts[0]?.value[0]
      if (at === undefined) return ''
      const byId = new Map(parts.map((part) => [part.seriesId, part.value[1]]))
      const rows = lines.flatMap((line, index) => {
        const [value, min, range, poor] = ['value', 'min', 'range', 'poor'].map(
          (id) => byId.get(`${line.key} ${id}`) ?? null,
        )
        const shown = value ?? poor ?? null
        if (shown === null) return []
        const figure = (number: number) => figureOf(line, number, words)
        const { color } = lineStyleOf(index, look.isDark)
        const extremes =
          min == null || range == null || line.isBoolean
            ? ''
            : ` (${words.range} ${figure(min)} – ${figure(min + range)})`
        const note = poor == null ? '' : ` · ${words.poor}`
        return `<span style="color:${color}">■</span> ${escaped(line.name)} <b>${figure(shown)}</b>${extremes}${note}`
      })
      return [`${new Date(at).toLocaleDateString('sv-SE')} ${formatClock(at)}`, ...rows].join(
        '<br>',
      )
    },
  }
}

function figureOf(line: HistoryLine, value: number, words: HistoryPicture['words']): string {
  if (line.isBoolean && (value === 0 || value === 1)) return value === 1 ? words.yes : words.no
  const figure = words.number(value)
  return line.unit === null ? figure : `${figure} ${escaped(line.unit)}`
}

/** Names come from people, and a tooltip is HTML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
