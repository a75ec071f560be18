import { init } from 'echarts'
import { describeLimit, describeNumber, describeSpread, verdictsOf } from '../figure.ts'
import type { Report } from './report.ts'

/**
 * The report as a picture (SVG): every figure that has a limit, as a share of it. Right of the line of 1
 * is kept, whichever way the limit goes. The thin line reaches from the worst to the best round.
 */
const WIDTH = 1_440
const ROW_HEIGHT = 60
const HEAD_HEIGHT = 96
const FOOT_HEIGHT = 44
/** Letters are guessed narrower than they are drawn, so names are broken before the room ends. */
const NAME_ROOM = 660
const NAME_WIDTH = 600
const FOUND_WIDTH = 210
const GAP = 16
const KEPT = '#2f9e44'
const NOT_KEPT = '#e03131'
const INK = '#343a40'
/** Beyond these a row is drawn at the edge; what was found stands beside it in figures. */
const SHARE_MIN = 0.01
const SHARE_MAX = 100

interface Row {
  readonly title: string
  readonly name: string
  readonly asked: string
  readonly found: string
  readonly share: number
  readonly worst: number
  readonly best: number
  readonly isKept: boolean
}

export function reportPicture(report: Report): string {
  const rows = rowsOf(report)
  const chart = init(null, null, {
    ...{ renderer: 'svg', ssr: true, width: WIDTH },
    height: HEAD_HEIGHT + FOOT_HEIGHT + ROW_HEIGHT * Math.max(1, rows.length),
  })
  chart.setOption(optionsOf(report, rows))
  const picture = chart.renderToSVGString()
  chart.dispose()
  return picture
}

function rowsOf({ sections }: Report): readonly Row[] {
  return sections.flatMap(({ title, figures }) =>
    figures.flatMap((figure) =>
      verdictsOf(figure).map(({ limit, measured, isKept }) => {
        const share = (value: number) => shareOf(value, limit)
        const [one, other] = [share(measured.min), share(measured.max)]
        return {
          title,
          name: `${figure.name}: ${figure.unit}`,
          asked: describeLimit(limit),
          found: describeSpread(measured),
          share: share(measured.median),
          ...{ worst: Math.min(one, other), best: Math.max(one, other), isKept },
        }
      }),
    ),
  )
}

function shareOf(value: number, limit: { readonly is: string; readonly bound: number }): number {
  // A difference may be negative: better than what was asked by any factor.
  const share = limit.is === 'at least' ? value / limit.bound : limit.bound / Math.max(0, value)
  return Math.min(SHARE_MAX, Math.max(SHARE_MIN, share))
}

function optionsOf({ at, machine, isQuick }: Report, rows: readonly Row[]) {
  const middle = rows.map(({ share, isKept }) => ({
    value: share,
    itemStyle: { color: isKept ? KEPT : NOT_KEPT },
  }))
  const spans = rows.map(({ worst, best }, row) => ({
    ...{ type: 'line', silent: true, symbol: 'none', animation: false },
    lineStyle: { width: 2, color: INK },
    data: [
      [worst, row],
      [best, row],
    ],
  }))
  const kept = rows.filter(({ isKept }) => isKept).length
  return {
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: `Vigil: what was found, as a share of what was asked (${kept} of ${rows.length} kept)`,
      subtext: `${at}, ${machine}${isQuick ? ' (quick: one short round)' : ''}. Right of 1 is kept. Figures: median (least … most).`,
      left: GAP,
    },
    grid: {
      ...{ left: NAME_ROOM + 2 * GAP, right: FOUND_WIDTH + 2 * GAP },
      ...{ top: HEAD_HEIGHT, bottom: FOOT_HEIGHT },
    },
    xAxis: {
      ...{ type: 'log', min: SHARE_MIN, max: SHARE_MAX },
      axisLabel: { formatter: describeNumber },
      splitLine: { lineStyle: { color: '#dee2e6' } },
    },
    yAxis: [nameAxis(rows), foundAxis(rows)],
    series: [
      {
        ...{ type: 'bar', data: middle, barWidth: 14 },
        markLine: {
          ...{ silent: true, symbol: 'none', label: { show: false } },
          lineStyle: { color: INK, type: 'dashed' },
          data: [{ xAxis: 1 }],
        },
      },
      ...spans,
    ],
  }
}

const CATEGORY = {
  ...{ type: 'category', inverse: true, axisTick: { show: false }, axisLine: { show: false } },
} as const

/** The measurement above, the figure, and what was asked of it below. */
function nameAxis(rows: readonly Row[]) {
  return {
    ...CATEGORY,
    data: rows.map(({ title, name, asked }) => `{title|${title}}\n${name}\n${asked}`),
    axisLabel: {
      ...{ width: NAME_WIDTH, overflow: 'break', interval: 0 },
      ...{ fontSize: 12, lineHeight: 16, color: INK },
      rich: { title: { fontSize: 11, lineHeight: 15, color: '#868e96' } },
    },
  }
}

function foundAxis(rows: readonly Row[]) {
  return {
    ...{ ...CATEGORY, position: 'right' },
    data: rows.map(({ found }) => found),
    axisLabel: { ...{ width: FOUND_WIDTH, overflow: 'break', interval: 0 }, color: INK },
  }
}
