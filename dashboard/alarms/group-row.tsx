import { Button, Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { Cell, Row } from '../ui/row.tsx'
import type { RowLayout } from './alarm-row.tsx'
import type { AlarmGroup } from './fold-rows.ts'
import { GradeMark } from './grade-mark.tsx'

/** The row of an incident, or of alarms of one kind: how many, what came first, and since when. */
export function GroupRow(props: {
  readonly index: number
  readonly group: AlarmGroup
  readonly alarmOf: (id: string) => AlarmDto | undefined
  readonly isSelected: boolean
  readonly checked: ReadonlySet<string>
  readonly layout: RowLayout
  readonly onTurn: (key: string) => void
  readonly onCheck: (ids: readonly string[], isOn: boolean) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { group, layout } = props
  const first = props.alarmOf(group.ids[0] ?? '')
  const ticked = group.ids.filter((id) => props.checked.has(id)).length
  if (first === undefined) return <div className="row" />
  const title = words.localized(first.title)
  const place = words.placeLines(first)[0]
  const count = group.ids.length
  return (
    <Row
      index={props.index}
      className={`group-row is-${layout}${props.isSelected ? ' is-selected' : ''}`}
      isCurrent={props.isSelected}
      data={{ 'data-group': group.key, 'data-folded': String(group.isFolded) }}
      onOpen={() => props.onTurn(group.key)}
    >
      <Cell className="row-tick" onClick={(event) => event.stopPropagation()}>
        <Checkbox
          checked={ticked === count}
          indeterminate={ticked > 0 && ticked < count}
          aria-label={t('list.select')}
          onChange={(event) => props.onCheck(group.ids, event.target.checked)}
        />
      </Cell>
      <Cell className="cell-mark">
        <GradeMark grade={group.grade} isCalling={group.unacknowledged > 0} />
      </Cell>
      <Cell className="cell">
        <span className="cell-main">
          {t(`fold.${group.kind}`, { count })}
          {' · '}
          {t('fold.unacknowledged', { count: group.unacknowledged })}
        </span>
        <span className="cell-sub">{place}</span>
      </Cell>
      <Cell className="cell group-first" title={words.place(first)}>
        <span className="cell-main">
          {group.kind === 'incident'
            ? t('fold.firstOutIs', { title, device: first.deviceName })
            : title}
        </span>
        <span className="cell-sub">
          {words.instant(first.raisedAt, nowMs)}
          {' · '}
          {words.age(nowMs - Date.parse(first.raisedAt))}
        </span>
      </Cell>
      <Cell className="group-turn">
        <Button size="small" type="text" aria-expanded={!group.isFolded}>
          {t(group.isFolded ? 'fold.open' : 'fold.close')}
        </Button>
      </Cell>
    </Row>
  )
}
