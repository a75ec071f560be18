import { BarChart as Bars } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { FONT_FAMILY, paletteOf } from '../preferences/theme.ts'
import { useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'

register([Bars, GridComponent, TooltipComponent, MarkLineComponent, CanvasRenderer])

export interface Bar {
  readonly label: string
  readonly value: number
  /** Default: the grey of the chart. */
  readonly colour?: string
}

/** Bars beside each other, with a line where the bound is. */
export function BarChart(props: {
  readonly label: string
  readonly bars: readonly Bar[]
  readonly bound?: number
  readonly boundLabel?: string
}) {
  const { preferences } = useServices()
  const theme = useStore(preferences, (state) => state.theme)
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const { bars, bound, boundLabel = '' } = props

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const instance = init(element)
    chart.current = instance
    const observer = new ResizeObserver(() => instance.resize())
    observer.observe(element)
    return () => {
      observer.disconnect()
      instance.dispose()
      chart.current = null
    }
  }, [])

  useEffect(() => {
    const palette = paletteOf(theme)
    const text = { color: palette.textQuiet, fontFamily: FONT_FAMILY }
    const line = { lineStyle: { color: palette.line } }
    const mark = {
      silent: true,
      symbol: 'none',
      label: { ...text, formatter: boundLabel, position: 'insideEndTop' },
      lineStyle: { color: palette.text, type: 'dashed' },
      data: [{ yAxis: bound }],
    }
    chart.current?.setOption(
      {
        animation: false,
        textStyle: text,
        grid: { left: 44, right: 16, top: 18, bottom: 28 },
        tooltip: {
          trigger: 'axis',
          backgroundColor: palette.raised,
          textStyle: { color: palette.text, fontFamily: FONT_FAMILY },
        },
        xAxis: {
          type: 'category',
          data: bars.map(({ label }) => label),
          axisLabel: text,
          axisLine: line,
          axisTick: { show: false },
        },
        yAxis: { type: 'value', minInterval: 1, axisLabel: text, splitLine: line },
        series: [
          {
            type: 'bar',
            barMaxWidth: 44,
            data: bars.map(({ value, colour = palette.textQuiet }) => ({
              value,
              itemStyle: { color: colour },
            })),
            ...(bound === undefined ? {} : { markLine: mark }),
          },
        ],
      },
      { notMerge: true },
    )
  }, [bars, bound, boundLabel, theme])

  return <div ref={box} className="bar-chart" role="img" aria-label={props.label} />
}
