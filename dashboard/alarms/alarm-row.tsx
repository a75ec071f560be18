import { Checkbox } from 'antd'
import { type MouseEvent, memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useWords, type Words } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { Cell, Row } from '../ui/row.tsx'
import { isOpen, needsAcknowledgement, shownState } from './alarm-state.ts'
import { GradeMark } from './grade-mark.tsx'
import { StateMark } from './state-mark.tsx'
import { ToldMark } from './told-mark.tsx'

/** `wide`: all columns; `compact`: beside the details; `card`: on a telephone. */
export type RowLayout = 'wide' | 'compact' | 'card'

const LAYOUT_CLASSES = {
  wide: 'alarm-columns',
  compact: 'compact-columns',
  card: 'alarm-card',
} as const satisfies Record<RowLayout, string>

interface AlarmRowProps {
  readonly index: number
  readonly alarm: AlarmDto
  readonly isSelected: boolean
  readonly isChecked: boolean
  /** Stays in its place although it belongs to the list no more. */
  readonly isGone: boolean
  /** Stands under the row of its incident. */
  readonly isInside: boolean
  readonly isFirstOut: boolean
  readonly layout: RowLayout
  readonly onSelect: (id: string) => void
  readonly onToggle: (id: string, isRange: boolean) => void
}

export const AlarmRow = memo(function AlarmRow(props: AlarmRowProps) {
  const { alarm, isSelected } = props
  const classes: string[] = [LAYOUT_CLASSES[props.layout]]
  if (isSelected) classes.push('is-selected')
  if (props.isGone) classes.push('is-gone')
  if (props.isInside) classes.push('is-inside')
  if (needsAcknowledgement(alarm)) classes.push('is-waiting')
  return (
    <Row
      index={props.index}
      className={classes.join(' ')}
      isCurrent={isSelected}
      data={{ 'data-alarm-id': alarm.id, 'data-state': alarm.state }}
      onOpen={() => props.onSelect(alarm.id)}
    >
      {props.layout === 'wide' && <WideCells {...props} />}
      {props.layout === 'compact' && <CompactCells {...props} />}
      {props.layout === 'card' && <CardCells {...props} />}
    </Row>
  )
})

function Tick(props: AlarmRowProps) {
  const { t } = useTranslation()
  const { alarm, onToggle } = props
  const stop = (event: MouseEvent) => event.stopPropagation()
  return (
    <Cell className="row-tick" onClick={stop}>
      <Checkbox
        checked={props.isChecked}
        aria-label={t('list.select')}
        onChange={(event) => onToggle(alarm.id, event.nativeEvent.shiftKey)}
      />
    </Cell>
  )
}

function GradeCell(props: AlarmRowProps & { readonly size?: number }) {
  const { alarm, size } = props
  return (
    <Cell className="cell-mark">
      <GradeMark
        grade={alarm.grade}
        isCalling={needsAcknowledgement(alarm)}
        {...(size === undefined ? {} : { size })}
      />
    </Cell>
  )
}

function WideCells(props: AlarmRowProps) {
  const { alarm } = props
  const words = useWords()
  const [where, device] = words.placeLines(alarm)
  return (
    <>
      <Tick {...props} />
      <GradeCell {...props} />
      <Cell className="cell" title={words.place(alarm)}>
        <span className="cell-main">{where}</span>
        <span className="cell-sub">{device}</span>
      </Cell>
      <Cell className="cell" title={words.localized(alarm.title)}>
        <span className="cell-main">
          {props.isFirstOut && <FirstOut />}
          {words.localized(alarm.title)}
        </span>
        <Extras alarm={alarm} words={words} />
      </Cell>
      <ValueCell alarm={alarm} words={words} />
      <SinceCell alarm={alarm} words={words} />
      <Cell className="cell-mark">
        <StateMark state={shownState(alarm)} />
      </Cell>
      <Cell className="cell">
        <span className="cell-main">{alarm.assignee ?? '–'}</span>
      </Cell>
      <Cell className="cell">
        <ToldMark alarmId={alarm.id} />
      </Cell>
    </>
  )
}

/** The details beside it say the rest. */
function CompactCells(props: AlarmRowProps) {
  const { alarm } = props
  const words = useWords()
  return (
    <>
      <Tick {...props} />
      <GradeCell {...props} />
      <Cell className="cell" title={words.place(alarm)}>
        <span className="cell-main">
          {props.isFirstOut && <FirstOut />}
          {words.localized(alarm.title)}
        </span>
        <span className="cell-sub">{words.place(alarm)}</span>
      </Cell>
      <ValueCell alarm={alarm} words={words} />
      <SinceCell alarm={alarm} words={words} />
      <Cell className="cell-mark">
        <StateMark state={shownState(alarm)} />
      </Cell>
    </>
  )
}

function CardCells(props: AlarmRowProps) {
  const { alarm } = props
  const words = useWords()
  return (
    <>
      <Tick {...props} />
      <GradeCell {...props} size={28} />
      <Cell className="card-body">
        <span className="card-line">
          <strong className="cell-main">{words.localized(alarm.title)}</strong>
          <span className="card-value">{words.value(alarm.value, alarm.unit)}</span>
        </span>
        <span className="cell-main card-place">{words.place(alarm)}</span>
        <span className="card-line">
          <StateMark state={shownState(alarm)} />
          <Age alarm={alarm} words={words} />
        </span>
      </Cell>
    </>
  )
}

/** What came first of its incident is where to look for the cause. */
function FirstOut() {
  const { t } = useTranslation()
  return <span className="first-out">{t('fold.firstOut')}</span>
}

interface CellProps {
  readonly alarm: AlarmDto
  readonly words: Words
}

function Extras({ alarm, words }: CellProps) {
  const { t } = useTranslation()
  const nowMs = useNow()
  const extras = [
    alarm.occurrences > 1 ? t('list.occurrences', { count: alarm.occurrences }) : '',
    alarm.drill ? t('list.drill') : '',
    alarm.shelvedUntil === null
      ? ''
      : t('list.shelvedUntil', { time: words.instant(alarm.shelvedUntil, nowMs) }),
  ]
  return <span className="cell-sub">{extras.filter((extra) => extra !== '').join(' · ')}</span>
}

function ValueCell({ alarm, words }: CellProps) {
  const { t } = useTranslation()
  return (
    <Cell className="cell cell-number">
      <span className="cell-main">{words.value(alarm.value, alarm.unit)}</span>
      {alarm.setpoint !== null && (
        <span className="cell-sub">
          {t('trend.setpoint', { value: words.value(alarm.setpoint, null) })}
        </span>
      )}
    </Cell>
  )
}

function SinceCell({ alarm, words }: CellProps) {
  const nowMs = useNow()
  return (
    <Cell className="cell cell-number">
      <span className="cell-main">{words.instant(alarm.raisedAt, nowMs)}</span>
      <span className="cell-sub">
        <Age alarm={alarm} words={words} />
      </span>
    </Cell>
  )
}

/** How long it has been open; of an ended one, how long it was. */
function Age({ alarm, words }: CellProps) {
  const nowMs = useNow()
  const endMs = !isOpen(alarm) && alarm.closedAt !== null ? Date.parse(alarm.closedAt) : nowMs
  return <span className="age">{words.age(endMs - Date.parse(alarm.raisedAt))}</span>
}
