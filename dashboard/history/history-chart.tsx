import { LineChart } from 'echarts/charts'
import {
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components'
import { type EChartsType, init, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../format/use-words.ts'
import { FONT_FAMILY, paletteOf } from '../preferences/theme.ts'
import { useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { panelsOf } from './history-lines.ts'
import { type HistoryPicture, historyOption, PANEL_HEIGHT } from './history-option.ts'
import { type Span, zoomed } from './history-state.ts'

register([
  LineChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  MarkAreaComponent,
  CanvasRenderer,
])

const WHEEL_STEP = 1.25
const DRAG_PIXELS_MIN = 6

/** Drawn lines; dragging over a stretch or turning the wheel asks for another range. */
export function HistoryChart(
  props: Omit<HistoryPicture, 'look' | 'words'> & {
    readonly label: string
    /** Turning the wheel: shown at once, loaded when it rests. */
    readonly onZoom: (span: Span) => void
    readonly onSelect: (span: Span) => void
  },
) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const { lines, fromMs, toMs, onZoom } = props
  const panels = Math.max(1, panelsOf(lines).length)
  const option = useOption(props)

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
  useEffect(() => chart.current?.setOption(option, { notMerge: true }), [option])

  const timeAt = (clientX: number): number | null => {
    const left = box.current?.getBoundingClientRect().left ?? 0
    const at = chart.current?.convertFromPixel({ xAxisIndex: 0 }, clientX - left)
    return typeof at === 'number' && Number.isFinite(at)
      ? Math.min(Math.max(at, fromMs), toMs)
      : null
  }
  const wheel = useRef<(event: WheelEvent) => void>(() => undefined)
  wheel.current = (event) => {
    const aroundMs = timeAt(event.clientX)
    if (aroundMs === null || event.deltaY === 0) return
    event.preventDefault()
    onZoom(zoomed({ fromMs, toMs }, event.deltaY > 0 ? WHEEL_STEP : 1 / WHEEL_STEP, aroundMs))
  }
  useEffect(() => {
    const element = box.current
    const turn = (event: WheelEvent) => wheel.current(event)
    // React listens passively, and then the page would scroll too.
    element?.addEventListener('wheel', turn, { passive: false })
    return () => element?.removeEventListener('wheel', turn)
  }, [])

  const drag = useDrag({ timeAt, onSelect: props.onSelect })
  return (
    <div className="history-canvas" {...drag.handlers}>
      <div
        ref={box}
        style={{ height: panels * PANEL_HEIGHT }}
        role="img"
        aria-label={props.label}
      />
      {drag.shade !== null && <div className="history-shade" style={drag.shade} />}
    </div>
  )
}

function useOption(props: Omit<HistoryPicture, 'look' | 'words'>) {
  const { t } = useTranslation()
  const { preferences } = useServices()
  const theme = useStore(preferences, (state) => state.theme)
  const words = useWords()
  const { lines, fromMs, toMs, setpoints, spans } = props
  return useMemo(() => {
    const palette = paletteOf(theme)
    return historyOption({
      lines,
      fromMs,
      toMs,
      setpoints,
      spans,
      look: {
        text: palette.text,
        textQuiet: palette.textQuiet,
        line: palette.line,
        surface: palette.raised,
        fontFamily: FONT_FAMILY,
        isDark: theme === 'dark',
      },
      words: {
        yes: t('common.yes'),
        no: t('common.no'),
        number: words.number,
        poor: t('history.notUsable'),
        range: t('trend.range'),
      },
    })
  }, [lines, fromMs, toMs, setpoints, spans, theme, words, t])
}

interface Drag {
  readonly startX: number
  readonly x: number
}

/** With a mouse only: a finger scrolls the page, and has the buttons. */
function useDrag(options: {
  readonly timeAt: (clientX: number) => number | null
  readonly onSelect: (span: Span) => void
}) {
  const [drag, setDrag] = useState<Drag | null>(null)
  const isWide = drag !== null && Math.abs(drag.x - drag.startX) >= DRAG_PIXELS_MIN
  const end = (event: PointerEvent<HTMLDivElement>) => {
    setDrag(null)
    if (drag === null || Math.abs(event.clientX - drag.startX) < DRAG_PIXELS_MIN) return
    const [a, b] = [options.timeAt(drag.startX), options.timeAt(event.clientX)]
    if (a === null || b === null) return
    options.onSelect({ fromMs: Math.round(Math.min(a, b)), toMs: Math.round(Math.max(a, b)) })
  }
  const left = (element: Element | null) => element?.getBoundingClientRect().left ?? 0
  const canvas = useRef<Element | null>(null)
  return {
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
        if (event.pointerType !== 'mouse' || event.button !== 0) return
        canvas.current = event.currentTarget
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ startX: event.clientX, x: event.clientX })
      },
      onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
        if (drag !== null) setDrag({ ...drag, x: event.clientX })
      },
      onPointerUp: end,
      onPointerCancel: () => setDrag(null),
    },
    shade:
      drag === null || !isWide
        ? null
        : {
            left: Math.min(drag.startX, drag.x) - left(canvas.current),
            width: Math.abs(drag.x - drag.startX),
          },
  }
}
