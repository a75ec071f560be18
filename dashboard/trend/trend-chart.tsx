import { LineChart } from 'echarts/charts'
import {
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components'
import { type EChartsType, init, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../format/use-words.ts'
import { FONT_FAMILY, paletteOf } from '../preferences/theme.ts'
import { useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { type TrendPicture, trendOption } from './trend-option.ts'

// Only what a trend needs: all of ECharts would be three times as large.
register([
  LineChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  MarkAreaComponent,
  CanvasRenderer,
])

/** Loaded on its own, so that the alarm list stands before the charts are there. */
export function TrendChart(
  props: Omit<TrendPicture, 'look' | 'words'> & { readonly label: string },
) {
  const { t } = useTranslation()
  const { preferences } = useServices()
  const theme = useStore(preferences, (state) => state.theme)
  const words = useWords()
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const { label, data, fromMs, toMs, unit, isBoolean, setpoints, spans } = props

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

  const option = useMemo(() => {
    const palette = paletteOf(theme)
    return trendOption({
      data,
      fromMs,
      toMs,
      unit,
      isBoolean,
      setpoints,
      spans,
      look: {
        text: palette.text,
        textQuiet: palette.textQuiet,
        line: palette.line,
        surface: palette.raised,
        fontFamily: FONT_FAMILY,
      },
      words: {
        yes: t('common.yes'),
        no: t('common.no'),
        number: words.number,
        range: t('trend.range'),
        poor: t('trend.badQuality'),
      },
    })
  }, [data, fromMs, toMs, unit, isBoolean, setpoints, spans, theme, words, t])

  useEffect(() => chart.current?.setOption(option, { notMerge: true }), [option])
  return <div ref={box} className="trend-chart" role="img" aria-label={label} />
}
