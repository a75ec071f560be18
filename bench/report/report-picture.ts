import { init } from 'echarts'
import { verdictsOf } from '../figure.ts'
import type { Report } from './report.ts'

/**
 * The report as a picture (SVG): every figure that has a limit, as a share of it. Right of the line of 1
 * is kept, whichever way the limit goes. The thin line reaches from the worst to the best round.
 */
const WIDTH = 1_100
const ROW_HEIGHT = 30
const FRAME_HEIGHT = 130
const KEPT = '#2f9e44'
const NOT_KEPT = '#e03131'
const SHARE_MIN = 0.01

interface Row {
  readonly name: string
  readonly share: number
  readonly worst: number
  readonly best: number
  readonly isKept: boolean
}

export function reportPicture(report: Report): string {
  const rows = rowsOf(report)
  const chart = init(null, null, {
    ...{ renderer: 'svg', ssr: true, width: WIDTH },
    height: FRAME_HEIGHT + ROW_HEIGHT * Math.max(1, rows.length),
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
        const isLeast = limit.is === 'at least'
        const share = (value: number) =>
          Math.max(SHARE_MIN, isLeast ? value / limit.bound : limit.bound / value)
        const [one, other] = [share(measured.min), share(measured.max)]
        const asked = `${isLeast ? '≥' : '≤'} ${limit.bound}${limit.peer === null ? '' : ` × ${limit.peer}`}`
        return {
          name: `${title}: ${figure.name} (${figure.unit} ${asked})`,
          share: share(measured.median),
          ...{ worst: Math.min(one, other), best: Math.max(one, other), isKept },
        }
      }),
    ),
  )
}

function optionsOf({ at, machine, isQuick }: Report, rows: readonly Row[]) {
  const middle = rows.map(({ share, isKept }) => ({
    value: share,
    itemStyle: { color: isKept ? KEPT : NOT_KEPT },
  }))
  const spans = rows.map(({ worst, best }, row) => ({
    ...{ type: 'line', silent: true, symbol: 'none', animation: false },
    lineStyle: { width: 2, color: '#343a40' },
    data: [
      [worst, row],
      [best, row],
    ],
  }))
  return {
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: 'Vigil: what was found, as a share of what was asked',
      subtext: `${at}, ${machine}${isQuick ? ' (quick: one short round)' : ''}. 1 and beyond: kept.`,
      left: 16,
    },
    grid: { left: 560, right: 60, top: 80, bottom: 40 },
    xAxis: { type: 'log', min: SHARE_MIN, splitLine: { lineStyle: { color: '#dee2e6' } } },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ name }) => name),
      axisLabel: { width: 535, overflow: 'truncate', fontSize: 12 },
    },
    series: [
      {
        ...{ type: 'bar', data: middle, barWidth: 14 },
        markLine: {
          ...{ silent: true, symbol: 'none', label: { show: false } },
          lineStyle: { color: '#343a40', type: 'dashed' },
          data: [{ xAxis: 1 }],
        },
      },
      ...spans,
    ],
  }
}
