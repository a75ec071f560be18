import { Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { InstantField } from '../ui/date-field.tsx'
import { Icon } from '../ui/icons.tsx'
import {
  type HistoryRange,
  LAST_SPANS,
  SPAN_MS_MAX,
  SPAN_MS_MIN,
  type Span,
  shifted,
  zoomed,
} from './history-state.ts'

type SpanName = keyof typeof LAST_SPANS
const SPAN_NAMES = Object.keys(LAST_SPANS) as readonly SpanName[]

/** The way to any range without a mouse: lengths up to now, two ends, back and forth, in and out. */
export function RangeBar(props: {
  readonly range: HistoryRange
  readonly span: Span
  readonly nowMs: number
  readonly onChange: (range: HistoryRange) => void
}) {
  const { t } = useTranslation()
  const { range, span, nowMs, onChange } = props
  const chosen = SPAN_NAMES.find(
    (name) => range.kind === 'last' && LAST_SPANS[name] === range.spanMs,
  )
  const fix = (next: Span) => onChange({ kind: 'fixed', fromMs: next.fromMs, toMs: next.toMs })
  const middleMs = (span.fromMs + span.toMs) / 2
  const spanMs = span.toMs - span.fromMs
  const refusalOf = ({ fromMs, toMs }: Span): string | null => {
    if (toMs - fromMs < SPAN_MS_MIN) return t('history.endBeforeStart')
    return toMs - fromMs > SPAN_MS_MAX ? t('history.spanTooLong') : null
  }
  return (
    <div className="history-range">
      <Segmented<SpanName | ''>
        value={chosen ?? ''}
        options={SPAN_NAMES.map((name) => ({ value: name, label: t(`historySpan.${name}`) }))}
        onChange={(name) => name !== '' && onChange({ kind: 'last', spanMs: LAST_SPANS[name] })}
      />
      <div className="history-ends">
        <InstantField
          className="history-end"
          label={t('history.from')}
          atMs={span.fromMs}
          isMoving={range.kind === 'last'}
          refusal={(fromMs) => refusalOf({ ...span, fromMs })}
          onChange={(fromMs) => fix({ ...span, fromMs })}
        />
        <span aria-hidden="true">–</span>
        <InstantField
          className="history-end"
          label={t('history.to')}
          atMs={span.toMs}
          isMoving={range.kind === 'last'}
          refusal={(toMs) => refusalOf({ ...span, toMs })}
          onChange={(toMs) => fix({ ...span, toMs })}
        />
      </div>
      <div className="history-steps">
        <Button
          aria-label={t('history.earlier')}
          title={t('history.earlier')}
          icon={<Icon name="back" size={16} />}
          onClick={() => fix(shifted(span, -0.5))}
        />
        <Button
          aria-label={t('history.later')}
          title={t('history.later')}
          className="is-turned"
          icon={<Icon name="back" size={16} />}
          disabled={span.toMs >= nowMs}
          onClick={() => fix(shifted(span, 0.5))}
        />
        <Button
          disabled={spanMs <= SPAN_MS_MIN}
          aria-label={t('history.zoomIn')}
          title={t('history.zoomIn')}
          onClick={() => fix(zoomed(span, 0.5, middleMs))}
        >
          +
        </Button>
        <Button
          disabled={spanMs >= SPAN_MS_MAX}
          aria-label={t('history.zoomOut')}
          title={t('history.zoomOut')}
          onClick={() => fix(zoomed(span, 2, middleMs))}
        >
          −
        </Button>
      </div>
    </div>
  )
}
