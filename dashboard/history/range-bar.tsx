import { Button, Input, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
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
  return (
    <div className="history-range">
      <Segmented<SpanName | ''>
        value={chosen ?? ''}
        options={SPAN_NAMES.map((name) => ({ value: name, label: t(`historySpan.${name}`) }))}
        onChange={(name) => name !== '' && onChange({ kind: 'last', spanMs: LAST_SPANS[name] })}
      />
      <div className="history-ends">
        <EndInput
          label={t('history.from')}
          atMs={span.fromMs}
          onChange={(fromMs) => isRange(fromMs, span.toMs) && fix({ ...span, fromMs })}
        />
        <span aria-hidden="true">–</span>
        <EndInput
          label={t('history.to')}
          atMs={span.toMs}
          onChange={(toMs) => isRange(span.fromMs, toMs) && fix({ ...span, toMs })}
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

function isRange(fromMs: number, toMs: number): boolean {
  return toMs - fromMs >= SPAN_MS_MIN && toMs - fromMs <= SPAN_MS_MAX
}

/** The browser's own field: it knows the language and, on a telephone, the wheel. */
function EndInput(props: {
  readonly label: string
  readonly atMs: number
  readonly onChange: (atMs: number) => void
}) {
  return (
    <Input
      key={props.atMs}
      type="datetime-local"
      step={1}
      className="history-end"
      aria-label={props.label}
      defaultValue={localText(props.atMs)}
      onBlur={(event) => {
        const atMs = new Date(event.target.value).getTime()
        const isChanged = event.target.value !== localText(props.atMs)
        if (!Number.isNaN(atMs) && isChanged) props.onChange(atMs)
      }}
      onPressEnter={(event) => event.currentTarget.blur()}
    />
  )
}

/** `2026-11-25T10:00:00` in the time zone of the desk. */
function localText(atMs: number): string {
  return new Date(atMs).toLocaleString('sv-SE').replace(' ', 'T')
}
